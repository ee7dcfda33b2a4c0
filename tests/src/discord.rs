//! A stand-in for Discord on loopback: enough of REST v10 and of the gateway for the real bot.
//!
//! It is as strict as Discord where strictness matters to us: the limits of messages and commands,
//! one callback per interaction, three seconds to answer. What breaks a rule is refused the way
//! Discord refuses it *and* fails the story, when it waits for an answer or when the stand-in is
//! dropped.
//!
//! | module      | fact                                                            |
//! |-------------|-----------------------------------------------------------------|
//! | `door`    | the listener, which can be shut to play an outage               |
//! | `world`   | everything that has happened, and who waits for it              |
//! | `gateway` | the websocket: HELLO, IDENTIFY, RESUME, dispatches               |
//! | `rest`    | the routes                                                      |
//! | `upload`  | bodies: JSON, or multipart with files                           |
//! | `payloads`| the JSON Discord would send                                     |
//! | `limits`  | what Discord would refuse                                       |
//! | `faults`  | the bad days                                                    |
//! | `people`  | who types commands and presses buttons                          |
//! | `asked`   | what they have asked for, and how long it took                  |
//! | `answer`  | what they see                                                   |

mod answer;
mod asked;
mod door;
mod faults;
mod gateway;
mod limits;
mod payloads;
mod people;
mod rest;
mod upload;
mod world;

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;

pub use answer::{Answer, Attachment};
pub use asked::{Asked, Took};
pub use faults::{Call, Fault};
pub use people::{Guild, Person};

use crate::watched::Watched;
use door::Door;
use gateway::Order;
use world::World;

/// Everything the tasks of one stand-in share.
pub(crate) type Shared = Arc<Watched<World>>;

/// The stand-in. Dropping it ends it, and fails the story if the bot has broken a rule.
#[derive(Debug)]
pub struct Discord {
    world: Shared,
    _server: JoinSet<()>,
}

