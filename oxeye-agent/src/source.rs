//! The sources that are asked over the network who is online.
//!
//! | module       | what it holds                                                            |
//! |--------------|--------------------------------------------------------------------------|
//! | `management` | the client of Minecraft's management protocol, which also reports events |
//! | `error`      | [`SourceError`]: why a source does not work                              |
//!
//! `oxeye-probe` speaks RCON, Query and the server list ping. Every client stops when its future is
//! dropped; nothing goes on in the background.

mod error;
pub(crate) mod management;

use oxeye_plugin_proto::PlayerName;
use oxeye_probe::{ListedPlayer, Listing};

pub(crate) use self::error::SourceError;
pub(crate) use self::management::{
    FirstRoster, Management, ManagementSettings, ManagementUpdate, Tls,
};
use crate::roster::RosterEntry;

/// Returns everyone who is online, or `None` if not everyone is known or a name cannot be reported.
pub(crate) fn everyone(listing: &Listing) -> Option<Vec<RosterEntry>> {
    match listing {
        Listing::Names(players) => players.iter().map(entry).collect(),
        Listing::Count(_) => None,
    }
}

fn entry(player: &ListedPlayer) -> Option<RosterEntry> {
    Some(RosterEntry {
        uuid: player.uuid,
        ..RosterEntry::named(PlayerName::try_from(player.name.as_str()).ok()?)
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
    fn everyone_is_known_if_every_name_can_be_reported() {
        let count = |names: &[&str]| everyone(&named(names)).map(|all| all.len());

        assert_eq!(count(&[]), Some(0));
        assert_eq!(count(&["Alex", "@b \"c\""]), Some(2));
        assert_eq!(count(&["Alex", "B\u{7}o"]), None);
        assert_eq!(everyone(&Listing::Count(2)), None);
    }

    #[test]
    fn a_player_has_the_uuid_that_the_server_reported() {
        let entry = everyone(&named(&["Alex"])).expect("a name");

        assert_eq!(entry[0].player.as_str(), "Alex");
        assert_eq!(entry[0].uuid, Some(Uuid::from_u128(7)));
    }
}
