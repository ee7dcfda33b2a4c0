//! The one who decides: takes the news, tells the outboxes, and lets the hearts know.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oxeye_plugin_client::{Client, RetryPolicy};
use oxeye_plugin_proto::UnixSeconds;
use tokio::sync::watch;

use super::hiding::HidingFile;
use super::links::{Credentials, spool_file};
use crate::clock::Clock;
use crate::feed::asker::Wanted;
use crate::feed::{Message, Messages};
use crate::heart::{Heart, Vital};
use crate::news::{News, SourceKind};
use crate::outbox::{Handled, Outbox, OutboxSettings, Receipt, Told, Word};
use crate::settings::Settings;
use crate::status::{Status, WRITTEN_EVERY_SECS};
use crate::watch::{Link, Pulse, Report, Watch};

/// A port that died is known to be dead within this time.
const KNOCKED_WITHIN: Duration = Duration::from_secs(20);

/// The backend knows none of our keys any more. Starting again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the backend does not know this server's key any more; get a new link code and run `oxeye-agent connect CODE`"
)]
pub struct NotLinked;

/// Everything that is decided, and who is told.
#[derive(Debug)]
pub(super) struct Agent {
    watch: Watch,
    servers: BTreeMap<Link, Server>,
    sources: Vec<SourceKind>,
    wanted: watch::Sender<Wanted>,
    clock: Clock,
    data_dir: PathBuf,
    hiding: HidingFile,
    status: Option<Status>,
    /// Somebody knocks at the server's port.
    knocks: bool,
    /// When standard input has ended, and what becomes of the server is known.
    ends_at: Option<Instant>,
}

#[derive(Debug)]
struct Server {
    outbox: Arc<Outbox>,
    vital: watch::Sender<Vital>,
    is_linked: bool,
}

impl Agent {
    /// Opens the outboxes. The hearts still have to be set going.
    pub(super) fn start(
        settings: &Settings,
        linked: &[Credentials],
        clock: Clock,
        messages: &Messages,
    ) -> anyhow::Result<(Self, Vec<(Link, Heart)>)> {
        let sources = settings.sources();
        let links = linked.iter().map(|server| server.link.clone()).collect();
        let mut agent = Self {
            watch: Watch::new(links, settings.heartbeat, sources.iter().copied()),
            servers: BTreeMap::new(),
            sources,
            wanted: watch::Sender::new(Wanted::new()),
            clock,
            data_dir: settings.data_dir.clone(),
            hiding: HidingFile::in_folder(&settings.data_dir),
            status: None,
            knocks: settings.ping.is_some(),
            ends_at: None,
        };
        agent.watch.remember_hiding(agent.hiding.names().clone());
        let mut hearts = Vec::new();
        for linked in linked {
            let outbox = Arc::new(open_outbox(settings, linked, clock, messages)?);
            let silent = Vital {
                pulse: Pulse::Silent,
                online: None,
            };
            let (vital, watched) = watch::channel(silent);
            let client = Client::with_key(&linked.backend, linked.key.clone());
            let heart = Heart {
                client: client.retrying(RetryPolicy::never()),
                every: settings.heartbeat,
                vital: watched,
                outbox: Arc::clone(&outbox),
                clock,
            };
            hearts.push((linked.link.clone(), heart));
            let server = Server {
                outbox,
                vital,
                is_linked: true,
            };
            agent.servers.insert(linked.link.clone(), server);
        }
        agent.publish();
        Ok((agent, hearts))
    }

    /// The sources worth asking, now and from now on.
    pub(super) fn wanted(&self) -> watch::Receiver<Wanted> {
        self.wanted.subscribe()
    }

    /// Takes one message.
    ///
    /// # Errors
    ///
    /// When the backend knows none of the keys any more.
    pub(super) fn take(&mut self, message: Message) -> anyhow::Result<()> {
        let now = (self.clock)();
        match message {
            Message::News {
                from,
                news,
                receipt,
            } => {
                let reports = self.watch.take(from, news, now);
                let is_believed = self.watch.believed() == Some(from);
                if let Some(receipt) = &receipt {
                    let _ = receipt.send(Handled::Taken { is_believed });
                }
                self.tell(reports, receipt.as_ref());
            }
            Message::InputEnded => self.input_ended(now),
            Message::Port(change) => {
                let reports = self.watch.port(change, now);
                self.tell(reports, None);
            }
            Message::Word(_, Word::ResyncWanted) => {
                let reports = self.watch.resync(now);
                self.tell(reports, None);
            }
            Message::Word(link, Word::NotLinked) => self.unlink(&link)?,
        }
        self.publish();
        Ok(())
    }

    /// Whether any of these works now.
    pub(super) fn relies_on(&self, sources: &[SourceKind]) -> bool {
        sources.iter().any(|kind| self.watch.works(*kind))
    }

