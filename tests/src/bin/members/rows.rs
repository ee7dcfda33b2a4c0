//! What the file holds, and whether it can be true.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::Connection;

use crate::truth::{Doing, Life, Span, Truth};

/// How far a whole second and the way of an event may put a time off, in seconds.
const SLACK: f64 = 3.0;
/// What happens so shortly before a kill may not have arrived, in seconds.
const ON_THE_WAY: f64 = 1.0;
/// The longest that is added to the last evidence of a session that ended unseen, in seconds.
const GRACE: i64 = 120;
/// How often the last evidence of what goes on is written, in seconds. A kill may lose as much.
const CHECKPOINT: f64 = 60.0;

/// A session.
#[derive(Debug)]
struct Row {
    user: u64,
    doing: Doing,
    subject: String,
    from: i64,
    /// `None` while it lasts.
    to: Option<i64>,
    is_estimated: bool,
    /// The last evidence.
    seen: i64,
    gap_secs: i64,
    /// The times of which nothing is known, in order.
    gaps: Vec<(i64, i64)>,
}

/// What is wrong with sessions, by number of cases.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) sessions: usize,
    pub(crate) doubled: usize,
    pub(crate) negative: usize,
    pub(crate) untrue: usize,
    pub(crate) lost: usize,
    /// What the sums include, in seconds.
    pub(crate) counted: f64,
    /// One of them, in words.
    pub(crate) example: Option<String>,
}

impl Faults {
    /// The number of all that is wrong.
    pub(crate) fn wrong(&self) -> usize {
        self.doubled + self.negative + self.untrue + self.lost
    }

    fn note(&mut self, count: fn(&mut Self) -> &mut usize, words: impl FnOnce() -> String) {
        *count(self) += 1;
        self.example.get_or_insert_with(words);
    }
}

/// Compares the file of a backend that has been killed with what members really did. `lives` are the times in which a
/// backend ran. The file itself stays as it is.
pub(crate) fn compare(
    folder: &Path,
    members: &BTreeMap<u64, u64>,
    truth: &Truth,
    lives: &[Life],
) -> Result<Faults> {
    let rows = read(folder)?;
    let mut faults = Faults {
        sessions: rows.len(),
        ..Faults::default()
    };
    let mut by_key: BTreeMap<(u64, Doing, &str), Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        let member = *members.get(&row.user).context("a session of a stranger")?;
        look_at(row, &truth.of(member, row.doing), lives, &mut faults);
        let key = (row.user, row.doing, row.subject.as_str());
        by_key.entry(key).or_default().push(row);
    }
    for mut of_key in by_key.into_values() {
        of_key.sort_by_key(|row| row.from);
        for pair in of_key.windows(2) {
            if pair[0].to.is_none_or(|to| to > pair[1].from) {
                faults.note(|faults| &mut faults.doubled, || format!("{pair:?}"));
            }
        }
    }
    for (user, member) in members {
        for doing in [Doing::Voice, Doing::Game] {
            let of_member = rows
                .iter()
                .filter(|row| row.user == *user && row.doing == doing);
            let known: Vec<Span> = of_member.flat_map(counted).collect();
            faults.counted += known.iter().map(|span| span.to - span.from).sum::<f64>();
            for done in truth.of(*member, doing) {
                for seen in lives.iter().filter_map(|life| seen_of(done, *life)) {
                    if known_of(&known, seen.span) + 2.0 * SLACK < seen.least {
                        let words = || format!("{doing:?} of {user}, {seen:?}, has only {known:?}");
                        faults.note(|faults| &mut faults.lost, words);
                    }
                }
            }
        }
    }
    Ok(faults)
}

/// Checks one session by itself, against what its member did, and against the times in which a backend ran.
fn look_at(row: &Row, done: &[Span], lives: &[Life], faults: &mut Faults) {
    let to = row.to.unwrap_or(row.seen);
    let added = to - row.seen;
    if to < row.from || row.seen < row.from || row.gap_secs < 0 || row.gap_secs > to - row.from {
        faults.note(|faults| &mut faults.negative, || format!("{row:?}"));
    }
    let gaps: i64 = row.gaps.iter().map(|(from, to)| to - from).sum();
    if gaps != row.gap_secs || added > if row.is_estimated { GRACE } else { 0 } {
        faults.note(|faults| &mut faults.untrue, || format!("{row:?}"));
    }
    let ran = lives.iter().map(|life| Span {
        from: life.started,
        to: life.killed,
    });
    let vouched = done
        .iter()
        .flat_map(|done| vouched(row.doing, *done, lives));
    let known = widened(ran.chain(vouched));
    let done = widened(done.iter().copied());
    for counted in counted(row) {
        if !covers(&done, counted) {
            let words = || format!("{counted:?} of {row:?} was not done");
            faults.note(|faults| &mut faults.untrue, words);
        }
        if !covers(&known, counted) {
            let words = || format!("{counted:?} of {row:?} was not seen");
            faults.note(|faults| &mut faults.untrue, words);
        }
    }
}

