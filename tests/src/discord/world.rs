//! Everything that has happened at the stand-in.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use super::answer::{Attachment, Emoji};
use super::asked_members::AskedMembers;
use super::channels::ChannelState;
use super::faults::RandomFaults;
use super::gateway::{Order, Session};
use super::guilds::GuildState;
use super::rates::{Rates, Route};
use super::{Call, Fault, Presence, Request, Sessions, Written};

/// The bot's token. Its first part is the application's id in base 64, as in a real one.
pub(super) const TOKEN: &str =
    "MTEwMDAwMDAwMDAwMDAwMDAwMQ.GstoRy.stand-in-for-a-secret-0123456789abcdefgh";

/// The bot's user and application id.
pub(super) const APPLICATION: u64 = 1_100_000_000_000_000_001;

/// How the tokens of interactions begin.
const TOKEN_BEGIN: &str = "token-of-";

/// How long Discord waits for the first answer to an interaction.
pub(super) const TIME_TO_ANSWER: Duration = Duration::from_secs(3);

/// The shared state of one stand-in, behind [`Shared`](super::Shared).
#[derive(Debug)]
pub(crate) struct World {
    pub(super) address: SocketAddr,
    pub(super) guilds: BTreeMap<u64, GuildState>,
    pub(super) channels: BTreeMap<u64, ChannelState>,
    /// People who take no direct messages.
    pub(super) closed_to_direct: Vec<u64>,
    pub(super) commands: Option<Value>,
    pub(super) connection: Option<UnboundedSender<Order>>,
    pub(super) session: Option<Session>,
    pub(super) sessions: Sessions,
    pub(super) refuse_identify: Option<u16>,
    /// The privileged intents that are switched on for this bot.
    pub(super) allowed_intents: u64,
    /// What the bot has asked to be sent in its session.
    pub(super) intents: u64,
    pub(super) down: bool,
    pub(super) hung_up: usize,
    pub(super) interactions: HashMap<u64, Interaction>,
    pub(super) messages: HashMap<u64, Message>,
    pub(super) calls: HashMap<Call, usize>,
    pub(super) faults: VecDeque<(Call, Fault)>,
    pub(super) random_faults: Option<RandomFaults>,
    /// Those of answers to interactions.
    pub(super) random_answer_faults: Option<RandomFaults>,
    /// How many edits of messages older than an hour are allowed in which time.
    pub(super) old_edits: Option<(usize, Duration)>,
    pub(super) requests: Vec<Request>,
    pub(super) rates: Rates,
    /// The emoji of the application.
    pub(super) emoji: Vec<Emoji>,
    /// What the bot has shown as its own presence.
    pub(super) presences: Vec<Presence>,
    /// What the bot has asked about members.
    pub(super) asked_members: Vec<AskedMembers>,
    violations: Vec<String>,
    last_id: u64,
}

/// An action of a person that the bot has to answer.
#[derive(Debug)]
pub(super) struct Interaction {
    pub(super) token: String,
    pub(super) channel: u64,
    pub(super) user: Value,
    pub(super) sent: Instant,
    /// Whether one of our replies to it was lost, so that a repeated callback is not the bot's
    /// mistake.
    pub(super) reply_was_lost: bool,
    /// The type of the callback, once there is one.
    pub(super) callback: Option<u64>,
    /// When the callback arrived.
    pub(super) answered: Option<Instant>,
    pub(super) choices: Option<Vec<Value>>,
    /// The modal that the bot has opened.
    pub(super) modal: Option<Value>,
    /// The message that `@original` refers to: the answer, or the message whose button was pressed.
    pub(super) original: Option<u64>,
    /// Further messages after the answer.
    pub(super) followups: usize,
}

/// A message that the bot has written.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) channel: u64,
    /// The person whose command or click made the bot write it; none for a message that it has
    /// written of its own accord.
    pub(super) asked_by: Option<Value>,
    pub(super) created: Instant,
    /// How much older than that a story has made it.
    pub(super) aged: Duration,
    /// Everything that was written into it, the first version included.
    pub(super) written: Vec<Written>,
    /// By which a repeated request is recognised.
    pub(super) nonce: Option<Value>,
    /// The fields as last written: `content`, `embeds`, `components`, `allowed_mentions`.
    pub(super) body: serde_json::Map<String, Value>,
    pub(super) files: Vec<Attachment>,
    /// When the last file arrived.
    pub(super) last_file: Option<Instant>,
    /// When it was last written.
    pub(super) last_write: Option<Instant>,
    pub(super) ephemeral: bool,
    /// Whether it shows "is thinking": deferred and not yet written.
    pub(super) thinking: bool,
    pub(super) deleted: bool,
    /// How many times it has been written.
    pub(super) edition: usize,
}

