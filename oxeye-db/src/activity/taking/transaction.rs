//! One transaction: judges every report, and collects what its events change until all of it is written at once.

use hashbrown::HashMap;
use oxeye_plugin_proto::{ActivityEvent, EventBatch, PlayerName, ServerName, UnixSeconds, limits};
use rusqlite::Connection;

use crate::activity::changes::{Changes, Written};
use crate::activity::fold::counted;
use crate::activity::kinds::{Kinds, is_derived};
use crate::activity::known_players::Players;
use crate::activity::queue::Outcome;
use crate::activity::recent::MAX_RECENT;
use crate::activity::report::{ActivityAnswer, ActivityReport, TakeActivityError};
use crate::activity::stays::session_begin;
use crate::activity::store::rows::idempotency_keys;
use crate::epochs::{EpochNumbers, RefusedEvent, Verdict};
use crate::ids::{GuildId, ServerId};
use crate::memory::Memory;
use crate::rate_limits::TooManyNewPlayers;
use crate::reporter::Reporter;
use crate::server_state::ServerState;

/// One transaction's work.
pub(super) struct Transaction<'a, 'k> {
    file: &'a Connection,
    memory: &'a Memory,
    kinds: &'k Kinds,
    changes: Changes<'k>,
    /// When the open stays of players began.
    stays: HashMap<(GuildId, PlayerName), Option<UnixSeconds>>,
    /// When the sessions of players began, for events that are older than their open stays.
    sessions: HashMap<(GuildId, PlayerName), Option<UnixSeconds>>,
    /// The servers of each guild that had anybody on when they were first needed.
    played_on: HashMap<GuildId, Vec<ServerId>>,
}

/// The server that reports, as it is now.
struct Speaker {
    reporter: Reporter,
    guild: GuildId,
    name: ServerName,
    now: UnixSeconds,
}

impl<'a, 'k> Transaction<'a, 'k> {
    pub(super) fn new(file: &'a Connection, memory: &'a Memory, kinds: &'k Kinds) -> Self {
        Self {
            file,
            memory,
            kinds,
            changes: Changes::default(),
            stays: HashMap::new(),
            sessions: HashMap::new(),
            played_on: HashMap::new(),
        }
    }

    /// Takes a report. What its events change is not written yet.
    pub(super) fn take(
        &mut self,
        reporter: Reporter,
        report: ActivityReport,
        now: UnixSeconds,
    ) -> rusqlite::Result<Outcome> {
        let speaker = self.memory.cache.read(reporter.server(), |state| {
            reporter.may_report(state).then(|| Speaker {
                reporter,
                guild: state.guild(),
                name: state.name().clone(),
                now,
            })
        });
        let Some(speaker) = speaker.flatten() else {
            return Ok(Err(TakeActivityError::NotLinked));
        };
        match report {
            ActivityReport::Batch(batch) => self.take_batch(&speaker, batch),
            ActivityReport::Single {
                event,
                idempotency_key,
            } => self.take_single(&speaker, event, idempotency_key.as_deref()),
        }
    }

    /// Writes what the events of all reports change.
    pub(super) fn write(self, players: &mut Players) -> rusqlite::Result<Written> {
        self.changes.write(self.file, players, MAX_RECENT)
    }

    fn take_single(
        &mut self,
        speaker: &Speaker,
        event: ActivityEvent,
        key: Option<&str>,
    ) -> rusqlite::Result<Outcome> {
        if let Err(why) = check(&event, speaker.now) {
            return Ok(Err(TakeActivityError::Refused(why)));
        }
        if let Some(key) = key {
            let server = speaker.reporter.server();
            if !idempotency_keys::remember(self.file, server, key, speaker.now)? {
                let taken = self.check_alone(speaker, &event);
                return Ok(taken
                    .map(|()| ActivityAnswer::default())
                    .map_err(TakeActivityError::Refused));
            }
        }
        let added = self.add(speaker, event);
        // If it is sent again when it can be taken, it is not to pass for one that was.
        if let (Err(_), Some(key)) = (&added, key) {
            idempotency_keys::forget(self.file, speaker.reporter.server(), key)?;
        }
        Ok(added.map(|()| ActivityAnswer::default()))
    }

    fn take_batch(
        &mut self,
        speaker: &Speaker,
        batch: EventBatch<ActivityEvent>,
    ) -> rusqlite::Result<Outcome> {
        let server = speaker.reporter.server();
        let epoch = batch.epoch().get().unsigned_abs();
        let first_seq = batch.first_seq().get().unsigned_abs();
        let last_seq = batch.last_seq().get().unsigned_abs();
        let numbers = EpochNumbers::read(self.file, server, epoch, speaker.now)?;
        let acked_seq = match numbers.judge(first_seq, last_seq) {
            Verdict::Refused(error) => return Ok(Err(error.into())),
            Verdict::KnownUpTo(acked_seq) => acked_seq,
            Verdict::Known | Verdict::New { .. } => last_seq,
        };
        let mut answer = ActivityAnswer {
            acked_seq,
            refused: Vec::new(),
        };
        for (seq, entry) in (first_seq..=acked_seq).zip(batch.into_entries()) {
            let taken = match entry {
                Err(wrong) => Err(wrong.error),
                Ok(event) if numbers.number(seq).is_known => self.check_alone(speaker, &event),
                Ok(event) => check(&event, speaker.now).and_then(|()| {
                    let added = self.add(speaker, event);
                    added.map_err(|refusal| refusal.to_string())
                }),
            };
            if let Err(why) = taken {
                answer.refused.push(RefusedEvent { seq, why });
            }
        }
        numbers.remember(self.file, first_seq, acked_seq)?;
        Ok(Ok(answer))
    }

