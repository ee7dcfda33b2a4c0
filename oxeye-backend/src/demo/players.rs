//! The players of the demo and their habits. All names and faces are made up.

use oxeye_plugin_proto::PlayerName;

use super::skins::{Look, MadeUpSkin, draw};

/// A player of the demo.
#[derive(Debug)]
pub(super) struct MadeUpPlayer {
    name: &'static str,
    look: Look,
    pub(super) habits: Habits,
}

/// When and where a player usually plays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// Index into the servers of the demo: where they usually play.
    pub(super) home: usize,
    /// The percentage of working days on which they play; it is higher at weekends.
    pub(super) keenness: u32,
    /// The hour around which they join.
    pub(super) hour: i64,
    /// How long they usually stay, in minutes.
    pub(super) minutes: i64,
}

/// The players. Their names are as varied as on real servers: with underscores, which Discord must not turn into
/// italics, and with the dot and blank of a Bedrock player.
pub(super) const EVERYONE: &[MadeUpPlayer] = &[
    player(
        "moss_",
        [0xc68e63, 0x3f6b2a, 0x2f7d4f],
        habits(0, 90, 18, 150),
    ),
    player(
        "Quillon",
        [0x8d5a3c, 0x1d1b1a, 0x6b4f9e],
        habits(0, 80, 20, 110),
    ),
    player(
        "Bramble_Fox",
        [0xe0b08a, 0xc2571d, 0x1f5f8b],
        habits(0, 70, 17, 90),
    ),
    player(
        "Nettle42",
        [0x6f4630, 0x2b1a10, 0x8a6f1f],
        habits(1, 85, 19, 120),
    ),
    player(
        ".Pocket Lynx",
        [0xb97a4f, 0x7a7f85, 0x3a3a3a],
        habits(0, 60, 16, 45),
    ),
    player(
        "__Juniper__",
        [0xf0c8a0, 0x5b2a86, 0x2b8a7a],
        habits(1, 55, 21, 80),
    ),
    player(
        "tuna_salad",
        [0xd9a27c, 0xe3c55b, 0x27598f],
        habits(0, 50, 22, 100),
    ),
    player(
        "Oddment",
        [0xa86b48, 0x8f2d2d, 0x444b52],
        habits(0, 45, 15, 60),
    ),
    player(
        "Wisp",
        [0xcfe3ea, 0x9ac7d6, 0x3b6ea5],
        habits(1, 40, 20, 70),
    ),
    player(
        "ember_owl_",
        [0xd09a70, 0x7d1f1f, 0x2e5f2e],
        habits(0, 35, 23, 75),
    ),
    player(
        "Cobalt_Finch",
        [0x9c6644, 0x22335f, 0x22335f],
        habits(1, 25, 14, 50),
    ),
    player(
        "Marrow",
        [0xe6be98, 0x49351f, 0x555555],
        habits(0, 15, 19, 40),
    ),
];

const fn player(name: &'static str, [skin, hair, eyes]: [u32; 3], habits: Habits) -> MadeUpPlayer {
    MadeUpPlayer {
        name,
        look: Look { skin, hair, eyes },
        habits,
    }
}

const fn habits(home: usize, keenness: u32, hour: i64, minutes: i64) -> Habits {
    Habits {
        home,
        keenness,
        hour,
        minutes,
    }
}

impl MadeUpPlayer {
    pub(super) fn name(&self) -> anyhow::Result<PlayerName> {
        Ok(PlayerName::try_from(self.name)?)
    }

    pub(super) fn is_called(&self, name: &PlayerName) -> bool {
        self.name == name.as_str()
    }

    pub(super) fn skin(&self) -> anyhow::Result<MadeUpSkin> {
        draw(self.look)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use oxeye_render::Skin;

    use super::*;

    #[test]
    fn every_made_up_player_has_a_valid_name_and_a_unique_face() {
        let head = |player: &MadeUpPlayer| {
            let skin = Skin::decode(&player.skin().unwrap().png).unwrap();
            skin.head().as_bytes().to_vec()
        };

        let heads: HashSet<Vec<u8>> = EVERYONE.iter().map(head).collect();
        let names: HashSet<PlayerName> = EVERYONE
            .iter()
            .map(|player| player.name().unwrap())
            .collect();

        assert_eq!(heads.len(), EVERYONE.len());
        assert_eq!(names.len(), EVERYONE.len());
    }
}
