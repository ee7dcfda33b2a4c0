//! What is written when: what changed, every 250 ms; the players who are on, also every minute, because their playtime
//! grows; and everything, every hour and at midnight UTC, because days end and records expire.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

use oxeye_db::{Database, GuildId};
use oxeye_process::clock::Clock;
use redis::Pipeline;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::commands::Batch;
use super::link::Link;
use super::pending::{Pending, Work};
use super::players::{PLAYERS_AT_ONCE, PlayerWriter};
use super::rebuild::Rebuild;
use super::state::MirrorState;
use super::trouble::Trouble;

/// How long changes are collected before they are written.
const COLLECTED: Duration = Duration::from_millis(250);

/// How often we look whether Redis answers and still has what we wrote.
const CHECK_EVERY: Duration = Duration::from_secs(5);

/// How often the players who are on are written again.
const ONLINE_EVERY: Duration = Duration::from_secs(60);

/// How often everything is written again, in seconds.
const EVERYTHING_EVERY: i64 = 3600;

/// A key by which we notice that Redis was emptied. It outlives Oxeye by a day.
const MARK: &str = "oxeye:activity_mirror";
const MARK_LIFETIME_SECS: u64 = 86_400;

/// Writes to Redis, over one connection after the other.
pub(super) struct Copier<'a> {
    players: PlayerWriter<'a>,
    database: &'a Database,
    clock: Clock,
    pending: &'a Pending,
    state: &'a MirrorState,
    /// The process of Redis to which we last wrote. Another one may have older data.
    process: Option<String>,
    /// The value of [`MARK`].
    mark: String,
    rebuild: Option<Rebuild>,
    /// The hour for which everything was last written.
    hour: Option<i64>,
    /// The ids that are in each set of players who are on.
    online: BTreeMap<GuildId, BTreeSet<String>>,
    checked_at: Option<Instant>,
    online_written_at: Option<Instant>,
}

impl<'a> Copier<'a> {
    pub(super) fn new(
        database: &'a Database,
        clock: Clock,
        pending: &'a Pending,
        state: &'a MirrorState,
    ) -> Self {
        Self {
            players: PlayerWriter::new(database, clock),
            database,
            clock,
            pending,
            state,
            process: None,
            mark: String::new(),
            rebuild: None,
            hour: None,
            online: BTreeMap::new(),
            checked_at: None,
            online_written_at: None,
        }
    }

    /// Writes over a connection for as long as that works.
    pub(super) async fn copy(&mut self, link: &mut Link) -> Trouble {
        match self.copy_or_fail(link).await {
            Ok(never) => match never {},
            Err(trouble) => trouble,
        }
    }

