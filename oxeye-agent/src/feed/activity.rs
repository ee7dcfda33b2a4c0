//! Turns what players did according to the log into the events that the backend takes.

use oxeye_plugin_proto::{ActivityEvent, Details, MemberCodeRequest, UnixSeconds};
use serde_json::{Map, Value};

use super::{Message, Messages, send};
use crate::game_event::{Activity, GameEvent, Participant, TimedEvent};
use crate::log::ActivityKinds;
use crate::member_codes::TypedCode;

/// The longest title of an advancement that is sent, in bytes. A data pack may have any.
const LONGEST_TITLE: usize = 256;

/// Separates the activity from the other events.
pub(super) fn take_activity(events: &mut Vec<TimedEvent>) -> Vec<TimedEvent> {
    let is_activity = |event: &mut TimedEvent| matches!(event.what, GameEvent::Activity(_));
    events.extract_if(.., is_activity).collect()
}

/// Sends activity of these kinds to the agent, and the codes that members typed.
pub(super) fn send_activity(
    messages: &Messages,
    kinds: ActivityKinds,
    activity: impl IntoIterator<Item = TimedEvent>,
) {
    let mut all = Vec::new();
    for TimedEvent { what, at } in activity {
        match what {
            GameEvent::Activity(Activity::MemberCode { player, code }) => {
                let Participant { player, uuid } = player;
                let request = MemberCodeRequest { player, uuid, code };
                send(messages, Message::MemberCode(TypedCode { request, at }));
            }
            GameEvent::Activity(activity) => all.append(&mut events(&activity, kinds, at)),
            _ => {}
        }
    }
    if !all.is_empty() {
        send(messages, Message::Activity(all));
    }
}

/// Returns the events about an activity: for a death by a player two, if both are wanted.
fn events(activity: &Activity, kinds: ActivityKinds, at: UnixSeconds) -> Vec<ActivityEvent> {
    let name = |participant: &Option<Participant>| {
        let participant = participant.as_ref()?;
        Some(participant.player.to_string())
    };
    match activity {
        Activity::Death {
            player,
            cause,
            killer,
        } => {
            let cause = cause.map(str::to_owned);
            let details = [("cause", cause), ("killer", name(killer))];
            let death = kinds.death.then(|| event("death", player, details, at));
            let kill = activity.kill().filter(|_| kinds.kill);
            let kill = kill.iter().flat_map(|kill| events(kill, kinds, at));
            death.into_iter().chain(kill).collect()
        }
        Activity::Kill { player, victim } => {
            vec![event("kill", player, [("victim", name(victim))], at)]
        }
        Activity::Advancement {
            player,
            kind,
            title,
        } => {
            let title = title.clone().filter(|title| title.len() <= LONGEST_TITLE);
            let details = [("kind", Some(kind.name().to_owned())), ("title", title)];
            vec![event("advancement", player, details, at)]
        }
        Activity::Chat { player } => vec![event("chat", player, [], at)],
        // It is sent on its own.
        Activity::MemberCode { .. } => Vec::new(),
    }
}

fn event<const N: usize>(
    event_type: &str,
    participant: &Participant,
    details: [(&str, Option<String>); N],
    at: UnixSeconds,
) -> ActivityEvent {
    let given = details
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)));
    let details: Map<_, _> = given
        .map(|(key, value)| (key.to_owned(), Value::String(value)))
        .collect();
    ActivityEvent {
        uuid: participant.uuid,
        details: Details::new(details).unwrap_or_default(),
        at: Some(at),
        ..ActivityEvent::new(
            participant.player.clone(),
            event_type.parse().expect("our own types are valid"),
        )
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::PlayerName;
    use uuid::Uuid;

    use super::*;
    use crate::game_event::AdvancementKind;

    fn participant(name: &str) -> Participant {
        Participant {
            player: PlayerName::try_from(name).unwrap(),
            uuid: Some(Uuid::from_u128(7)),
        }
    }

    fn death_by(killer: Option<&str>) -> Activity {
        Activity::Death {
            player: participant("Steve"),
            cause: Some("mob"),
            killer: killer.map(participant),
        }
    }

    /// Returns the events in short: `death Steve {"cause":"mob"}`.
    fn in_short(activity: &Activity, kinds: &str) -> Vec<String> {
        let events = events(activity, kinds.parse().unwrap(), UnixSeconds(5));
        let in_short = |event: &ActivityEvent| {
            assert_eq!(
                (event.at, event.uuid),
                (Some(UnixSeconds(5)), Some(Uuid::from_u128(7)))
            );
            format!("{} {} {}", event.event_type, event.player, event.details)
        };
        events.iter().map(in_short).collect()
    }

    #[test]
    fn a_death_by_a_player_is_also_a_kill() {
        let death = r#"death Steve {"cause":"mob","killer":"Alex"}"#;
        let kill = r#"kill Alex {"victim":"Steve"}"#;
        let by_alex = death_by(Some("Alex"));
        assert_eq!(in_short(&by_alex, "death,kill"), [death, kill]);
        assert_eq!(in_short(&by_alex, "kill"), [kill]);
        assert_eq!(in_short(&by_alex, "death"), [death]);
        assert_eq!(
            in_short(&death_by(None), "death,kill"),
            [r#"death Steve {"cause":"mob"}"#]
        );
        assert_eq!(in_short(&death_by(Some("Steve")), "kill").len(), 0);
    }

    #[test]
    fn an_advancement_has_its_kind_and_a_title_of_bounded_length() {
        let goal = |title: &str| Activity::Advancement {
            player: participant("Steve"),
            kind: AdvancementKind::Goal,
            title: Some(title.to_owned()),
        };
        let sky = in_short(&goal("Sky's the Limit"), "advancement");
        assert_eq!(
            sky,
            [r#"advancement Steve {"kind":"goal","title":"Sky's the Limit"}"#]
        );
        let long = in_short(&goal(&"x".repeat(257)), "advancement");
        assert_eq!(long, [r#"advancement Steve {"kind":"goal"}"#]);
    }

    #[test]
    fn chat_has_no_details() {
        let chat = Activity::Chat {
            player: participant("Steve"),
        };
        assert_eq!(in_short(&chat, "chat"), ["chat Steve {}"]);
    }
}
