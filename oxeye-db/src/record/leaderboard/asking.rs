//! Answers questions about leaderboards from memory and from the file of activity.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::counted::{self, utc_days};
use super::ranked::{Ranking, Score, retain_named};
use super::{Leaderboard, LeaderboardQuestion, RankedBy, Section, Terms, scores};
use crate::activity::day::UtcDay;
use crate::activity::figures::RankingError;
use crate::database::Database;
use crate::guild_server::GuildServers;
use crate::ids::{GuildId, UserId};
use crate::persons::{PersonKey, Persons};
use crate::record::Record;
use crate::record::span::Span;
use crate::store::{StoreError, members};

/// Why there is no leaderboard.
#[derive(Debug, thiserror::Error)]
pub enum LeaderboardError {
    /// The counter cannot be ranked by.
    #[error(transparent)]
    Counter(#[from] RankingError),
    /// It is not known on which server something was counted.
    #[error(
        "{0:?} is counted on all servers of a guild together, so there is no leaderboard of one server"
    )]
    CounterOfOneServer(String),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Returns who has most of something on one server or on all servers of a guild together, without those who
    /// hide; `None` if that server was removed.
    ///
    /// # Errors
    /// When there is no such counter, or the store cannot be read.
    pub async fn leaderboard(
        &self,
        question: LeaderboardQuestion,
        now: UnixSeconds,
    ) -> Result<Option<Leaderboard>, LeaderboardError> {
        let ranking = self.ranking(&question, now).await?;
        self.section(&question, ranking.map(Arc::new)).await
    }

    /// Returns the same as [`Database::leaderboard`], but nothing that was reported in the last ten seconds need be in
    /// it: however many ask, it is computed once in that time. Whoever hides is never in it.
    ///
    /// # Errors
    /// When there is no such counter, or the store cannot be read.
    pub async fn recent_leaderboard(
        &self,
        question: LeaderboardQuestion,
        now: UnixSeconds,
    ) -> Result<Option<Leaderboard>, LeaderboardError> {
        let LeaderboardQuestion {
            servers,
            by,
            range,
            zone,
            ..
        } = question.clone();
        let kept = &self.inner.memory.kept_figures.rankings;
        let compute = self.ranking(&question, now);
        let ranking = kept.recent((servers, by, range, zone), now, Ranking::entries, compute);
        self.section(&question, ranking.await?).await
    }

    /// Ranks everybody whom the members of a guild may see; `None` if the server was removed.
    async fn ranking(
        &self,
        question: &LeaderboardQuestion,
        now: UnixSeconds,
    ) -> Result<Option<Ranking>, LeaderboardError> {
        let question = question.clone();
        let guild = question.servers.guild();
        let turn = self.inner.memory.figures.take(guild).await;
        let counted = match &question.by {
            RankedBy::Counter(counter) => Some(self.counted(&question, counter, now).await?),
            RankedBy::Playtime | RankedBy::Visits => None,
        };
        // Not before the turn, so that those who wait hold no snapshots.
        let persons = self.persons_in(guild);
        let ranking = self.compute(move |database| {
            let (span, mut scores) = match counted {
                Some((days, counted)) => {
                    let span = UtcDay::span_of(days.0, days.1);
                    (span, counted::scores(database, &persons, counted))
                }
                None => database.scores(&question, &persons, now)?,
            };
            database.retain_visible(guild, &mut scores, &persons);
            let name = |player| database.name_of(player);
            Some(Ranking::of(span, scores, persons, &name))
        });
        let ranking = ranking.await;
        drop(turn);
        Ok(ranking?)
    }

    /// Returns the part of a ranking that is asked for, and the place of the member who asks.
    async fn section(
        &self,
        question: &LeaderboardQuestion,
        ranking: Option<Arc<Ranking>>,
    ) -> Result<Option<Leaderboard>, LeaderboardError> {
        let Some(ranking) = ranking else {
            return Ok(None);
        };
        let guild = question.servers.guild();
        let own = match question.member {
            Some(member) => self.person_of(guild, member).await?,
            None => None,
        };
        let section = question.section;
        let board = self.compute(move |database| {
            let name = |player| database.name_of(player);
            ranking.leaderboard(section, own, &name)
        });
        Ok(Some(board.await?))
    }

    /// Returns the place of a person by playtime in all, and how many have one; `None` if they have no session or hide.
    pub(in crate::record) fn place_among(
        &self,
        guild: GuildId,
        records: &[Record],
        persons: &Persons,
        person: PersonKey,
    ) -> Option<(usize, usize)> {
        let terms = Terms {
            by: RankedBy::Playtime,
            span: Span::ALL,
            section: Section::After {
                offset: 0,
                limit: 0,
            },
        };
        let mut scores = scores(records, persons, &terms);
        self.retain_visible(guild, &mut scores, persons);
        retain_named(&mut scores, persons, &|player| self.name_of(player));
        let own = scores.iter().find(|score| score.person == person)?.amount;
        let more = scores.iter().filter(|score| score.amount > own);
        Some((more.count() + 1, scores.len()))
    }

    /// Leaves out those whom the members of a guild may not see.
    fn retain_visible(&self, guild: GuildId, scores: &mut Vec<Score>, persons: &Persons) {
        let visible = self.inner.memory.hidden.visible_to_members(guild);
        scores.retain(|score| {
            let newest = persons.names(score.person).first().copied();
            let newest = self.name_of(newest.unwrap_or(score.name));
            newest.is_some_and(|newest| visible.shows_person(score.person, &newest))
        });
    }

    /// Returns how much each player has of a counter, and on which days.
    async fn counted(
        &self,
        question: &LeaderboardQuestion,
        counter: &str,
        now: UnixSeconds,
    ) -> Result<((UtcDay, UtcDay), Vec<crate::activity::ranking::Counted>), LeaderboardError> {
        let guild = question.servers.guild();
        let days = utc_days(question.range, self.activity_days_kept(), now);
        self.check_counter(counter)?;
        if question.servers.server().is_some() {
            return Err(LeaderboardError::CounterOfOneServer(counter.to_owned()));
        }
        let counted = self.all_counted(guild, counter, days, now).await?;
        Ok((days, counted))
    }

    /// Returns the span of a question, and how long or how often each person was there; `None` if the server was
    /// removed.
    fn scores(
        &self,
        question: &LeaderboardQuestion,
        persons: &Persons,
        now: UnixSeconds,
    ) -> Option<(Span, Vec<Score>)> {
        let ids = match question.servers {
            GuildServers::All(guild) => self.inner.memory.cache.ids(Some(guild)),
            GuildServers::One(server) => vec![server.id()],
        };
        let records: Vec<_> = ids
            .into_iter()
            .filter_map(|id| self.record(id, now))
            .collect();
        if records.is_empty() && question.servers.server().is_some() {
            return None;
        }
        let terms = Terms {
            by: question.by.clone(),
            span: question.range.span(question.zone, now),
            section: question.section,
        };
        let scores = scores(&records, persons, &terms);
        Some((terms.span, scores))
    }

    /// Returns the person that a member is linked to: the account, whoever has the name now, or the name as far as it
    /// is of no account.
    async fn person_of(
        &self,
        guild: GuildId,
        member: UserId,
    ) -> Result<Option<PersonKey>, StoreError> {
        let Some(linked) = self.linked_member(guild, member.0).await? else {
            return Ok(None);
        };
        if let Some(account) = members::account_of(&self.inner.store, guild, member.0).await? {
            return Ok(Some(PersonKey::Account(account)));
        }
        let name = self.inner.memory.players.id(&linked.player);
        Ok(name.map(PersonKey::Name))
    }
}
