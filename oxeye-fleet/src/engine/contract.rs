//! The contract test of engines: what the rules rely on, one case after another. A module of tests
//! runs all cases against its [`Host`] with `passes_the_contract!(Host)`.
//!
//! | module     | subject                                                              |
//! |------------|----------------------------------------------------------------------|
//! | `starting` | what is created and started, and what is refused                     |
//! | `ending`   | stops, kills and exits                                               |
//! | `keeping`  | what is listed, removed, and known to the next program               |

pub(crate) mod ending;
pub(crate) mod keeping;
pub(crate) mod starting;

use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::engine::{Engine, Exit, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};

/// Longer than anything takes on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A grace that never ends during a test.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// A grace that ends at once.
pub(crate) const SHORT: Duration = Duration::from_millis(50);

pub(crate) const SLOT: SlotId = SlotId(1);
pub(crate) const OTHER_SLOT: SlotId = SlotId(2);
pub(crate) const FIRST: Run = Run(1);
pub(crate) const SECOND: Run = Run(2);

/// What the servers of a host do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Servers {
    /// They exit with code 0 when asked to.
    Polite,
    /// They keep running when asked to exit.
    Stubborn,
    /// They cannot be started, because their program or image is missing.
    Missing,
}

/// A machine with an engine, and what the contract needs of it.
pub(crate) trait Host: Sized {
    /// The engine under test.
    type Engine: Engine;

    /// Returns whether the cases can run here. If they cannot, says so loudly.
    fn can_run() -> bool {
        true
    }

    /// Makes an empty machine whose servers behave like this.
    async fn with(servers: Servers) -> Self;

    /// Returns the engine as the current program has opened it.
    fn engine(&self) -> &Self::Engine;

    /// Ends the current program, and opens the engine again in another one.
    async fn restarted(self) -> Self;

    /// Returns a port that nobody uses.
    fn free_port(&mut self) -> u16;

    /// Occupies a port as another program would, and returns it.
    fn taken_port(&mut self) -> u16;

    /// Waits until a server that was started can be asked to exit.
    async fn is_up(&self, slot: SlotId, run: Run);

    /// Makes a server exit with this code.
    async fn let_exit(&self, slot: SlotId, run: Run, code: i32);

    /// Returns whether a world exists.
    fn has_world(&self, world: &WorldName) -> bool;
}

/// Runs every case of the contract against a host.
macro_rules! passes_the_contract {
    ($host:ty) => {
        passes_the_contract! { $host, starting:
            creating_twice_makes_one_container,
            starting_twice_starts_one_server,
            what_was_never_created_cannot_be_started,
            what_cannot_be_started_is_refused_in_words,
            a_taken_port_starts_nothing_until_the_slot_has_another,
            a_server_that_has_exited_starts_again,
            nothing_is_started_while_a_stop_runs,
        }
        passes_the_contract! { $host, ending:
            what_does_not_run_need_not_be_stopped_or_killed,
            a_polite_server_exits_by_itself,
            nobody_is_killed_before_the_grace_is_over,
            a_stubborn_server_is_killed_when_the_grace_is_over,
            a_later_stop_can_shorten_the_grace,
            a_server_is_killed_at_once,
            an_exit_is_reported_once_and_with_its_code,
            the_newest_receiver_gets_the_exits,
        }
        passes_the_contract! { $host, keeping:
            everything_is_listed,
            a_server_that_runs_is_not_removed,
            what_is_missing_need_not_be_removed,
            a_world_is_kept_or_discarded,
            every_world_is_named,
            the_next_program_knows_everything,
            a_stop_goes_on_when_the_program_ends,
        }
    };
    ($host:ty, $of:ident: $($case:ident,)+) => {
        $(
            #[tokio::test]
            async fn $case() {
                if <$host as crate::engine::contract::Host>::can_run() {
                    crate::engine::contract::$of::$case::<$host>().await;
                }
            }
        )+
    };
}
pub(crate) use passes_the_contract;