    /// Says why an event that was sent before was refused then, if the reason lies in the event alone. Whether it
    /// was too old or a player too many is not known any more, as with events of presence.
    fn check_alone(&self, speaker: &Speaker, event: &ActivityEvent) -> Result<(), String> {
        check_type(event)?;
        let (player, event_type) = (&event.player, &event.event_type);
        if self.kinds.ignores(&speaker.name, player, event_type) {
            return Ok(());
        }
        match counted(self.kinds, event_type, &event.details) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Adds an event to what is to be written, unless its player is ignored. Says why it cannot be counted.
    fn add(&mut self, speaker: &Speaker, event: ActivityEvent) -> Result<(), TakeActivityError> {
        if self
            .kinds
            .ignores(&speaker.name, &event.player, &event.event_type)
        {
            return Ok(());
        }
        let counted = counted(self.kinds, &event.event_type, &event.details);
        let counted = counted.map_err(|error| TakeActivityError::Refused(error.to_string()))?;
        let stay = self.stay_of(speaker, &event.player)?;
        let at = event.at.unwrap_or(speaker.now).min(speaker.now);
        let stay = match stay {
            Some(began_at) if began_at <= at => Some(began_at),
            _ => {
                let session = self.session_of(speaker, &event.player);
                session.filter(|began_at| *began_at <= at)
            }
        };
        self.changes.add(speaker.guild, event, at, stay, counted);
        Ok(())
    }

    /// Returns when the player's session began, if it goes on.
    fn session_of(&mut self, speaker: &Speaker, player: &PlayerName) -> Option<UnixSeconds> {
        let memory = self.memory;
        let key = (speaker.guild, player.clone());
        let session = self.sessions.entry(key);
        *session.or_insert_with(|| session_begin(memory, speaker.guild, player, speaker.now))
    }

    /// Returns when the player's stay began, if there is one. A server may report only so many new players.
    fn stay_of(
        &mut self,
        speaker: &Speaker,
        player: &PlayerName,
    ) -> Result<Option<UnixSeconds>, TooManyNewPlayers> {
        let key = (speaker.guild, player.clone());
        if let Some(stay) = self.stays.get(&key) {
            return Ok(*stay);
        }
        let Memory {
            cache, limiters, ..
        } = self.memory;
        let server = speaker.reporter.server();
        let limits = limiters.of(server);
        let admitted = cache.read(server, |state| {
            limits.admit_to_activity(state, player, speaker.now)
        });
        if let Some(Err(too_many)) = admitted {
            return Err(too_many);
        }
        let joined = |state: &ServerState| state.players().get(player).map(|stay| stay.joined_at);
        let stays = self.servers_played_on(speaker.guild).iter();
        let stay = stays
            .filter_map(|server| cache.read(*server, joined).flatten())
            .min();
        self.stays.insert(key, stay);
        Ok(stay)
    }

    /// Returns the servers of a guild that have anybody on. All reports were queued before this transaction, so nobody
    /// whom one of them names can have joined an empty server since.
    fn servers_played_on(&mut self, guild: GuildId) -> &[ServerId] {
        let cache = &self.memory.cache;
        self.played_on.entry(guild).or_insert_with(|| {
            let has_anybody = |state: &ServerState| !state.players().is_empty();
            let mut servers = cache.ids(Some(guild));
            servers.retain(|server| cache.read(*server, has_anybody) == Some(true));
            servers
        })
    }
}

/// Says why an event cannot be taken.
fn check(event: &ActivityEvent, now: UnixSeconds) -> Result<(), String> {
    check_type(event)?;
    let at = event.at.unwrap_or(now);
    if at < now.minus(limits::MAX_LATE_BATCH_EVENT) {
        return Err("the event is older than 7 days".to_owned());
    }
    if at > now.plus(limits::EARLY_EVENT_LIMIT) {
        return Err("the event is more than 30 seconds ahead of Oxeye's clock".to_owned());
    }
    Ok(())
}

/// Refuses the types that no plugin may send.
fn check_type(event: &ActivityEvent) -> Result<(), String> {
    let event_type = &event.event_type;
    if is_derived(event_type) {
        return Err(format!(
            "{event_type} follows from joins and leaves and is not sent"
        ));
    }
    Ok(())
}