impl Message {
    /// An empty message that the bot has written of its own accord.
    pub(super) fn in_channel(channel: u64) -> Self {
        Self {
            channel,
            asked_by: None,
            created: Instant::now(),
            aged: Duration::ZERO,
            written: Vec::new(),
            nonce: None,
            body: serde_json::Map::new(),
            files: Vec::new(),
            last_file: None,
            last_write: None,
            ephemeral: false,
            thinking: false,
            deleted: false,
            edition: 0,
        }
    }

    /// How long ago it was sent, as far as the story is concerned.
    pub(super) fn age(&self) -> Duration {
        self.created.elapsed() + self.aged
    }
}

/// Returns the token of an interaction.
pub(super) fn token_of(interaction: u64) -> String {
    format!("{TOKEN_BEGIN}{interaction}")
}

/// Returns the interaction to which a token belongs.
pub(super) fn interaction_of(token: &str) -> Option<u64> {
    token.strip_prefix(TOKEN_BEGIN)?.parse().ok()
}

impl World {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            closed_to_direct: Vec::new(),
            commands: None,
            connection: None,
            session: None,
            sessions: Sessions::default(),
            refuse_identify: None,
            allowed_intents: 0,
            intents: 0,
            down: false,
            hung_up: 0,
            interactions: HashMap::new(),
            messages: HashMap::new(),
            calls: HashMap::new(),
            faults: VecDeque::new(),
            random_faults: None,
            random_answer_faults: None,
            old_edits: None,
            requests: Vec::new(),
            rates: Rates::default(),
            emoji: Vec::new(),
            presences: Vec::new(),
            asked_members: Vec::new(),
            violations: Vec::new(),
            last_id: 1_200_000_000_000_000_000,
        }
    }

    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    /// Counts a request, and returns the fault to inject if there is one.
    pub(super) fn call(&mut self, call: Call) -> Option<Fault> {
        *self.calls.entry(call).or_default() += 1;
        let next = self.faults.iter().position(|(what, _)| *what == call);
        let ordered = next.and_then(|next| self.faults.remove(next));
        let random = match call {
            Call::Callback | Call::Original | Call::Followup => self.random_answer_faults.as_mut(),
            _ => self
                .random_faults
                .as_mut()
                .filter(|_| call.is_about_a_place()),
        };
        ordered.map_or_else(|| random?.next(), |(_, fault)| Some(fault))
    }

    /// Sends an order to the gateway connection if there is one.
    pub(super) fn order(&mut self, order: Order) {
        if let Some(connection) = &self.connection {
            // A connection that has just ended takes no orders and needs none.
            let _ = connection.send(order);
        }
    }

    pub(super) fn violated(&mut self, rule: impl Into<String>) {
        self.violations.push(rule.into());
    }

    /// Takes the rules that were broken, so that they fail nothing any more.
    pub(super) fn take_violations(&mut self) -> Vec<String> {
        std::mem::take(&mut self.violations)
    }

    #[track_caller]
    pub(super) fn keeps_the_rules(&self) {
        assert!(
            self.violations.is_empty(),
            "the bot broke Discord's rules:\n- {}",
            self.violations.join("\n- ")
        );
    }

    /// Records that the reply to a request about an interaction will not arrive.
    pub(super) fn loses_reply(&mut self, path: &str) {
        let asked = self.interactions.values_mut();
        let asked = asked.filter(|asked| path.contains(&format!("/{}/", asked.token)));
        for interaction in asked {
            interaction.reply_was_lost = true;
        }
    }

    /// Records that the bot does not learn that a message in a channel was written.
    pub(super) fn lost_reply(&mut self, (call, channel): Route, path: &str) {
        if !matches!(call, Call::Post | Call::Edit) {
            return;
        }
        let named = path.rsplit('/').next().and_then(|id| id.parse().ok());
        let all = self.messages.iter_mut();
        let there = all.filter(|(_, message)| Some(message.channel) == channel);
        let written = there
            .filter(|(id, _)| named.is_none_or(|named: u64| named == **id))
            .max_by_key(|(id, _)| **id)
            .and_then(|(_, message)| message.written.last_mut());
        if let Some(written) = written {
            written.reply_lost = true;
        }
    }

    pub(super) fn interaction_of(&self, token: &str) -> Option<u64> {
        let mut all = self.interactions.iter();
        all.find_map(|(id, interaction)| (interaction.token == token).then_some(*id))
    }
}