/// Discord says since when somebody plays (`created_at`), so a game counts from then on even if no backend ran.
fn vouched(doing: Doing, done: Span, lives: &[Life]) -> impl Iterator<Item = Span> {
    let goes_on = move |life: &&Life| {
        doing == Doing::Game && done.from < life.connected && life.connected < done.to
    };
    lives.iter().filter(goes_on).map(move |life| Span {
        from: done.from,
        to: life.connected,
    })
}

fn widened(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let widened = spans.map(|span| Span {
        from: span.from - SLACK,
        to: span.to + SLACK,
    });
    widened.collect()
}

/// The times that sums include, up to the last evidence.
fn counted(row: &Row) -> Vec<Span> {
    let mut from = row.from;
    let mut counted = Vec::new();
    for (gap_from, gap_to) in &row.gaps {
        counted.push((from, *gap_from));
        from = *gap_to;
    }
    counted.push((from, row.seen));
    let counted = counted.into_iter().filter(|(from, to)| from < to);
    counted.map(|(from, to)| span(from, to)).collect()
}

/// The part of what was done that a backend saw, and how many seconds of it have to be there.
#[derive(Debug)]
struct Seen {
    span: Span,
    least: f64,
}

fn seen_of(done: Span, life: Life) -> Option<Seen> {
    let (from, to) = (done.from.max(life.connected), done.to.min(life.killed));
    let is_cut_off = done.to > life.killed - ON_THE_WAY;
    let least = to - from - if is_cut_off { CHECKPOINT } else { 0.0 };
    (to > from).then_some(Seen {
        span: Span { from, to },
        least,
    })
}

/// How many seconds of a time are known.
fn known_of(known: &[Span], time: Span) -> f64 {
    let parts = known
        .iter()
        .map(|span| span.to.min(time.to) - span.from.max(time.from));
    parts.filter(|part| *part > 0.0).sum()
}

fn span(from: i64, to: i64) -> Span {
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds since 1970 are exact in an f64"
    )]
    let span = Span {
        from: from as f64,
        to: to as f64,
    };
    span
}

/// Whether spans together hold all of another one.
fn covers(spans: &[Span], wanted: Span) -> bool {
    let mut spans = spans.to_vec();
    spans.sort_by(|one, other| one.from.total_cmp(&other.from));
    let mut reached = wanted.from;
    for span in spans {
        // Times are whole seconds: what ends in one second and begins in the next leaves nothing out.
        if span.from <= reached + 1.0 {
            reached = reached.max(span.to);
        }
    }
    reached >= wanted.to
}

/// Reads a copy, because opening the file would change it.
fn read(folder: &Path) -> Result<Vec<Row>> {
    let copy = tempfile::tempdir()?;
    for name in ["oxeye-presence.db", "oxeye-presence.db-wal"] {
        let from = folder.join(name);
        if from.exists() {
            fs::copy(&from, copy.path().join(name))?;
        }
    }
    let file = Connection::open(copy.path().join("oxeye-presence.db"))?;
    let mut gaps: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    let mut statement =
        file.prepare("SELECT session_id, from_at, to_at FROM gaps ORDER BY from_at")?;
    let read = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    for gap in read {
        let (session, gap) = gap?;
        gaps.entry(session).or_default().push(gap);
    }
    let mut statement = file.prepare(
        "SELECT sessions.id, user_id, kind, subject, started_at, ended_at, is_estimated,
                COALESCE(open_sessions.seen_at, sessions.seen_at), gap_secs
         FROM sessions LEFT JOIN open_sessions ON open_sessions.session_id = sessions.id",
    )?;
    let rows = statement.query_map([], |row| {
        let id: i64 = row.get(0)?;
        let kind: i64 = row.get(2)?;
        Ok(Row {
            user: u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
            doing: if kind == 0 { Doing::Voice } else { Doing::Game },
            subject: row.get(3)?,
            from: row.get(4)?,
            to: row.get(5)?,
            is_estimated: row.get(6)?,
            seen: row.get(7)?,
            gap_secs: row.get(8)?,
            gaps: gaps.remove(&id).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
