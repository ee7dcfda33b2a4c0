//! A stand-in for Discord on loopback: enough of REST v10 and of the gateway for the real bot.
//!
//! It is as strict as Discord where strictness matters to us: the limits of messages and commands,
//! one callback per interaction, three seconds to answer. A request that breaks a rule is refused
//! as Discord would refuse it, *and* it fails the story, when the story waits for an answer or when
//! the stand-in is dropped.
//!
//! | module      | fact                                                            |
//! |-------------|-----------------------------------------------------------------|
//! | `listener`  | the listener, which can be shut to simulate an outage           |
//! | `world`   | everything that has happened, and the tasks that wait for it    |
//! | `gateway` | the websocket: HELLO, IDENTIFY, RESUME, dispatches               |
//! | `rest`    | the routes                                                      |
//! | `upload`  | bodies: JSON, or multipart with files                           |
//! | `payloads`| the JSON Discord would send                                     |
//! | `limits`  | what Discord would refuse                                       |
//! | `faults`, `trouble` | faults that a story injects, and outages            |
//! | `rates`   | rate limits, and whether the bot waits as long as it is asked to |
//! | `request_log` | every request with its time                                 |
//! | `permissions` | what the bot may do where                                   |
//! | `guilds`, `channels` | the guilds, roles, channels and threads that exist   |
//! | `guild`, `channel` | the same for a story: what happens to them             |
//! | `presence` | what the bot shows as its own presence                         |
//! | `doing`   | what members do: voice, games, music                            |
//! | `asked_members` | what the bot asks about members, and the answers          |
//! | `people`  | the people who type commands and press buttons                  |
//! | `typing`  | a typed command, checked against the registered ones            |
//! | `pending_answer` | what they have asked for, and how long the answer took   |
//! | `answer`  | what they see                                                   |

mod answer;
mod asked_members;
mod channel;
mod channels;
mod doing;
mod faults;
mod gateway;
mod guild;
mod guilds;
mod limits;
mod listener;
mod payloads;
mod pending_answer;
mod people;
mod permissions;
mod presence;
mod rates;
mod request_log;
mod rest;
#[cfg(test)]
mod tests;
mod trouble;
mod typing;
mod upload;
mod world;

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;

pub use answer::{Answer, Attachment, Emoji, Written};
pub use asked_members::AskedMembers;
pub use channel::Channel;
pub use channels::ChannelKind;
pub use faults::{Call, Fault};
pub use guild::Guild;
pub use pending_answer::{PendingAnswer, ResponseTimes, Settled};
pub use people::Person;
pub use permissions::Permissions;
pub use presence::Presence;
pub use request_log::Request;

use crate::watched::Watched;
use listener::StandInListener;
use world::World;

/// The state that all tasks of one stand-in share.
pub(crate) type Shared = Arc<Watched<World>>;

/// The stand-in for Discord. Dropping it stops it, and fails the story if the bot has broken a
/// rule.
#[derive(Debug)]
pub struct Discord {
    world: Shared,
    _server: JoinSet<()>,
}

