//! What a server's list of players is to us.

use oxeye_plugin_proto::PlayerName;
use oxeye_probe::{ListedPlayer, Listing};

use crate::happening::Present;

/// Returns everybody who is on; `None` if that is not known, or if one of the names is none that a
/// report can carry.
pub(crate) fn everybody(listing: &Listing) -> Option<Vec<Present>> {
    match listing {
        Listing::Names(players) => players.iter().map(present).collect(),
        Listing::Count(_) => None,
    }
}

fn present(player: &ListedPlayer) -> Option<Present> {
    Some(Present {
        uuid: player.uuid,
        ..Present::named(PlayerName::try_from(player.name.as_str()).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn named(names: &[&str]) -> Listing {
        let named = |name: &&str| ListedPlayer {
            name: (*name).to_owned(),
            uuid: Some(Uuid::from_u128(7)),
        };
        Listing::Names(names.iter().map(named).collect())
    }

    #[test]
    fn everybody_is_known_if_every_name_can_be_reported() {
        let everybody_of = |names: &[&str]| everybody(&named(names)).map(|all| all.len());

        assert_eq!(everybody_of(&[]), Some(0));
        assert_eq!(everybody_of(&["Alex", "@b \"c\""]), Some(2));
        assert_eq!(everybody_of(&["Alex", "B\u{7}o"]), None);
        assert_eq!(everybody(&Listing::Count(2)), None);
    }

    #[test]
    fn a_player_keeps_the_uuid_that_the_server_named() {
        let present = everybody(&named(&["Alex"])).expect("a name");

        assert_eq!(present[0].player.as_str(), "Alex");
        assert_eq!(present[0].uuid, Some(Uuid::from_u128(7)));
    }
}
