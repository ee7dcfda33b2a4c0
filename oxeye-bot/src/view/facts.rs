//! What is said of a server, wherever it is shown: the places differ in how names and times look.

use oxeye_db::{LinkState, OfflinePlayerInfo, OnlinePlayer, ServerStatus, UnixSeconds};

use super::markdown::{escape_markdown, neutralise};
use super::state::Headcount;
use super::{duration, state};

/// How names and times look in one kind of place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) name: fn(&str) -> String,
    /// That nothing was heard since a moment; the second one is now.
    no_word: fn(UnixSeconds, UnixSeconds) -> String,
}

/// Where Discord renders markdown; it counts the time up by itself.
pub(crate) const DISCORD: Style = Style {
    name: escape_markdown,
    no_word: |heard_at, _| format!("no word since <t:{}:R>", heard_at.0),
};

/// A terminal, which shows what was so when it was asked.
pub(crate) const PLAIN: Style = Style {
    name: neutralise,
    no_word: |heard_at, now| format!("no word for {}", duration::since(heard_at, now)),
};

impl Style {
    /// The state first, then how many players, then since when nothing was heard. A server that says
    /// how many are on, and not who, is not said to await anything: it may never tell more.
    pub(crate) fn summary(
        self,
        state: LinkState,
        headcount: Headcount,
        heard_at: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Vec<String> {
        let words = state::words(state).to_owned();
        let no_word = heard_at.map(|heard_at| (self.no_word)(heard_at, now));
        let count = state::count(state, headcount);
        match state {
            LinkState::AwaitingSync if let Some(reported) = headcount.reported => {
                state::reported(reported).into_iter().chain(count).collect()
            }
            LinkState::Online => std::iter::once(words).chain(count).collect(),
            LinkState::Quiet => std::iter::once(no_word.unwrap_or(words))
                .chain(count)
                .collect(),
            LinkState::Stale => {
                let silent = no_word.unwrap_or(words);
                vec![format!("{silent} - nobody is shown as online")]
            }
            LinkState::AwaitingSync | LinkState::Disconnected => {
                std::iter::once(words).chain(count).chain(no_word).collect()
            }
        }
    }

    /// A line per player who is on.
    pub(crate) fn online(
        self,
        status: &ServerStatus,
        now: UnixSeconds,
    ) -> impl Iterator<Item = String> {
        let line = move |online: &OnlinePlayer| {
            let name = (self.name)(online.player.as_str());
            format!("• {name} (for {})", duration::since(online.joined_at, now))
        };
        status.online.iter().map(line)
    }

    /// A line per player who was on lately.
    pub(crate) fn last_seen(
        self,
        status: &ServerStatus,
        now: UnixSeconds,
    ) -> impl Iterator<Item = String> {
        let line = move |offline: &OfflinePlayerInfo| {
            let name = (self.name)(offline.player_name.as_str());
            format!("• {name} ({} ago)", duration::since(offline.last_seen, now))
        };
        status.last_seen.iter().map(line)
    }
}

/// What stands above the names of those who were on lately.
pub(crate) fn last_seen_heading(status: &ServerStatus) -> String {
    format!("Last seen (within {}):", duration::window(status.window))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(named: usize) -> Headcount {
        Headcount {
            named,
            reported: None,
        }
    }

    #[track_caller]
    fn check(state: LinkState, headcount: Headcount, discord: &str, plain: &str) {
        let (heard_at, now) = (Some(UnixSeconds(40)), UnixSeconds(100));
        let summary = |style: Style| style.summary(state, headcount, heard_at, now).join(", ");
        assert_eq!(summary(DISCORD), discord);
        assert_eq!(summary(PLAIN), plain);
    }

    #[track_caller]
    fn check_reported(state: LinkState, named: usize, count: usize, expected: &str) {
        let reported = Some(count);
        let discord = expected.replace("no word for 1m", "no word since <t:40:R>");
        check(state, Headcount { named, reported }, &discord, expected);
    }

    #[test]
    fn a_server_that_tells_only_how_many_are_on_is_said_to_do_so() {
        use LinkState::{AwaitingSync, Quiet};
        let expected = "7 players online, the server has not told who";
        check_reported(AwaitingSync, 0, 7, expected);
        let expected = "1 player online, the server has not told who";
        check_reported(AwaitingSync, 0, 1, expected);
        check_reported(AwaitingSync, 0, 0, "nobody online");
        let expected = "7 players online, the server has not told who, 2 players last known";
        check_reported(AwaitingSync, 2, 7, expected);
        check_reported(Quiet, 0, 7, "no word for 1m, 7 players last known");
        check_reported(Quiet, 0, 0, "no word for 1m");
        check_reported(Quiet, 2, 7, "no word for 1m, 2 players last known");
    }

    #[test]
    fn every_state_is_said_with_what_is_known() {
        use LinkState::{AwaitingSync, Disconnected, Online, Quiet, Stale};
        check(
            Online,
            named(2),
            "online, 2 players online",
            "online, 2 players online",
        );
        check(
            Quiet,
            named(2),
            "no word since <t:40:R>, 2 players last known",
            "no word for 1m, 2 players last known",
        );
        check(
            Stale,
            named(0),
            "no word since <t:40:R> - nobody is shown as online",
            "no word for 1m - nobody is shown as online",
        );
        check(
            AwaitingSync,
            named(1),
            "waiting for the server to report, 1 player last known, no word since <t:40:R>",
            "waiting for the server to report, 1 player last known, no word for 1m",
        );
        check(
            Disconnected,
            named(0),
            "disconnected, no word since <t:40:R>",
            "disconnected, no word for 1m",
        );
    }

    #[test]
    fn a_server_that_was_never_heard_is_not_given_a_time() {
        for state in LinkState::ALL {
            let summary = DISCORD.summary(state, named(0), None, UnixSeconds(100));
            assert!(!summary.join(" ").contains("since"), "{summary:?}");
        }
    }
}