impl Discord {
    /// Starts it.
    ///
    /// # Panics
    /// When loopback cannot be listened on.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("loopback can be listened on");
        let address = listener.local_addr().expect("a listener has an address");
        let world = Arc::new(Watched::new(World::new(address)));
        let routes = rest::routes(Arc::clone(&world));
        let door = Door::new(listener, Arc::clone(&world));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // `axum::serve` ends only with the process or with this task.
            let _ = axum::serve(door, routes).await;
        });
        Self {
            world,
            _server: server,
        }
    }

    /// Starts it in the middle of an outage: whoever connects is hung up on.
    pub async fn start_down() -> Self {
        let discord = Self::start().await;
        discord.goes_down();
        discord
    }

    /// What belongs into `DISCORD_API_BASE`.
    pub fn base(&self) -> String {
        self.world.look(|world| format!("http://{}", world.address))
    }

    /// What belongs into `DISCORD_TOKEN`.
    pub fn token(&self) -> &'static str {
        world::TOKEN
    }

    /// A guild the bot is in. It is in those guilds that exist when it identifies.
    pub fn guild(&self, id: u64) -> Guild {
        self.world.change(|world| world.guilds.insert(id));
        Guild::new(Arc::clone(&self.world), id)
    }

    /// Waits until the bot is on the gateway and has registered its commands.
    pub async fn bot_is_up(&self) {
        self.world
            .until(
                "the bot is on the gateway with its commands registered",
                |world| (world.is_connected() && world.commands.is_some()).then_some(()),
            )
            .await;
        self.keeps_the_rules();
    }

    /// The commands as the bot registered them last.
    pub fn commands(&self) -> Value {
        self.world
            .look(|world| world.commands.clone())
            .unwrap_or_default()
    }

    /// How often the bot has begun a session (IDENTIFY) and resumed one (RESUME).
    pub fn sessions(&self) -> Sessions {
        self.world.look(|world| world.sessions)
    }

    /// Waits until [`Discord::sessions`] fulfils `condition`.
    pub async fn sessions_until(&self, what: &str, condition: impl Fn(Sessions) -> bool) {
        self.world
            .until(what, |world| {
                (world.is_connected() && condition(world.sessions)).then_some(())
            })
            .await;
    }

    /// How many requests of this kind have come so far, refused ones included.
    pub fn calls(&self, call: Call) -> usize {
        self.world
            .look(|world| world.calls.get(&call).copied().unwrap_or_default())
    }

    /// Waits until so many requests of this kind have come.
    pub async fn calls_reach(&self, call: Call, count: usize) {
        let what = format!("Discord has had {count} requests of the kind {call:?}");
        let reached = |world: &World| {
            world
                .calls
                .get(&call)
                .is_some_and(|have| *have >= count)
                .then_some(())
        };
        self.world.until(&what, reached).await;
    }

    /// The next `times` requests of this kind have a bad day.
    pub fn fails(&self, call: Call, fault: Fault, times: usize) {
        self.world.change(|world| {
            world
                .faults
                .extend(std::iter::repeat_n((call, fault), times))
        });
    }

    /// Nothing goes wrong any more with what comes from now on.
    pub fn is_well(&self) {
        self.world.change(|world| world.faults.clear());
    }

    /// Everybody is hung up on, and nobody gets in.
    pub fn goes_down(&self) {
        self.world.change(|world| world.down = true);
        self.order(Order::HangUp);
    }

    /// The outage is over.
    pub fn comes_up(&self) {
        self.world.change(|world| world.down = false);
    }

    /// Asks the bot to reconnect and resume (op 7).
    pub fn asks_to_reconnect(&self) {
        self.order(Order::Reconnect);
    }

    /// Declares the session invalid (op 9).
    pub fn invalidates_the_session(&self, resumable: bool) {
        self.order(Order::Invalidate { resumable });
    }

    /// Closes the gateway connection with a code.
    pub fn closes_the_gateway(&self, code: u16) {
        self.order(Order::Close(code));
    }

    /// From now on every IDENTIFY is answered by closing with `code`; `None` lets them in again.
    pub fn refuses_identify(&self, code: Option<u16>) {
        self.world.change(|world| world.refuse_identify = code);
    }

    /// How often an IDENTIFY was refused.
    pub fn refused(&self) -> usize {
        self.sessions().refused
    }

    /// Fails the story if the bot has broken one of Discord's rules so far.
    ///
    /// # Panics
    /// When it has.
    #[track_caller]
    pub fn keeps_the_rules(&self) {
        self.world.look(World::keeps_the_rules);
    }

    fn order(&self, order: Order) {
        self.world.change(|world| world.order(order));
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
    /// By an IDENTIFY that was let in.
    pub begun: usize,
    /// By a RESUME.
    pub resumed: usize,
    /// Not at all.
    pub refused: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::{self, Request};
    use serde_json::json;

    async fn registers(discord: &Discord, command: Value) -> u16 {
        let address = discord.world.look(|world| world.address);
        let path = format!("/api/v10/applications/{}/commands", world::APPLICATION);
        let token = format!("Bot {}", discord.token());
        let request = Request::new("PUT", path).header("Authorization", &token);
        raw::ask(address, &request.json(&json!([command])))
            .await
            .status
    }

    #[tokio::test]
    async fn a_command_that_keeps_the_rules_is_registered() {
        let discord = Discord::start().await;
        let command = json!({"name": "oxeye", "description": "Who is on"});
        assert_eq!(registers(&discord, command).await, 200);
        assert_eq!(discord.commands()[0]["name"], "oxeye");
    }

    #[tokio::test]
    #[should_panic(expected = "broke Discord's rules")]
    async fn what_breaks_a_rule_is_refused_and_fails_the_story() {
        let discord = Discord::start().await;
        let command = json!({"name": "Not A Name", "description": "Who is on"});
        assert_eq!(registers(&discord, command).await, 400);
        drop(discord);
    }
}
