//! What people read about a server. Discord and the terminal show the same facts and differ in how
//! names and times look.

use std::time::Duration;

use oxeye_db::{LinkState, OfflinePlayerInfo, OnlinePlayer, ServerStatus, TimeZone, UnixSeconds};

use crate::escaping::{escape_markdown, neutralise};
use crate::{CutList, Heads, Standing, Text, duration, software, width};

/// Longest line of names without times in Discord, in UTF-16 units: about ten lines on a phone.
const NAMES_LIMIT: usize = 450;

/// Renders the facts about a server in one language, for one kind of place.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    text: Text,
    place: Place,
}

/// Where the facts are shown.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Renders markdown and keeps relative times up to date.
    Discord,
    /// Shows plain text that does not change.
    Terminal,
}

impl Facts {
    /// The most players online whom [`Self::roster`] shows with their heads and the times at which they joined.
    pub const MOST_WITH_TIMES: usize = 12;

    /// Renders for a message in Discord.
    #[must_use]
    pub const fn in_discord(text: Text) -> Self {
        let place = Place::Discord;
        Self { text, place }
    }

    /// Renders for the command line and for error messages.
    #[must_use]
    pub const fn in_terminal(text: Text) -> Self {
        let place = Place::Terminal;
        Self { text, place }
    }

    /// Returns a name as it is safe to show here.
    #[must_use]
    pub fn name(self, name: &str) -> String {
        match self.place {
            Place::Discord => escape_markdown(name),
            Place::Terminal => neutralise(name),
        }
    }

    /// Returns a name in the middle of a sentence, as it is safe to show here.
    pub(crate) fn emphasised(self, name: &str) -> String {
        let name = self.name(name);
        match self.place {
            Place::Discord => format!("**{name}**"),
            Place::Terminal => name,
        }
    }

    /// Returns the sentences that these facts are rendered with.
    pub(crate) fn text(self) -> Text {
        self.text
    }

    /// Says when the server was last heard from.
    fn silence(self, heard_at: UnixSeconds, now: UnixSeconds) -> String {
        match self.place {
            Place::Discord => self.text.last_heard(&ago(heard_at, now)),
            Place::Terminal => self.text.no_word_for(&self.text.time_since(heard_at, now)),
        }
    }

    /// Says how long ago something was.
    pub(crate) fn time_ago(self, at: UnixSeconds, now: UnixSeconds) -> String {
        match self.place {
            Place::Discord => ago(at, now),
            Place::Terminal => self.text.ago(&self.text.time_since(at, now)),
        }
    }

    /// Returns the date of a moment. Discord shows it in the time zone of whoever reads it.
    pub(crate) fn day(self, at: UnixSeconds, zone: TimeZone) -> String {
        match self.place {
            Place::Discord => format!("<t:{}:D>", at.0),
            Place::Terminal => self.text.date_of(at, zone),
        }
    }

    /// Says since when the game server has not been running.
    fn down(self, since: UnixSeconds, now: UnixSeconds) -> String {
        match self.place {
            Place::Discord => self.text.down_since(&ago(since, now)),
            Place::Terminal => self.text.down_for(&self.text.time_since(since, now)),
        }
    }

    /// Returns the state, the number of players, and since when the server has been down or silent, as
    /// far as each of them matters. A server that reports only a number is not shown as awaiting a sync,
    /// since it may never report names.
    #[must_use]
    pub fn summary(self, standing: impl Into<Standing>, now: UnixSeconds) -> Vec<String> {
        let standing = standing.into();
        let Standing {
            state,
            since,
            heard_at,
            headcount,
            ..
        } = standing;
        let words = self.text.standing(standing);
        let silence = heard_at.map(|heard_at| self.silence(heard_at, now));
        let count = self.text.headcount(state, headcount);
        match state {
            LinkState::AwaitingSync if let Some(reported) = headcount.reported => self
                .text
                .reported(reported, headcount.max)
                .into_iter()
                .chain(count)
                .collect(),
            LinkState::Online if let Some(reported) = headcount.reported_without_names() => {
                self.text.reported(reported, headcount.max)
            }
            LinkState::AwaitingSync if standing.hides_players() => {
                vec![words, self.text.found_no_number()]
            }
            LinkState::Online => vec![count.unwrap_or(words)],
            LinkState::Quiet => std::iter::once(silence.unwrap_or(words))
                .chain(count)
                .collect(),
            LinkState::Starting => vec![words],
            LinkState::Down => vec![since.map_or(words, |since| self.down(since, now))],
            LinkState::Stale => vec![self.text.nobody_shown(&silence.unwrap_or(words))],
            LinkState::AwaitingSync | LinkState::Disconnected => {
                std::iter::once(words).chain(count).chain(silence).collect()
            }
        }
    }

    /// Returns the software of a server that is running, and its version.
    #[must_use]
    pub fn software(self, status: &ServerStatus) -> Option<String> {
        let is_running = match status.state {
            LinkState::Online => true,
            LinkState::AwaitingSync => status.reported_count.is_some(),
            _ => false,
        };
        let label = software::with_version(&status.about).filter(|_| is_running);
        label.map(|label| self.name(&label))
    }

