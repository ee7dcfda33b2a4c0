//! When a player was on, counted from one moment at which anything changed to the next.

use std::collections::BTreeSet;

use crate::steps::DAY;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) server: usize,
    pub(crate) from: i64,
    pub(crate) to: Option<i64>,
}

impl Stay {
    fn end(&self, now: i64) -> i64 {
        self.to.unwrap_or(now)
    }
}

/// The stays of one session, and the present.
pub(crate) struct Session {
    stays: Vec<Stay>,
    now: i64,
}

/// Returns the sessions, in order. A stay continues the latest session if any stay of it is not over, or within 30
/// seconds after it if one that ended it was on another server.
pub(crate) fn sessions(mut stays: Vec<Stay>, now: i64) -> Vec<Session> {
    stays.sort_by_key(|stay| (stay.from, stay.end(now)));
    let mut all: Vec<Session> = Vec::new();
    for stay in stays {
        let continues = all.last().is_some_and(|session| {
            let gap = stay.from - session.end();
            let mut last = session
                .stays
                .iter()
                .filter(|of| of.end(now) == session.end());
            gap < 0 || (gap <= 30 && last.any(|of| of.server != stay.server))
        });
        match all.last_mut().filter(|_| continues) {
            Some(session) => session.stays.push(stay),
            None => all.push(Session {
                stays: vec![stay],
                now,
            }),
        }
    }
    all
}

impl Session {
    pub(crate) fn begin(&self) -> i64 {
        self.stays.iter().map(|stay| stay.from).min().unwrap()
    }

    pub(crate) fn end(&self) -> i64 {
        self.stays
            .iter()
            .map(|stay| stay.end(self.now))
            .max()
            .unwrap()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.stays.iter().any(|stay| stay.to.is_none())
    }

    /// The seconds of a span in which the player was on any server.
    pub(crate) fn seconds(&self, from: i64, to: i64) -> u64 {
        let ends = self
            .stays
            .iter()
            .flat_map(|stay| [stay.from, stay.end(self.now)]);
        let inside = ends.filter(|at| (from..to).contains(at));
        let moments: BTreeSet<i64> = inside.chain([from, to]).collect();
        let is_on = |at: i64| {
            self.stays
                .iter()
                .any(|stay| stay.from <= at && at < stay.end(self.now))
        };
        let pieces = moments.iter().zip(moments.iter().skip(1));
        let on = pieces.filter(|(begin, _)| is_on(**begin));
        on.map(|(begin, end)| (end - begin).unsigned_abs()).sum()
    }
}

/// Sessions that began on some days, and seconds on these days.
pub(crate) fn on_days(sessions: &[Session], first: i64, last: i64) -> (u64, u64) {
    let days = first * DAY..(last + 1) * DAY;
    let began = sessions
        .iter()
        .filter(|session| days.contains(&session.begin()));
    let seconds = sessions
        .iter()
        .map(|session| session.seconds(days.start, days.end));
    (began.count() as u64, seconds.sum())
}
