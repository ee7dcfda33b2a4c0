//! Passes updates to the reconciler, and its reports to the outboxes and heartbeats.

mod publishing;
mod reporting;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use oxeye_plugin_client::Client;
use oxeye_plugin_proto::{ActivityEvent, UnixSeconds};
use oxeye_process::clock::Clock;
use tokio::sync::watch;

use super::about::AboutServer;
use super::hiding::HidingFile;
use super::links::Credentials;
use super::server::{Server, open_activity};
use crate::about::AboutDelivery;
use crate::feed::poller::Wanted;
use crate::feed::{Message, Messages, UnsavedReports};
use crate::heartbeat::Heartbeat;
use crate::member_codes::{MemberCodeDelivery, MemberCodes};
use crate::outbox::{BackendSignal, Outbox, ReceiptStatus};
use crate::reconcile::{Link, Reconciler};
use crate::settings::Settings;
use crate::source_update::{SourceKind, SourceUpdate};
use crate::status::StatusFile;

/// The longest time until a port that refuses counts as dead.
const PORT_CHECKED_WITHIN: Duration = Duration::from_secs(10);

/// The error when the backend no longer knows any of our keys. Starting again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the backend no longer knows this server's key; get a new link code and run `oxeye-agent connect CODE`"
)]
pub(crate) struct NotLinked;

/// The reconciler, and everything that its decisions reach.
#[derive(Debug)]
pub(super) struct Agent {
    reconciler: Reconciler,
    servers: BTreeMap<Link, Server>,
    /// The number of the last report about the log. It grows across runs.
    last_number: u64,
    /// Reports about the log that wait because they could not be saved with its position.
    unsaved: Option<UnsavedReports>,
    /// How often in a row that has failed.
    failed_saves: u32,
    /// What players did. Its outbox has a thread of its own, so that it delays nothing else.
    activity: Option<Outbox<ActivityEvent>>,
    about: AboutServer,
    /// Codes that members type. Only the log of the server itself shows them.
    member_codes: Option<MemberCodes>,
    reads_member_codes: bool,
    sources: Vec<SourceKind>,
    wanted: watch::Sender<Wanted>,
    clock: Clock,
    hiding: HidingFile,
    status_file: StatusFile,
    /// Whether the server's port is checked.
    checks_port: bool,
    /// When to stop after standard input has ended. By then it is known whether the server is up.
    ends_at: Option<Instant>,
}

impl Agent {
    /// Opens the outboxes. The returned heartbeats still have to be started.
    pub(super) fn start(
        settings: &Settings,
        linked: &[Credentials],
        clock: Clock,
        messages: &Messages,
    ) -> anyhow::Result<(Self, Vec<(Link, Heartbeat)>)> {
        let sources = settings.sources();
        let links = linked.iter().map(|server| server.link.clone()).collect();
        let mut agent = Self {
            reconciler: Reconciler::new(links, settings.heartbeat, sources.iter().copied()),
            servers: BTreeMap::new(),
            last_number: 0,
            unsaved: None,
            failed_saves: 0,
            activity: None,
            about: AboutServer::of_folder(settings, clock()),
            member_codes: None,
            reads_member_codes: false,
            sources,
            wanted: watch::Sender::new(Wanted::new()),
            clock,
            hiding: HidingFile::in_folder(&settings.data_dir),
            status_file: StatusFile::in_folder(&settings.data_dir),
            checks_port: settings.ping.is_some(),
            ends_at: None,
        };
        if agent.checks_port {
            agent.reconciler.await_port();
        }
        agent
            .reconciler
            .remember_hiding(agent.hiding.names().clone());
        let mut heartbeats = Vec::new();
        for linked in linked {
            let (server, heartbeat) = Server::open(settings, linked, clock, messages)?;
            if linked.link == Link::Main && settings.reports_activity() {
                agent.activity = Some(open_activity(settings, linked, clock, messages)?);
            }
            heartbeats.push((linked.link.clone(), heartbeat));
            agent.last_number = agent.last_number.max(server.outbox.last_number());
            agent.servers.insert(linked.link.clone(), server);
        }
        agent.publish();
        Ok((agent, heartbeats))
    }

    /// Returns what sends what the server says about itself, which still has to be started.
    pub(super) fn about_delivery(&self, linked: &[Credentials]) -> Option<AboutDelivery> {
        self.about.delivery(linked)
    }

