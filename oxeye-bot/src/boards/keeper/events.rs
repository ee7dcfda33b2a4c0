//! What reaches the keeper: changes of servers, events of Discord, and members who ask for a board.

use std::time::Duration;

use oxeye_db::{BoardId, FeedEvent, GuildId, ServerId};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::super::healing::Refusal;
use super::super::nudge::Nudge;
use super::super::{Ask, PostError, Posted};
use super::known::Known;
use super::{Ended, Keeper};
use crate::rest::RestError;

/// How long whoever asks for a board waits for its turn in the channel.
const WORTH_WAITING: Duration = Duration::from_secs(1);

impl Keeper<'_> {
    /// Notes which boards may show something that is no longer true.
    pub(super) fn note(&mut self, change: FeedEvent) {
        let changed: Vec<_> = match change {
            FeedEvent::Everything => self.boards.keys().copied().collect(),
            FeedEvent::Server(change) => {
                let guild = self.guild_of(change.server);
                let shows = |known: &&Known| match known.board.server {
                    Some(server) => server == change.server,
                    None => Some(known.board.guild) == guild,
                };
                let boards = self.boards.values().filter(shows);
                boards.map(|known| known.board.id).collect()
            }
        };
        for id in changed {
            self.changed(id);
        }
    }

    fn changed(&mut self, id: BoardId) {
        let now = Instant::now();
        self.plan.unhold(id, now);
        if self.boards.get(&id).is_some_and(Known::is_kept) {
            self.plan.changed(id, now);
        }
    }

    /// Returns the guild of a server, also of one that was removed.
    fn guild_of(&mut self, server: ServerId) -> Option<GuildId> {
        if self
            .boards
            .values()
            .all(|known| known.board.server.is_some())
        {
            return None;
        }
        if !self.guilds.contains_key(&server) {
            self.learn_guilds();
        }
        self.guilds.get(&server).copied()
    }

    /// Learns the guilds of all servers.
    pub(super) fn learn_guilds(&mut self) {
        let servers = self.tools.database.known_servers((self.tools.clock)());
        let guilds = servers.into_iter().map(|server| (server.id, server.guild));
        self.guilds.extend(guilds);
    }

    pub(super) async fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Post(id, answer) => self.post(id, answer).await,
            Ask::Delete(posted) => self.delete(posted),
            Ask::Nudge(nudge) => self.follow(nudge),
            Ask::ShowHeads => self.note(FeedEvent::Everything),
        }
    }

    /// Makes an attempt at a board at once, for somebody who waits for its end.
    async fn post(&mut self, id: BoardId, answer: oneshot::Sender<Result<Posted, PostError>>) {
        self.read().await;
        let Some(known) = self.boards.get_mut(&id) else {
            // This fails only if nobody waits any more.
            let _ = answer.send(Err(PostError::Gone));
            return;
        };
        let (now, posted) = (Instant::now(), known.posted());
        let was_just_edited = posted.is_some() && self.plan.was_just_edited(id, now);
        known.is_doubtful |= posted.is_some() && !was_just_edited;
        self.plan.hurry(id, now);
        let paced_for = self.plan.paced_until(id, now).map(|until| until - now);
        let paced_for = paced_for.filter(|pause| !was_just_edited && *pause > WORTH_WAITING);
        if let Some(pause) = paced_for {
            let _ = answer.send(Err(PostError::Paced(pause, posted)));
            return;
        }
        known.waiting.push(answer);
        if let Some(posted) = posted.filter(|_| was_just_edited) {
            self.look(id, posted);
        }
    }

    /// Checks whether a message that may not be edited yet is still there.
    fn look(&mut self, id: BoardId, at: Posted) {
        let rest = self.tools.rest.clone();
        self.under_way.push(Box::pin(async move {
            let looked = rest.message(at.channel, at.message).await;
            Ended::Look(id, at, looked.map(drop))
        }));
    }

    /// Answers those who wait for a board, or has it posted again if its message is gone.
    pub(super) fn looked(&mut self, id: BoardId, at: Posted, looked: Result<(), RestError>) {
        let Some(known) = self.boards.get_mut(&id) else {
            return;
        };
        let is_gone = looked.is_err_and(|error| Refusal::of(&error) == Refusal::NoMessage);
        if !is_gone || known.posted() != Some(at) {
            self.answer_posted(id);
            return;
        }
        known.lose_message();
        let channel = known.board.channel;
        self.plan.moved(id, channel);
        self.plan.post_again(id, Instant::now());
    }

    fn follow(&mut self, nudge: Nudge) {
        let concerns = |known: &Known| match nudge {
            Nudge::Guild(guild) | Nudge::GuildBack(guild) | Nudge::GuildAway(guild) => {
                known.board.guild == guild
            }
            Nudge::Thread(channel) | Nudge::ChannelGone(channel) => known.board.is_in(channel),
        };
        match nudge {
            Nudge::GuildAway(guild) => _ = self.away.insert(guild),
            Nudge::GuildBack(guild) => _ = self.away.remove(&guild),
            _ => {}
        }
        let now = Instant::now();
        for known in self.boards.values_mut() {
            if !concerns(known) || !known.is_kept() {
                continue;
            }
            let id = known.board.id;
            if let Nudge::ChannelGone(_) = nudge {
                known.is_doubtful = true;
                self.plan.hurry(id, now);
            } else if known.is_refused || self.plan.is_under_way(id) {
                self.plan.hurry(id, now);
            }
        }
    }
}
