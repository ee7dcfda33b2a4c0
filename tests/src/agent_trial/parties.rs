//! The agent and the backend, which are killed and started again.

use std::time::Duration;

use rand::Rng as _;
use tokio::time::sleep;

use super::journal::Journal;
use super::random_up_to;
use crate::agent::{Agent, AgentSetup};
use crate::backend::{Oxeye, Setup};
use crate::minecraft::Minecraft;

/// The server's name at the backend.
pub(super) const SERVER: &str = "survival";

/// The longest usual absence of a party.
const LONGEST_USUAL_ABSENCE: Duration = Duration::from_millis(2_500);

/// One in this many absences is a long one.
const LONG_ABSENCES: u32 = 25;

/// Longer than the difference between two clocks that the backend tolerates, so what is reported
/// afterwards counts as old.
const LONG_ABSENCE: Duration = Duration::from_secs(50);

/// The agent and the backend.
pub(super) struct Parties {
    oxeye: Option<Oxeye>,
    port: String,
    agent: Option<Agent>,
    setup: AgentSetup,
    pub(super) agent_kills: usize,
    pub(super) backend_kills: usize,
}

/// Who is killed, when, and how long each stays down; `None` for a party that is not killed.
#[derive(Debug)]
pub(super) struct Kills {
    after: Duration,
    agent_down_for: Option<Duration>,
    backend_down_for: Option<Duration>,
}

impl Kills {
    pub(super) fn random(long_outages: bool) -> Self {
        let mut random = rand::rng();
        let is_long = long_outages && random.random_ratio(1, LONG_ABSENCES);
        let at_least = if is_long {
            LONG_ABSENCE
        } else {
            Duration::ZERO
        };
        let away = |killed: bool| killed.then(|| at_least + random_up_to(LONGEST_USUAL_ABSENCE));
        let victims = [
            (true, false),
            (true, false),
            (false, true),
            (false, true),
            (true, true),
        ];
        let (agent, backend) = victims[random.random_range(0..victims.len())];
        Self {
            after: random_up_to(Duration::from_millis(1_500)),
            agent_down_for: away(agent),
            backend_down_for: away(backend),
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.length() >= LONG_ABSENCE
    }

    /// The time until both are back.
    pub(super) fn length(&self) -> Duration {
        let away = self.agent_down_for.max(self.backend_down_for);
        self.after + away.unwrap_or_default()
    }
}

impl Parties {
    /// Starts a backend, and an agent that is linked to it.
    pub(super) async fn start(minecraft: &Minecraft) -> Self {
        let oxeye = backend().start().await;
        let setup = AgentSetup::beside(minecraft);
        setup.connect(&oxeye, SERVER).await;
        Self {
            port: oxeye.address().port().to_string(),
            oxeye: Some(oxeye),
            agent: Some(setup.start()),
            setup,
            agent_kills: 0,
            backend_kills: 0,
        }
    }

    /// # Panics
    /// If the backend is down.
    pub(super) fn oxeye(&self) -> &Oxeye {
        self.oxeye.as_ref().expect("the backend is running")
    }

    pub(super) fn agent_log(&self) -> String {
        self.agent.as_ref().map(Agent::log).unwrap_or_default()
    }

    /// Kills and restarts the parties as planned; both are running again afterwards.
    pub(super) async fn carry_out(&mut self, kills: &Kills, journal: &Journal) {
        sleep(kills.after).await;
        let agent = kills
            .agent_down_for
            .and_then(|away| Some((away, self.agent.take()?)));
        let oxeye = kills
            .backend_down_for
            .and_then(|away| Some((away, self.oxeye.take()?)));
        self.agent_kills += usize::from(agent.is_some());
        self.backend_kills += usize::from(oxeye.is_some());
        let (setup, port) = (&self.setup, self.port.as_str());
        let agent = async {
            let (away, agent) = agent?;
            journal.note("the agent is killed");
            agent.kill().await;
            sleep(away).await;
            journal.note("the agent is started");
            Some(setup.start())
        };
        let oxeye = async {
            let (away, mut oxeye) = oxeye?;
            journal.note("the backend is killed");
            oxeye.kill().await;
            sleep(away).await;
            journal.note("the backend is started");
            Some(oxeye.setup().set("PORT", port).start().await)
        };
        let (agent, oxeye) = tokio::join!(agent, oxeye);
        self.agent = agent.or(self.agent.take());
        self.oxeye = oxeye.or(self.oxeye.take());
    }
}

/// A backend with default settings, except that many connections may ask at once.
fn backend() -> Setup {
    Setup::new().set("RUST_LOG", "warn,oxeye_backend=info")
}