    async fn copy_or_fail(&mut self, link: &mut Link) -> Result<Infallible, Trouble> {
        self.meet(link).await?;
        let mut ticks = interval(COLLECTED);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.check(link).await?;
            self.write_online(link).await?;
            self.write_changes(link).await?;
            self.write_some_of_everything(link).await?;
            self.state.set_working(self.rebuild.is_none());
        }
    }

    /// Finds out whether the server is the one to which we last wrote.
    async fn meet(&mut self, link: &mut Link) -> Result<(), Trouble> {
        let mut commands = Pipeline::new();
        commands.cmd("INFO").arg("server");
        let (info,): (String,) = link.send(&commands).await?;
        let process = info.lines().find_map(|line| line.strip_prefix("run_id:"));
        let process = process.map(|id| id.trim().to_owned());
        if process.is_none() || process != self.process {
            self.begin_everything();
        }
        self.process = process;
        // The last batch over the former connection may have failed.
        self.players.written.clear();
        self.checked_at = None;
        self.online_written_at = None;
        Ok(())
    }

    /// Looks whether Redis answers and still has what we wrote.
    async fn check(&mut self, link: &mut Link) -> Result<(), Trouble> {
        if self.checked_at.is_some_and(|at| at.elapsed() < CHECK_EVERY) {
            return Ok(());
        }
        let mut commands = Pipeline::new();
        commands.cmd("PING").ignore().cmd("GET").arg(MARK);
        let answer: Result<(Option<String>,), Trouble> = link.send(&commands).await;
        let mark = match answer {
            Ok((mark,)) => mark,
            // Somebody else wrote another kind of value there.
            Err(trouble) if trouble.is_wrong_type() => None,
            Err(trouble) => return Err(trouble),
        };
        self.checked_at = Some(Instant::now());
        if mark.as_ref() != Some(&self.mark) {
            self.begin_everything();
            self.online_written_at = None;
        }
        Ok(())
    }

    async fn write_changes(&mut self, link: &mut Link) -> Result<(), Trouble> {
        let work = self.pending.take();
        if work.everything {
            self.begin_everything();
        }
        let written = self.write(link, &work).await;
        if written.is_err() {
            self.pending.put_back(work);
        }
        written
    }

    async fn write(&mut self, link: &mut Link, work: &Work) -> Result<(), Trouble> {
        for (guild, former_id) in &work.former_ids {
            for id in self.database.activity_ids_beside(*guild, former_id).await? {
                match self.database.activity_player(*guild, &id).await? {
                    Some(player) => self.players.write(link, *guild, vec![player.name]).await?,
                    None => self.players.delete(link, *guild, &id).await?,
                }
            }
        }
        for (guild, players) in &work.players {
            let players: Vec<_> = players.iter().cloned().collect();
            for some in players.chunks(PLAYERS_AT_ONCE) {
                // However long this takes, the sets do not expire meanwhile.
                self.write_online(link).await?;
                self.players.write(link, *guild, some.to_vec()).await?;
            }
        }
        for guild in work.players.keys() {
            self.write_who_came_and_went(link, *guild).await?;
        }
        Ok(())
    }

    async fn write_who_came_and_went(
        &mut self,
        link: &mut Link,
        guild: GuildId,
    ) -> Result<(), Trouble> {
        let ids = self.database.activity_online_ids(guild).await?;
        let mut batch = Batch::default();
        // If this fails, we do not know what the set is then, and replace it the next time.
        match self.online.remove(&guild) {
            Some(before) if before == ids => {}
            Some(before) => {
                batch.change_online(guild, ids.difference(&before), before.difference(&ids));
            }
            None => batch.replace_online(guild, &ids),
        }
        batch.send(link).await?;
        self.online.insert(guild, ids);
        Ok(())
    }

    /// Writes the sets of players who are on, once a minute. Their other records follow, because playtime has passed.
    async fn write_online(&mut self, link: &mut Link) -> Result<(), Trouble> {
        let is_fresh = |at: Instant| at.elapsed() < ONLINE_EVERY;
        if self.online_written_at.is_some_and(is_fresh) {
            return Ok(());
        }
        let mut guilds = self.database.activity_guilds();
        guilds.extend(self.online.keys());
        for guild in guilds {
            let ids = self.database.activity_online_ids(guild).await?;
            let mut batch = Batch::default();
            batch.replace_online(guild, &ids);
            batch.send(link).await?;
            self.online.insert(guild, ids);
            // While everything is written, they are written with the others.
            if self.rebuild.is_none() {
                let players = self.database.activity_online(guild);
                self.pending.add_players(guild, players);
            }
        }
        self.online.retain(|_, ids| !ids.is_empty());
        self.online_written_at = Some(Instant::now());
        Ok(())
    }

    /// Begins to write everything. A new mark shows that it has begun.
    fn begin_everything(&mut self) {
        self.mark = uuid::Uuid::new_v4().to_string();
        self.hour = Some(self.hour_now());
        self.players.known.begin();
        self.players.written.clear();
        self.rebuild = Some(Rebuild::of(self.database));
    }

    async fn write_some_of_everything(&mut self, link: &mut Link) -> Result<(), Trouble> {
        if self.hour != Some(self.hour_now()) {
            self.begin_everything();
        }
        let until = Instant::now() + COLLECTED;
        while Instant::now() < until {
            let Some(mut rebuild) = self.rebuild.take() else {
                return Ok(());
            };
            let went_on = self.go_on(&mut rebuild, link).await;
            // What failed is repeated over the next connection.
            if !matches!(went_on, Ok(true)) {
                self.rebuild = Some(rebuild);
            } else {
                self.players.known.end();
            }
            went_on?;
        }
        Ok(())
    }

    /// Takes a step of writing everything. Returns whether it was the last one.
    async fn go_on(&mut self, rebuild: &mut Rebuild, link: &mut Link) -> Result<bool, Trouble> {
        if !rebuild.is_marked {
            let mut set = redis::cmd("SET");
            set.arg(MARK).arg(&self.mark);
            set.arg("EX").arg(MARK_LIFETIME_SECS);
            let mut batch = Batch::default();
            batch.add(set);
            batch.send(link).await?;
            rebuild.is_marked = true;
        }
        rebuild.step(&mut self.players, link).await
    }

    fn hour_now(&self) -> i64 {
        (self.clock)().0.div_euclid(EVERYTHING_EVERY)
    }
}
