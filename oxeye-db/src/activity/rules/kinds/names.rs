//! Which names counters and collections may have.

use super::{ACTIONS, InvalidKinds, SECTORS};

/// Keys of the JSON answers that are not counters.
const RESERVED: &[&str] = &[
    "date",
    "player",
    "player_id",
    "sessions",
    "playtime_seconds",
];

/// Whether rows may have a counter or a collection of this name.
pub(crate) fn is_stored_name(name: &str) -> bool {
    name == ACTIONS || check_counter(name).is_ok()
}

/// Whether an event may raise a counter of this name.
pub(super) fn check_counter(name: &str) -> Result<(), InvalidKinds> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_name = (1..=64).contains(&name.len()) && name.chars().all(is_allowed);
    match name {
        ACTIONS => Err(InvalidKinds::Actions),
        _ if is_name && !RESERVED.contains(&name) => Ok(()),
        _ => Err(InvalidKinds::Name(name.to_owned())),
    }
}

/// Whether values may be collected under this name.
pub(super) fn check_collection(name: &str) -> Result<(), InvalidKinds> {
    match name {
        SECTORS => Ok(()),
        _ => Err(InvalidKinds::Collection(name.to_owned())),
    }
}

/// Lists the reserved names: `date, player or sessions`.
pub(super) fn reserved_in_words() -> String {
    let names = RESERVED.join(", ");
    match names.rsplit_once(", ") {
        Some((others, last)) => format!("{others} or {last}"),
        None => names,
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::EventType;

    use super::super::{Kind, Kinds};
    use super::*;

    fn event_type(text: &str) -> EventType {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_with_another_meaning_is_refused() {
        let mut kinds = Kinds::built_in();

        for name in ["sessions", "player_id", "", "Two Words", "naïve"] {
            let refused = kinds.define(event_type("quest"), Kind::counting([name]));
            assert_eq!(refused, Err(InvalidKinds::Name(name.to_owned())), "{name}");
        }
        assert_eq!(
            InvalidKinds::Name("Bad".to_owned()).to_string(),
            "\"Bad\" cannot be the name of a counter: use 1 to 64 of a-z, 0-9 and _, \
             but not date, player, player_id, sessions or playtime_seconds"
        );
    }

    #[test]
    fn a_kind_cannot_count_an_action_twice() {
        let mut kinds = Kinds::built_in();
        for twice in [
            Kind::counting([ACTIONS]),
            Kind::default().summing("x", ACTIONS),
        ] {
            let refused = kinds.define(event_type("quest"), twice);
            assert_eq!(refused, Err(InvalidKinds::Actions));
        }
    }

    #[test]
    fn only_sectors_can_be_collected() {
        let mut kinds = Kinds::built_in();

        let sectors = Kind::default().collecting("place", SECTORS);
        assert_eq!(kinds.define(event_type("travel"), sectors), Ok(()));
        let quests = Kind::default().collecting("quest", "quests");
        let refused = kinds.define(event_type("quest"), quests);
        assert_eq!(refused, Err(InvalidKinds::Collection("quests".to_owned())));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "values can be collected only as \"sectors\", not as \"quests\": \
             write collect = { FIELD = \"sectors\" }, where FIELD is any field of the details"
        );
    }
}