impl Discord {
    /// Starts the stand-in.
    ///
    /// # Panics
    /// If it cannot listen on loopback.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("loopback can be listened on");
        let address = listener.local_addr().expect("a listener has an address");
        let world = Arc::new(Watched::new(World::new(address)));
        let routes = rest::routes(Arc::clone(&world));
        let listener = StandInListener::new(listener, Arc::clone(&world));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // `axum::serve` ends only with the process or with this task.
            let _ = axum::serve(listener, routes).await;
        });
        Self {
            world,
            _server: server,
        }
    }

    /// Starts it during an outage: it closes every connection.
    pub async fn start_down() -> Self {
        let discord = Self::start().await;
        discord.goes_down();
        discord
    }

    /// The value for `DISCORD_API_BASE`.
    pub fn base(&self) -> String {
        self.world.read(|world| format!("http://{}", world.address))
    }

    /// The value for `DISCORD_TOKEN`.
    pub fn token(&self) -> &'static str {
        world::TOKEN
    }

    /// Adds a guild that the bot is in. If the bot is connected already, it has just been invited.
    pub fn guild(&self, id: u64) -> Guild {
        self.world.change(|world| world.add_guild(id));
        Guild::new(Arc::clone(&self.world), id)
    }

    /// Waits until the bot is connected to the gateway and has registered its commands.
    pub async fn bot_is_up(&self) {
        self.world
            .until(
                "the bot is connected to the gateway and has registered its commands",
                |world| (world.is_connected() && world.commands.is_some()).then_some(()),
            )
            .await;
        self.keeps_the_rules();
    }

    /// Returns the commands as the bot last registered them.
    pub fn commands(&self) -> Value {
        self.world
            .read(|world| world.commands.clone())
            .unwrap_or_default()
    }

    /// Returns each command that can be typed, with the group that it is in: `oxeye me link`.
    pub fn command_paths(&self) -> Vec<String> {
        typing::paths(&self.commands())
    }

    /// Returns how often the bot has begun a session (IDENTIFY) and resumed one (RESUME).
    pub fn sessions(&self) -> Sessions {
        self.world.read(|world| world.sessions)
    }

    /// Waits until [`Discord::sessions`] meets `condition`.
    pub async fn sessions_until(&self, what: &str, condition: impl Fn(Sessions) -> bool) {
        self.world
            .until(what, |world| {
                (world.is_connected() && condition(world.sessions)).then_some(())
            })
            .await;
    }

    /// Returns how many requests of this kind have arrived so far, including refused ones.
    pub fn calls(&self, call: Call) -> usize {
        self.world
            .read(|world| world.calls.get(&call).copied().unwrap_or_default())
    }

    /// Waits until this many requests of this kind have arrived.
    pub async fn calls_reach(&self, call: Call, count: usize) {
        let what = format!("Discord has received {count} requests of the kind {call:?}");
        let reached = |world: &World| {
            world
                .calls
                .get(&call)
                .is_some_and(|have| *have >= count)
                .then_some(())
        };
        self.world.until(&what, reached).await;
    }

    /// Returns the emoji of the application.
    pub fn emoji(&self) -> Vec<Emoji> {
        self.world.read(|world| world.emoji.clone())
    }

    /// Adds an emoji to the application, and returns its id.
    pub fn add_emoji(&self, name: &str) -> u64 {
        self.world.change(|world| {
            let id = world.next_id();
            let name = name.to_owned();
            world.emoji.push(Emoji { id, name });
            id
        })
    }

    /// Waits until the emoji of the application meet `condition`.
    pub async fn emoji_until(&self, what: &str, condition: impl Fn(&[Emoji]) -> bool) {
        let are_so = |world: &World| condition(&world.emoji).then_some(());
        self.world.until(what, are_so).await;
    }

    /// Every request so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<Request> {
        self.world.read(|world| world.requests.clone())
    }

    /// Waits until a request was refused with this code.
    pub async fn has_refused(&self, code: u64) {
        let what = format!("Discord has refused something with {code}");
        let refused = |world: &World| {
            let mut requests = world.requests.iter();
            requests.any(|one| one.code == Some(code)).then_some(())
        };
        self.world.until(&what, refused).await;
    }

    /// What the bot has shown as its own presence, in order.
    pub fn presences(&self) -> Vec<Presence> {
        self.world.read(|world| world.presences.clone())
    }

    /// Waits until the presence of the bot contains `words`, and returns it.
    pub async fn presence_says(&self, words: &str) -> Presence {
        let what = format!("the presence of the bot says {words:?}");
        let shown = |world: &World| {
            let last = world.presences.last()?;
            last.text.contains(words).then(|| last.clone())
        };
        self.world.until(&what, shown).await
    }

    /// Returns the rules that the bot has broken so far, for a program that reports them itself: they fail nothing
    /// any more.
    pub fn broken_rules(&self) -> Vec<String> {
        self.world.change(World::take_violations)
    }

    /// Fails the story if the bot has broken one of Discord's rules so far.
    ///
    /// # Panics
    /// If the bot has broken a rule.
    #[track_caller]
    pub fn keeps_the_rules(&self) {
        self.world.read(World::keeps_the_rules);
    }
}

impl Drop for Discord {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.keeps_the_rules();
        }
    }
}

/// How the bot's gateway sessions began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sessions {
    /// Sessions begun by an IDENTIFY that was accepted.
    pub begun: usize,
    /// Sessions continued by a RESUME.
    pub resumed: usize,
    /// IDENTIFYs that were refused.
    pub refused: usize,
}