/// Waits for something that happens soon.
pub(crate) async fn soon<T>(what: &str, happens: impl Future<Output = T>) -> T {
    let happened = timeout(LIMIT, happens).await;
    happened.unwrap_or_else(|_| panic!("{what} took too long"))
}

/// Waits until a server does not run any more, whether or not anybody received its exit.
pub(crate) async fn until_exited(engine: &impl Engine, slot: SlotId) -> Listed {
    let exited = async {
        loop {
            let listed = engine.list().await.unwrap();
            let stopped = listed
                .into_iter()
                .find(|listed| listed.slot == slot && !listed.running);
            match stopped {
                Some(listed) => return listed,
                None => tokio::task::yield_now().await,
            }
        }
    };
    soon("the exit", exited).await
}

/// Programs of others that listen on ports of this machine.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Vec<TcpListener>);

impl Strangers {
    /// One more takes a port, until this is dropped.
    pub(crate) fn take_port(&mut self) -> u16 {
        let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = stranger.local_addr().unwrap().port();
        self.0.push(stranger);
        port
    }
}

/// A host and the receiver of its exits: what a program has after its start.
struct Machine<H: Host> {
    host: H,
    exits: mpsc::Receiver<Exit>,
}

impl<H: Host> Machine<H> {
    async fn with(servers: Servers) -> Self {
        Self::of(H::with(servers).await)
    }

    fn of(host: H) -> Self {
        let exits = host.engine().exits();
        Self { host, exits }
    }

    async fn restarted(self) -> Self {
        Self::of(self.host.restarted().await)
    }

    fn engine(&self) -> &H::Engine {
        self.host.engine()
    }

    fn launch(&mut self, slot: SlotId) -> Launch {
        let player: PlayerId = format!("player of {slot}").parse().unwrap();
        Launch {
            slot,
            port: self.host.free_port(),
            world: WorldName::of(&player),
            player,
        }
    }

    /// Creates a container.
    async fn created(&mut self, slot: SlotId) -> Launch {
        let launch = self.launch(slot);
        self.engine().create(&launch).await.unwrap();
        launch
    }

    /// Creates a container, and starts its server.
    async fn started(&mut self, slot: SlotId) -> Launch {
        let launch = self.created(slot).await;
        self.start(slot, FIRST).await.unwrap();
        self.host.is_up(slot, FIRST).await;
        launch
    }

    /// Starts a server. Another test may try the same port for a moment.
    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        let started = async {
            loop {
                match self.engine().start(slot, run).await {
                    Err(CallFailure::PortTaken) => tokio::task::yield_now().await,
                    started => return started,
                }
            }
        };
        soon("the port", started).await
    }

    async fn exit(&mut self) -> Exit {
        let exit = soon("the exit", self.exits.recv()).await;
        exit.expect("the engine reports exits")
    }

    /// Makes a server exit, and waits for the report.
    async fn let_exit(&mut self, slot: SlotId, run: Run, code: i32) -> Exit {
        self.host.let_exit(slot, run, code).await;
        self.exit().await
    }

    async fn list(&self) -> Vec<Listed> {
        let mut listed = self.engine().list().await.unwrap();
        listed.sort_by_key(|listed| listed.slot);
        listed
    }

    async fn listed(&self, slot: SlotId) -> Option<Listed> {
        let listed = self.list().await;
        listed.into_iter().find(|listed| listed.slot == slot)
    }

    async fn running(&self, slot: SlotId) -> Option<Run> {
        let listed = self.listed(slot).await;
        listed.filter(|listed| listed.running)?.run
    }

    async fn until_it_has_exited(&self, slot: SlotId) -> Listed {
        until_exited(self.engine(), slot).await
    }
}

/// Checks that the engine refuses, and would refuse again.
#[track_caller]
fn assert_refused(result: &Result<(), CallFailure>) {
    assert!(matches!(result, Err(CallFailure::Refused(_))), "{result:?}");
}

/// What is listed of a container.
fn listed(launch: &Launch, run: Option<Run>, running: bool, exit_code: Option<i32>) -> Listed {
    Listed {
        slot: launch.slot,
        port: launch.port,
        world: launch.world.clone(),
        run,
        running,
        exit_code,
    }
}