    /// Returns the names of those who are online in one line, with their heads and the times at which they
    /// joined while they are few; `None` if nobody is.
    #[must_use]
    pub fn roster(self, status: &ServerStatus, heads: &Heads, now: UnixSeconds) -> Option<String> {
        let players = &status.online;
        if players.is_empty() {
            return None;
        }
        let with_times = players.len() <= Self::MOST_WITH_TIMES;
        let names = if with_times {
            self.online_within(players, heads, now, usize::MAX)
        } else {
            let names = players.iter().map(|on| self.name(on.player.as_str()));
            self.text.in_one_line(names, self.names_limit())
        };
        Some(match (status.state, self.place) {
            (LinkState::Quiet | LinkState::AwaitingSync, _) => self.text.roster_last_known(&names),
            // In a terminal the times say "for 2h", which needs no introduction.
            (_, Place::Discord) if with_times => self.text.roster_joined(&names),
            _ => names,
        })
    }

    /// Returns a list of the players who are online, with the times at which they joined, as many as fit
    /// into `budget` UTF-16 units. Their heads are shown if all players fit with them.
    #[must_use]
    pub fn online_players(
        self,
        players: &[OnlinePlayer],
        heads: &Heads,
        now: UnixSeconds,
        budget: usize,
    ) -> CutList {
        let list = |heads: Vec<&str>| {
            let lines = heads.into_iter().zip(players);
            let lines = lines.map(|(head, online)| format!("{head} {}", self.online(online, now)));
            self.text.bullets(lines, players.len(), budget)
        };
        let with_heads = heads.of(players).map(list);
        let with_heads = with_heads.filter(|list| list.missing == 0);
        with_heads.unwrap_or_else(|| list(vec!["•"; players.len()]))
    }

    /// Returns those who are online in one line, with the times at which they joined, as many as fit into
    /// `budget` UTF-16 units. Their heads are shown if all players fit with them.
    #[must_use]
    pub fn online_within(
        self,
        players: &[OnlinePlayer],
        heads: &Heads,
        now: UnixSeconds,
        budget: usize,
    ) -> String {
        let with_heads = self.online_with_heads(players, heads, now);
        with_heads
            .filter(|line| width(line) <= budget)
            .unwrap_or_else(|| {
                let names = players.iter().map(|online| self.online(online, now));
                self.text.in_one_line(names, budget)
            })
    }

    /// Returns the line of [`Self::online_within`] that shows everybody with their heads, however long it is; `None`
    /// if one of them has no head.
    #[must_use]
    pub fn online_with_heads(
        self,
        players: &[OnlinePlayer],
        heads: &Heads,
        now: UnixSeconds,
    ) -> Option<String> {
        let names = players.iter().map(|online| self.online(online, now));
        let with_heads = heads.of(players)?.into_iter().zip(names);
        let with_heads = with_heads.map(|(head, name)| format!("{head} {name}"));
        Some(self.text.in_one_line(with_heads, usize::MAX))
    }

    /// Returns those who were seen recently in one line, as many as fit into `budget` UTF-16 units.
    #[must_use]
    pub fn last_seen_within(
        self,
        players: &[OfflinePlayerInfo],
        now: UnixSeconds,
        budget: usize,
    ) -> String {
        let names = players.iter().map(|offline| self.offline(offline, now));
        self.text.in_one_line(names, budget)
    }

    /// Returns a line for each player who was seen recently.
    pub fn last_seen<'a>(
        self,
        players: &'a [OfflinePlayerInfo],
        now: UnixSeconds,
    ) -> impl Iterator<Item = String> + use<'a> {
        let line = move |offline: &OfflinePlayerInfo| format!("• {}", self.offline(offline, now));
        players.iter().map(line)
    }

    /// Returns a player who is online, and for how long.
    fn online(self, online: &OnlinePlayer, now: UnixSeconds) -> String {
        let name = self.name(online.player.as_str());
        match self.place {
            Place::Discord => format!("{name} ({})", ago(online.joined_at, now)),
            Place::Terminal => {
                let duration = self.text.time_since(online.joined_at, now);
                self.text.player_online(&name, &duration)
            }
        }
    }

    /// Returns a player who is not online, and when they were seen.
    fn offline(self, offline: &OfflinePlayerInfo, now: UnixSeconds) -> String {
        let name = self.name(offline.player_name.as_str());
        match self.place {
            Place::Discord => format!("{name} ({})", ago(offline.last_seen, now)),
            Place::Terminal => {
                let duration = self.text.time_since(offline.last_seen, now);
                self.text.player_offline(&name, &duration)
            }
        }
    }

    /// Returns how long a line of names may be. A terminal shows them all.
    fn names_limit(self) -> usize {
        match self.place {
            Place::Discord => NAMES_LIMIT,
            Place::Terminal => usize::MAX,
        }
    }

    /// Returns the heading above the players who were seen recently.
    #[must_use]
    pub fn last_seen_heading(self, window: Duration) -> String {
        let (unit, count) = duration::window(window);
        self.text.last_seen_heading(unit, count)
    }
}

/// Returns what Discord shows as "5 minutes ago". A time that a fast clock reported is shown as now, since
/// nothing of this happens "in 20 seconds".
fn ago(at: UnixSeconds, now: UnixSeconds) -> String {
    format!("<t:{}:R>", at.min(now).0)
}

#[cfg(test)]
mod tests;
