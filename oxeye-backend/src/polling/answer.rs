//! What an answer means to the store.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use oxeye_db::{Edition, Icon, PolledPlayers, ServerAbout};
use oxeye_plugin_proto::{AboutText, IconData, PlayerName, SyncPlayer};
use oxeye_probe::{ListedPlayer, Listing, WatchAnswer, software_and_version};

/// Returns who is online. A list counts only with a valid name in each entry.
pub(super) fn players(answer: &WatchAnswer) -> PolledPlayers {
    match &answer.listing {
        None => PolledPlayers::Unknown,
        Some(Listing::Count(count)) => PolledPlayers::Count(*count),
        Some(listing @ Listing::Names(listed)) => {
            let roster: Option<Vec<_>> = listed.iter().map(player).collect();
            roster.map_or(
                PolledPlayers::Count(listing.count()),
                PolledPlayers::Complete,
            )
        }
    }
}

fn player(listed: &ListedPlayer) -> Option<SyncPlayer> {
    Some(SyncPlayer {
        player: PlayerName::try_from(listed.name.clone()).ok()?,
        texture_hash: None,
        uuid: listed.uuid,
    })
}

/// Returns what a server says about itself. Decodes the icon, which takes a moment; one that cannot be shown is left
/// out.
pub(super) fn about(answer: &WatchAnswer) -> ServerAbout {
    let (software, version) = software_and_version(&answer.version);
    let icon = answer.icon.clone();
    let icon = icon.and_then(|base64| IconData::try_from(base64).ok());
    ServerAbout {
        version: version.and_then(AboutText::new),
        software: software.and_then(AboutText::new),
        motd: AboutText::new(&answer.motd),
        max_players: answer.max,
        address: None,
        icon: icon.and_then(|icon| Icon::decode(icon.png()).ok()),
    }
}

/// Returns a hash of what a server says about itself.
pub(super) fn hash_of_about(answer: &WatchAnswer) -> u64 {
    let mut hasher = DefaultHasher::new();
    let texts = (&answer.version, &answer.motd, &answer.icon);
    (texts, answer.max).hash(&mut hasher);
    hasher.finish()
}

/// Returns the edition in the words of the store.
pub(super) fn edition(answer: &WatchAnswer) -> Edition {
    match answer.edition {
        oxeye_probe::Edition::Java => Edition::Java,
        oxeye_probe::Edition::Bedrock => Edition::Bedrock,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn answer(listing: Option<Listing>) -> WatchAnswer {
        WatchAnswer {
            edition: oxeye_probe::Edition::Java,
            listing,
            max: Some(20),
            version: "Paper 1.21.11".to_owned(),
            motd: "§aHi".to_owned(),
            icon: Some("iVBORw0KGgo=".to_owned()),
        }
    }

    fn listed(name: &str) -> ListedPlayer {
        ListedPlayer {
            name: name.to_owned(),
            uuid: Some(Uuid::from_u128(7)),
        }
    }

    #[test]
    fn only_a_list_of_valid_names_is_a_list_of_players() {
        let names = |names: &[&str]| {
            let listed = names.iter().map(|name| listed(name)).collect();
            players(&answer(Some(Listing::Names(listed))))
        };
        let PolledPlayers::Complete(roster) = names(&["Alex"]) else {
            panic!("all names are valid");
        };
        assert_eq!(roster[0].player.as_str(), "Alex");
        assert_eq!(roster[0].uuid, Some(Uuid::from_u128(7)));

        assert_eq!(names(&[]), PolledPlayers::Complete(Vec::new()));
        assert_eq!(names(&["Alex", " Bo"]), PolledPlayers::Count(2));
        let count = Some(Listing::Count(3));
        assert_eq!(players(&answer(count)), PolledPlayers::Count(3));
        assert_eq!(players(&answer(None)), PolledPlayers::Unknown);
    }

    #[test]
    fn what_a_server_says_about_itself_is_read_without_an_icon_that_is_none() {
        let about = about(&answer(None));

        assert_eq!(about.software, AboutText::new("Paper"));
        assert_eq!(about.version, AboutText::new("1.21.11"));
        assert_eq!(
            (about.motd, about.max_players),
            (AboutText::new("Hi"), Some(20))
        );
        assert_eq!((about.icon, about.address), (None, None));
    }

    #[test]
    fn the_hash_changes_with_everything_that_is_reported() {
        let same = answer(None);
        let others = [
            WatchAnswer {
                max: None,
                ..answer(None)
            },
            WatchAnswer {
                version: "1.21.11".to_owned(),
                ..answer(None)
            },
            WatchAnswer {
                motd: String::new(),
                ..answer(None)
            },
            WatchAnswer {
                icon: None,
                ..answer(None)
            },
        ];
        for other in others {
            assert_ne!(hash_of_about(&other), hash_of_about(&same), "{other:?}");
        }
        let with_players = answer(Some(Listing::Count(3)));
        assert_eq!(hash_of_about(&with_players), hash_of_about(&same));
    }
}