    /// To be called every second.
    ///
    /// # Errors
    ///
    /// When there is nothing left to do.
    pub(super) fn tick(&mut self) -> anyhow::Result<()> {
        let reports = self.watch.tick((self.clock)());
        self.tell(reports, None);
        self.publish();
        self.write_status();
        let is_over = self
            .ends_at
            .is_some_and(|ends_at| Instant::now() >= ends_at);
        anyhow::ensure!(!is_over, "standard input has ended");
        Ok(())
    }

    fn tell(&mut self, reports: Vec<Report>, receipt: Option<&Receipt>) {
        // Before the log's place moves on behind the line that told it.
        self.hiding.keep(self.watch.hiding());
        for Report { link, event } in reports {
            if let Some(server) = self.servers.get(&link).filter(|server| server.is_linked) {
                let receipt = receipt.cloned();
                server.outbox.tell(Told { event, receipt });
            }
        }
    }

    /// Whoever started the agent with a log can start it with the next one, while any other source
    /// would tell less. Before that, it sees whether the server has died.
    fn input_ended(&mut self, now: UnixSeconds) {
        let to_knock = if self.knocks {
            KNOCKED_WITHIN
        } else {
            Duration::ZERO
        };
        self.ends_at = Some(Instant::now() + to_knock);
        let news = News::Fails("standard input has ended".to_owned());
        let reports = self.watch.take(SourceKind::Log, news, now);
        self.tell(reports, None);
    }

    fn unlink(&mut self, link: &Link) -> anyhow::Result<()> {
        let Some(server) = self.servers.get_mut(link) else {
            return Ok(());
        };
        if std::mem::take(&mut server.is_linked)
            && let Link::Behind(name) = link
        {
            tracing::error!(
                "the backend does not know the key of {name} any more; get a new link code and connect it again"
            );
        }
        if self.servers.values().any(|server| server.is_linked) {
            return Ok(());
        }
        Err(NotLinked.into())
    }

    fn publish(&self) {
        let pulse = self.watch.pulse();
        let knows_everyone = self.watch.knows_everyone();
        for (link, server) in &self.servers {
            let online = self.watch.online_at(link);
            let vital = Vital {
                pulse: match link {
                    _ if !server.is_linked => Pulse::Silent,
                    Link::Behind(_) if !self.watch.knows_servers() => Pulse::Silent,
                    _ => pulse.clone(),
                },
                online: u32::try_from(online).ok().filter(|_| knows_everyone),
            };
            server.vital.send_if_modified(|before| {
                let is_new = *before != vital;
                *before = vital;
                is_new
            });
        }
        let wanted: Wanted = self
            .sources
            .iter()
            .copied()
            .filter(|kind| self.watch.wants(*kind))
            .collect();
        self.wanted.send_if_modified(|before| {
            let is_new = *before != wanted;
            *before = wanted;
            is_new
        });
    }

    /// Writes what is known for `oxeye-agent status`, when it is new or the last word is old.
    fn write_status(&mut self) {
        let status = self.status_now();
        let is_old = |before: &Status| {
            let age = status.written_at.saturating_since(before.written_at);
            age.as_secs() >= WRITTEN_EVERY_SECS
        };
        let says_the_same = |before: &Status| {
            let written_at = status.written_at;
            let before = Status {
                written_at,
                ..before.clone()
            };
            before == status
        };
        let before = self.status.as_ref();
        if before.is_some_and(|before| says_the_same(before) && !is_old(before)) {
            return;
        }
        if let Err(error) = status.write(&self.data_dir) {
            tracing::debug!("the status file cannot be written: {error}");
        }
        self.status = Some(status);
    }

    fn status_now(&self) -> Status {
        let failures = self.watch.failures();
        let online = self.watch.told().iter();
        let waiting = self.servers.values().map(|server| server.outbox.waiting());
        Status {
            written_at: (self.clock)(),
            pid: process::id(),
            source: self.watch.believed().map(|kind| kind.to_string()),
            count: match self.watch.pulse() {
                Pulse::Count(count) => Some(count),
                Pulse::Silent | Pulse::Names => None,
            },
            failures: failures
                .map(|(kind, why)| (kind.to_string(), why.to_owned()))
                .collect(),
            online: online.map(|present| present.player.clone()).collect(),
            waiting: waiting.sum(),
        }
    }
}

fn open_outbox(
    settings: &Settings,
    linked: &Credentials,
    clock: Clock,
    messages: &Messages,
) -> anyhow::Result<Outbox> {
    let link = linked.link.clone();
    let name = match &link {
        Link::Main => "this server".to_owned(),
        Link::Behind(server) => server.to_string(),
    };
    let messages = messages.clone();
    let word = move |word| {
        // Nobody listens any more once the agent stops.
        let _ = messages.send(Message::Word(link.clone(), word));
    };
    let settings = OutboxSettings {
        backend: linked.backend.clone(),
        key: linked.key.clone(),
        name,
        spool: spool_file(&settings.data_dir, &linked.link),
    };
    Outbox::open(settings, clock, word)
}
