//! Who plays in the demo. All names and faces are made up.

use oxeye_plugin_proto::PlayerName;

use super::skins::{Look, MadeUpSkin, draw};

/// A player of the demo.
#[derive(Debug)]
pub(super) struct MadeUpPlayer {
    name: &'static str,
    look: Look,
}

/// Names of all kinds that real servers have: underscores that must not turn italic, a Bedrock player's dot and blank.
pub(super) const REGULARS: &[MadeUpPlayer] = &[
    player("moss_", 0xc68e63, 0x3f6b2a, 0x2f7d4f),
    player("Quillon", 0x8d5a3c, 0x1d1b1a, 0x6b4f9e),
    player("Bramble_Fox", 0xe0b08a, 0xc2571d, 0x1f5f8b),
    player(".Pocket Lynx", 0xb97a4f, 0x7a7f85, 0x3a3a3a),
    player("__Juniper__", 0xf0c8a0, 0x5b2a86, 0x2b8a7a),
    player("Nettle42", 0x6f4630, 0x2b1a10, 0x8a6f1f),
    player("tuna_salad", 0xd9a27c, 0xe3c55b, 0x27598f),
    player("Oddment", 0xa86b48, 0x8f2d2d, 0x444b52),
    player("Wisp", 0xcfe3ea, 0x9ac7d6, 0x3b6ea5),
];

/// Who was there before the demo opened, and how many minutes ago.
pub(super) const LEFT_BEFORE: &[(MadeUpPlayer, u64)] = &[
    (player("ember_owl_", 0xd09a70, 0x7d1f1f, 0x2e5f2e), 30),
    (player("Cobalt_Finch", 0x9c6644, 0x22335f, 0x22335f), 120),
    (player("Marrow", 0xe6be98, 0x49351f, 0x555555), 500),
];

const fn player(name: &'static str, skin: u32, hair: u32, eyes: u32) -> MadeUpPlayer {
    MadeUpPlayer {
        name,
        look: Look { skin, hair, eyes },
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
    fn every_made_up_player_has_a_possible_name_and_a_face_of_their_own() {
        let everyone = || {
            REGULARS
                .iter()
                .chain(LEFT_BEFORE.iter().map(|(player, _)| player))
        };

        let heads: HashSet<Vec<u8>> = everyone()
            .map(|player| {
                Skin::decode(&player.skin().unwrap().png)
                    .unwrap()
                    .head()
                    .as_bytes()
                    .to_vec()
            })
            .collect();
        let names: HashSet<PlayerName> = everyone().map(|player| player.name().unwrap()).collect();

        assert_eq!(heads.len(), everyone().count());
        assert_eq!(names.len(), everyone().count());
    }
}
