//! The messages between a fleet and its worker, one JSON object per line. The fleet begins with a hello,
//! and the worker answers with a welcome or a refusal. From then on, the fleet sends numbered calls; the
//! worker answers each once, in any order, and reports exits in between. Whoever has nothing to say sends a ping
//! every [`PING_EVERY`](super::lines::PING_EVERY), so that silence means a connection that is cut.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::proof::Proof;
use crate::engine::{Exit, Launch, Memory, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};

/// The version of these messages.
pub(crate) const PROTOCOL: u32 = 3;

/// The longest line that a worker reads, in bytes.
pub(crate) const LONGEST_CALL: usize = 64 * 1024;

/// The longest line that a fleet reads, in bytes: a list of some 50,000 slots.
pub(crate) const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The most worlds that a worker names. With more, it refuses to name any, because a part of them would pass
/// for all.
pub(crate) const MOST_WORLDS: usize = 100_000;

/// What a fleet sends. A worker reads `V` as any JSON, so that it can refuse a verb that it does not
/// understand by the number of its call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromFleet<V> {
    /// The first message.
    Hello(Hello),
    /// Something to be done.
    Call {
        /// Tells this call from all others of the connection.
        number: u64,
        /// What to do.
        verb: V,
    },
    /// Nothing else was to be said for a while.
    Ping,
}

/// A fleet's first message: how it asks to be let in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    /// The version of the messages.
    pub(crate) protocol: u32,
    /// Grows with each start of a fleet.
    pub(crate) epoch: u64,
    /// Shows that it knows the shared secret, if the worker wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Proof>,
}

/// What a fleet may ask for: the calls of [`Engine`](crate::engine::Engine).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verb {
    Create(Launch),
    Start { slot: SlotId, run: Run },
    Stop { slot: SlotId, grace_ms: u64 },
    Kill { slot: SlotId },
    Remove { slot: SlotId, discards_world: bool },
    List,
    Worlds,
    Usage,
    Machines,
}

impl Verb {
    /// Returns the slot that is changed; `None` if the verb only looks.
    pub(crate) fn changes(&self) -> Option<SlotId> {
        match self {
            Self::Create(launch) => Some(launch.slot),
            Self::Start { slot, .. }
            | Self::Stop { slot, .. }
            | Self::Kill { slot }
            | Self::Remove { slot, .. } => Some(*slot),
            Self::List | Self::Worlds | Self::Usage | Self::Machines => None,
        }
    }

    /// Whether it works on the world of its slot, or waits for what does.
    pub(crate) fn uses_world(&self) -> bool {
        matches!(
            self,
            Self::Create(_) | Self::Start { .. } | Self::Remove { .. }
        )
    }

    /// Returns the verb for a stop. A grace beyond 584 million years is shortened.
    pub(crate) fn stop(slot: SlotId, grace: Duration) -> Self {
        let grace_ms = u64::try_from(grace.as_millis()).unwrap_or(u64::MAX);
        Self::Stop { slot, grace_ms }
    }
}

/// What a worker sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromWorker {
    /// The hello is accepted: calls may follow.
    Welcome(Welcome),
    /// The connection is closed, for this reason.
    Refused {
        /// A sentence for operators.
        reason: String,
    },
    /// The answer to a call.
    Answer {
        /// The number of the call.
        number: u64,
        /// What came of it.
        answer: Answer,
    },
    /// A server has exited.
    Exit(Exit),
    /// Nothing else was to be said for a while.
    Ping,
}

/// What a fleet has to know of its worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Welcome {
    /// The version of the messages.
    pub(crate) protocol: u32,
    /// Where the fleet reaches the game servers, if that is not where it has reached the worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// Most servers that run at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_servers: Option<usize>,
    /// The memory for its servers, if they have a limit and it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memory: Option<Memory>,
    /// The first and the last port that servers may have.
    pub(crate) ports: (u16, u16),
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Done,
    Failed(CallFailure),
    Containers(Vec<Listed>),
    Worlds(#[serde(deserialize_with = "worlds")] Vec<WorldName>),
    Usage(Vec<(SlotId, Usage)>),
    Machines(BTreeMap<u16, String>),
}

/// Reads the names of worlds, and stops reading at more than [`MOST_WORLDS`]: a line has room for millions.
fn worlds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<WorldName>, D::Error> {
    deserializer.deserialize_seq(Names)
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Vec<WorldName>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the names of at most {MOST_WORLDS} worlds")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Vec<WorldName>, A::Error> {
        let mut worlds = Vec::new();
        while let Some(name) = names.next_element()? {
            if worlds.len() == MOST_WORLDS {
                return Err(A::Error::invalid_length(MOST_WORLDS + 1, &self));
            }
            worlds.push(name);
        }
        Ok(worlds)
    }
}

