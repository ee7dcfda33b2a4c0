//! What the stand-in has seen, and how soon each join was shown.

use std::time::{Duration, Instant};

use oxeye_tests::discord::{Call, Discord, Request, Written};
use oxeye_tests::load::Latencies;

use crate::community::{Community, newest_player};
use crate::plan::Plan;
use crate::traffic::{Join, Traffic};

/// What was found.
pub(crate) struct Found {
    /// The versions of each board, in order, with the newest player that each shows.
    shown: Vec<Vec<(Instant, u64)>>,
    joins: Vec<Vec<Join>>,
    edits: usize,
    /// The shortest distance between two accepted edits of a board.
    pub(crate) shortest: Duration,
    /// The same where the bot was not told that the first of the two was accepted.
    shortest_unknown: Duration,
    /// How soon a join was shown, without the board that was hidden.
    pub(crate) lags: Latencies,
    /// How long the slowest board took to show the last join on its server.
    pub(crate) last_state: Duration,
    never: usize,
}

impl Found {
    pub(crate) fn of(community: &Community, traffic: &Traffic, hidden: usize) -> Self {
        let mut found = Self {
            shown: Vec::new(),
            joins: traffic.joins.clone(),
            edits: 0,
            shortest: Duration::MAX,
            shortest_unknown: Duration::MAX,
            lags: Latencies::default(),
            last_state: Duration::ZERO,
            never: 0,
        };
        for server in &community.servers {
            let messages = server.channel.written();
            messages
                .iter()
                .for_each(|versions| found.distances(versions));
            let mut shown: Vec<_> = messages.iter().flatten().collect();
            shown.sort_by_key(|version| version.at);
            let newest = |version: &&Written| newest_player(&version.text, server.number);
            let shown = shown.iter().map(|one| (one.at, newest(one).unwrap_or(0)));
            found.shown.push(shown.collect());
        }
        for server in 0..found.shown.len() {
            found.measure(server, server == hidden);
        }
        found
    }

    /// The first version of a message is a post and no edit.
    fn distances(&mut self, versions: &[Written]) {
        let edits = versions.get(1..).unwrap_or_default();
        self.edits += edits.len();
        for pair in edits.windows(2) {
            let [first, second] = pair else { continue };
            let distance = second.at - first.at;
            let shortest = if first.reply_lost {
                &mut self.shortest_unknown
            } else {
                &mut self.shortest
            };
            *shortest = distance.min(*shortest);
        }
    }

    fn measure(&mut self, server: usize, was_hidden: bool) {
        let lag = |join: &Join| {
            let mut versions = self.shown[server].iter();
            let first = versions.find(|(_, newest)| *newest >= join.number);
            first.map(|(at, _)| at.saturating_duration_since(join.at))
        };
        let lags: Vec<_> = self.joins[server].iter().map(lag).collect();
        let last = lags.last().copied().flatten();
        self.last_state = self.last_state.max(last.unwrap_or(Duration::ZERO));
        self.never += lags.iter().filter(|lag| lag.is_none()).count();
        if lags.last().is_some_and(Option::is_none) {
            self.last_state = Duration::MAX;
        }
        if !was_hidden {
            lags.iter().flatten().for_each(|lag| self.lags.push(*lag));
        }
    }

    /// How long after `then` a board showed the newest join of that moment.
    pub(crate) fn shown_after(&self, server: usize, then: Instant) -> Option<Duration> {
        let mut joins = self.joins[server].iter();
        let newest = joins.rfind(|join| join.at <= then)?.number;
        let mut versions = self.shown[server].iter();
        let first = versions.find(|(_, shown)| *shown >= newest)?;
        Some(first.0.saturating_duration_since(then))
    }

    pub(crate) fn print(&mut self, plan: &Plan, discord: &Discord) {
        let joins: usize = self.joins.iter().map(Vec::len).sum();
        let servers = self.joins.len();
        let requests = discord.requests();
        let count = |status: u16| requests.iter().filter(|one| one.status == status).count();
        let posts = requests.iter().filter(|one| one.call == Call::Post).count();
        println!(
            "| {servers} boards, {joins} joins in {:.0?}, {:.0} % of requests fail | |",
            plan.length,
            plan.faults * 100.0
        );
        println!("|---|---|");
        println!("| edits that Discord accepted | {} |", self.edits);
        println!("| requests for a new message | {posts} |");
        println!(
            "| answers 429, and 5xx | {}, {} |",
            count(429),
            count(500) + count(502) + count(503)
        );
        println!(
            "| most messages and edits in one second | {} |",
            busiest(&requests)
        );
        println!(
            "| shortest distance of two edits of a board | {:.2?} |",
            self.shortest
        );
        if self.shortest_unknown < Duration::MAX {
            println!(
                "| the same if the answer to the first was lost | {:.2?} |",
                self.shortest_unknown
            );
        }
        println!(
            "| a join is shown after | p50 {:.1?}, p99 {:.1?}, at most {:.1?} |",
            self.lags.quantile(500),
            self.lags.quantile(990),
            self.lags.max()
        );
        println!("| joins that were never shown | {} |", self.never);
        println!(
            "| the last state of the slowest board | {:.1?} |",
            self.last_state
        );
    }
}

/// The most messages and edits that arrived in one second, refused ones included.
fn busiest(requests: &[Request]) -> usize {
    let writes = requests
        .iter()
        .filter(|one| matches!(one.call, Call::Post | Call::Edit));
    let mut times: Vec<_> = writes.map(|one| one.at).collect();
    times.sort_unstable();
    let second = Duration::from_secs(1);
    let until = |from: usize| times.partition_point(|at| *at < times[from] + second) - from;
    (0..times.len()).map(until).max().unwrap_or(0)
}