    /// Returns what passes on the codes that members type, which still has to be started.
    pub(super) fn member_code_delivery(
        &mut self,
        linked: &[Credentials],
    ) -> Option<MemberCodeDelivery> {
        let main = linked.iter().find(|linked| linked.link == Link::Main)?;
        let client = Client::with_key(&main.backend, main.key.clone());
        let (member_codes, delivery) = MemberCodes::new(client, self.clock);
        self.member_codes = Some(member_codes);
        Some(delivery)
    }

    /// Returns the sources worth polling, which change over time.
    pub(super) fn wanted(&self) -> watch::Receiver<Wanted> {
        self.wanted.subscribe()
    }

    /// Processes one message.
    ///
    /// # Errors
    ///
    /// When the backend no longer knows any of the keys.
    pub(super) fn take(&mut self, message: Message) -> anyhow::Result<()> {
        let now = (self.clock)();
        match message {
            Message::Update {
                from,
                update,
                commit,
            } => match commit {
                Some(commit) => self.take_from_log(update, commit, now),
                None => {
                    let reports = self.reconciler.take(from, update, now);
                    self.report(reports);
                }
            },
            Message::Unstored { reports, receipt } => {
                let _ = receipt.send(ReceiptStatus::Accepted {
                    is_believed: false,
                    is_saved: true,
                });
                self.report_once(reports, &receipt);
            }
            Message::Activity(events) => {
                if let Some(activity) = &self.activity {
                    for event in events {
                        activity.push(event);
                    }
                }
            }
            Message::MemberCode(typed) => {
                if let Some(member_codes) = &self.member_codes {
                    member_codes.pass_on(typed);
                }
            }
            Message::ReadsMemberCodes(reads) => self.reads_member_codes = reads,
            Message::About(from, facts) => self.about.note(from, *facts, now),
            Message::InputEnded => self.input_ended(now),
            Message::Port(change) => {
                let reports = self.reconciler.port(change, now);
                self.report(reports);
            }
            Message::Backend(link, BackendSignal::FullSyncWanted) => {
                if link == Link::Main {
                    self.about.send_again(now);
                }
                let reports = self.reconciler.resync(now);
                self.report(reports);
            }
            Message::Backend(link, BackendSignal::NotLinked) => self.unlink(&link)?,
        }
        self.publish();
        Ok(())
    }

    /// Whether any of these sources is working.
    pub(super) fn relies_on(&self, sources: &[SourceKind]) -> bool {
        sources.iter().any(|kind| self.reconciler.works(*kind))
    }

    /// Does what is due. Must be called every second.
    ///
    /// # Errors
    ///
    /// When there is nothing left to do.
    pub(super) fn tick(&mut self) -> anyhow::Result<()> {
        let now = (self.clock)();
        self.about.tick(now);
        self.save_and_report();
        let reports = self.reconciler.tick(now);
        self.report(reports);
        self.publish();
        let status = self.status();
        self.status_file.update(status);
        let is_over = self
            .ends_at
            .is_some_and(|ends_at| Instant::now() >= ends_at);
        anyhow::ensure!(!is_over, "standard input has ended");
        Ok(())
    }

    /// Prepares to stop once it is known whether the server is up. The supervisor that started the
    /// agent with this log can start it with the next one, and any other source would know less.
    fn input_ended(&mut self, now: UnixSeconds) {
        let until_checked = if self.checks_port {
            PORT_CHECKED_WITHIN
        } else {
            Duration::ZERO
        };
        self.ends_at = Some(Instant::now() + until_checked);
        let update = SourceUpdate::Failed("standard input has ended".to_owned());
        let reports = self.reconciler.take(SourceKind::Log, update, now);
        self.report(reports);
    }

    fn unlink(&mut self, link: &Link) -> anyhow::Result<()> {
        let Some(server) = self.servers.get_mut(link) else {
            return Ok(());
        };
        let was_linked = std::mem::take(&mut server.is_linked);
        if was_linked && let Link::Behind(name) = link {
            tracing::error!(
                "the backend no longer knows the key of {name}; get a new link code and connect it again"
            );
        }
        if self.servers.values().any(|server| server.is_linked) {
            return Ok(());
        }
        Err(NotLinked.into())
    }
}

#[cfg(test)]
mod tests;