impl Answer {
    /// Returns the answer to a call that has no result of its own.
    pub(crate) fn of(result: Result<(), CallFailure>) -> Self {
        result.map_or_else(Self::Failed, |()| Self::Done)
    }

    /// Returns the answer to [`Verb::Worlds`].
    pub(crate) fn of_worlds(worlds: Result<Vec<WorldName>, CallFailure>) -> Self {
        match worlds {
            Ok(worlds) if worlds.len() > MOST_WORLDS => {
                let sentence = format!("the worker has more than {MOST_WORLDS} worlds");
                Self::Failed(CallFailure::Refused(sentence))
            }
            Ok(worlds) => Self::Worlds(worlds),
            Err(failure) => Self::Failed(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ids::PlayerId;

    #[track_caller]
    fn check_verb(verb: &Verb, expected: &Value) {
        let call = FromFleet::Call { number: 7, verb };
        let sent = serde_json::to_value(&call).unwrap();
        assert_eq!(sent, json!({"call": {"number": 7, "verb": expected}}));
        let received: Verb = serde_json::from_value(sent["call"]["verb"].clone()).unwrap();
        assert_eq!(&received, verb);
    }

    #[test]
    fn every_verb_has_its_form() {
        let slot = SlotId(5);
        let player: PlayerId = "Ada".parse().unwrap();
        let launch = Launch {
            slot,
            port: 8081,
            world: WorldName::of(&player),
            player,
        };
        let world = launch.world.to_string();
        check_verb(
            &Verb::Create(launch),
            &json!({"create": {"slot": "auto-5", "port": 8081, "world": world, "player": "Ada"}}),
        );
        check_verb(
            &Verb::Start { slot, run: Run(2) },
            &json!({"start": {"slot": "auto-5", "run": 2}}),
        );
        check_verb(
            &Verb::stop(slot, Duration::from_secs(60)),
            &json!({"stop": {"slot": "auto-5", "grace_ms": 60_000}}),
        );
        check_verb(&Verb::Kill { slot }, &json!({"kill": {"slot": "auto-5"}}));
        check_verb(
            &Verb::Remove {
                slot,
                discards_world: false,
            },
            &json!({"remove": {"slot": "auto-5", "discards_world": false}}),
        );
        check_verb(&Verb::List, &json!("list"));
        check_verb(&Verb::Worlds, &json!("worlds"));
        check_verb(&Verb::Usage, &json!("usage"));
        check_verb(&Verb::Machines, &json!("machines"));
    }

    #[test]
    fn a_worker_names_all_worlds_or_none() {
        let world = WorldName::of(&"Ada".parse().unwrap());
        let most = Answer::of_worlds(Ok(vec![world.clone(); MOST_WORLDS]));
        let too_many = Answer::of_worlds(Ok(vec![world; MOST_WORLDS + 1]));

        assert!(matches!(most, Answer::Worlds(_)));
        assert!(matches!(too_many, Answer::Failed(CallFailure::Refused(_))));
        // Whoever sends more is not believed.
        let names = vec!["ada"; MOST_WORLDS + 1];
        let line = serde_json::to_string(&json!({"worlds": names})).unwrap();
        let refused = serde_json::from_str::<Answer>(&line).unwrap_err();
        assert!(
            refused.to_string().contains("at most 100000 worlds"),
            "{refused}"
        );
        let line = serde_json::to_string(&json!({"worlds": names[1..]})).unwrap();
        serde_json::from_str::<Answer>(&line).unwrap();
        // The longest names fit into a line.
        const { assert!(MOST_WORLDS * (64 + 3) < LONGEST_ANSWER) }
    }

    #[test]
    fn a_verb_cannot_name_another_folder() {
        let verb =
            json!({"create": {"slot": "auto-5", "port": 8081, "world": "../etc", "player": "Ada"}});

        let refused = serde_json::from_value::<Verb>(verb).unwrap_err();

        assert!(refused.to_string().contains("a world's name"), "{refused}");
    }

    #[test]
    fn a_failure_arrives_as_it_was_sent() {
        for failure in [
            CallFailure::PortTaken,
            CallFailure::Refused("no such program".to_owned()),
            CallFailure::WorldUnusable("it is a symbolic link".to_owned()),
            CallFailure::NoNewWorlds("it keeps at most 2 worlds".to_owned()),
            CallFailure::Full("it runs at most 2 servers".to_owned()),
            CallFailure::Unreachable,
            CallFailure::Unknown,
        ] {
            let sent = serde_json::to_string(&Answer::of(Err(failure.clone()))).unwrap();
            let received: Answer = serde_json::from_str(&sent).unwrap();
            assert_eq!(received, Answer::Failed(failure), "{sent}");
        }
    }
}
