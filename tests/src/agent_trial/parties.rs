//! The agent and the backend, killed and started again.

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

/// How long a party is usually away, at most.
const AWAY: Duration = Duration::from_millis(2_500);

/// One of so many absences is a long one.
const LONG_ABSENCES: u32 = 25;

/// Longer than the backend believes that two clocks differ: what is told afterwards of the time
/// before is old news.
const LONG: Duration = Duration::from_secs(50);

/// Both parties.
pub(super) struct Parties {
    oxeye: Option<Oxeye>,
    port: String,
    agent: Option<Agent>,
    setup: AgentSetup,
    pub(super) agent_kills: usize,
    pub(super) backend_kills: usize,
}

/// Who is killed, when, and for how long each is away; `None` who is not.
#[derive(Debug)]
pub(super) struct Trouble {
    after: Duration,
    agent_away: Option<Duration>,
    backend_away: Option<Duration>,
}

impl Trouble {
    pub(super) fn random(takes_its_time: bool) -> Self {
        let mut random = rand::rng();
        let is_long = takes_its_time && random.random_ratio(1, LONG_ABSENCES);
        let at_least = if is_long { LONG } else { Duration::ZERO };
        let away = |killed: bool| killed.then(|| at_least + random_up_to(AWAY));
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
            agent_away: away(agent),
            backend_away: away(backend),
        }
    }

    pub(super) fn is_long(&self) -> bool {
        self.length() >= LONG
    }

    /// Until both are back.
    pub(super) fn length(&self) -> Duration {
        let away = self.agent_away.max(self.backend_away);
        self.after + away.unwrap_or_default()
    }
}

impl Parties {
    /// A backend, and an agent that is linked to it.
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
    /// While it is away.
    pub(super) fn oxeye(&self) -> &Oxeye {
        self.oxeye.as_ref().expect("the backend is there")
    }

    pub(super) fn agent_log(&self) -> String {
        self.agent.as_ref().map(Agent::log).unwrap_or_default()
    }

    /// Goes through the trouble; both are there again afterwards.
    pub(super) async fn suffer(&mut self, trouble: &Trouble, journal: &Journal) {
        sleep(trouble.after).await;
        let agent = trouble
            .agent_away
            .and_then(|away| Some((away, self.agent.take()?)));
        let oxeye = trouble
            .backend_away
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

/// Everything as it is by default; only that many may ask at once.
fn backend() -> Setup {
    Setup::new().set("RUST_LOG", "warn,oxeye_backend=info")
}
