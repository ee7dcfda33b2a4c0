//! Whatever the gateway tells in whatever order, the sessions in memory and in the file are those of a naive model that
//! keeps everything and finds out by looking back; and they never overlap, nor count what nothing proves.
//!
//! | module  | subject                                                   |
//! |---------|-----------------------------------------------------------|
//! | `naive` | the model                                                 |
//! | `story` | stories: what happens, and when                           |
//! | `on_file` | the same with a real file and kills                     |
//! | `reality` | days as they really were                                |

mod naive;
mod on_file;
mod reality;
mod story;

use std::collections::BTreeMap;

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use super::{Loaded, Tracks};
use crate::ids::{GuildId, UserId};
use crate::presence::consents::{Agreed, Consents, Member};
use crate::presence::kinds::{PresenceKind, PresenceKinds};
use crate::presence::session::PresenceSession;
use crate::record::naive::model_cases;
use naive::{Naive, Told};
use story::{GUILDS, Happening, story};

/// What is to be compared of a session: whose it is, of what, from when, the last evidence, the end and whether that is
/// an estimate, and the times that count.
type Facts = (
    UserId,
    String,
    i64,
    i64,
    Option<(i64, bool)>,
    Vec<(i64, i64)>,
);

fn facts(session: &PresenceSession) -> Facts {
    let known = session.known_within(crate::record::span::Span::ALL);
    let known = known.iter().map(|part| (part.from.0, part.to.0));
    (
        session.user,
        format!("{:?}", session.key),
        session.started_at.0,
        session.seen_at.0,
        session.end.map(|end| (end.at.0, end.is_estimated)),
        known.collect(),
    )
}

/// The rules, and a file of which nothing but its rows outlives a restart.
struct World {
    consents: Consents,
    tracks: Tracks,
    file: BTreeMap<i64, PresenceSession>,
}

impl World {
    /// The first guild keeps everything, the others voice and games.
    fn new() -> Self {
        let mut consents = Consents::default();
        let some = [PresenceKind::Voice, PresenceKind::Game];
        consents.set_kinds(GUILDS[0], PresenceKinds::all(), UnixSeconds(0));
        for guild in &GUILDS[1..] {
            consents.set_kinds(*guild, some.into_iter().collect(), UnixSeconds(0));
        }
        Self {
            consents,
            tracks: Tracks::load(Loaded::default()),
            file: BTreeMap::new(),
        }
    }

    fn happen(&mut self, what: &Happening, now: UnixSeconds) {
        match what {
            Happening::Told(observation) => {
                self.tracks.observe(&self.consents, observation, now);
            }
            Happening::Checkpoint => self.tracks.pass_time(&self.consents, now),
            Happening::Join(guild, user) => {
                let member = Member {
                    joined_at: now,
                    seen_at: now,
                    hidden_since: None,
                    agreed: Agreed::default(),
                };
                self.consents.add(*guild, *user, member);
                let kinds = self.consents.kinds_of(*guild);
                self.consents.agree(*guild, *user, kinds, now);
            }
            Happening::Leave(guild, user) => self.leave(*guild, *user),
            Happening::Widen(guild) => {
                self.consents.set_kinds(*guild, PresenceKinds::all(), now);
            }
            Happening::Restart => self.restart(now),
        }
        for session in self.tracks.take_changed() {
            self.file.insert(session.id, session);
        }
        if matches!(what, Happening::Checkpoint) {
            let evidence = self.tracks.unsaved_evidence();
            for ((_, id), seen_at) in &evidence {
                self.file.get_mut(id).unwrap().seen_at = *seen_at;
            }
            self.tracks.note_saved(&evidence);
        }
    }

    fn leave(&mut self, guild: GuildId, user: UserId) {
        self.consents.remove(guild, user);
        self.tracks.cut(&self.consents, user);
        let rows = std::mem::take(&mut self.file).into_values();
        let kept = rows.filter_map(|row| {
            if row.user != user {
                return Some(row);
            }
            let since = self.consents.since(user, &row.key)?;
            row.since(since)
        });
        self.file = kept.map(|row| (row.id, row)).collect();
    }

    fn restart(&mut self, now: UnixSeconds) {
        let mut loaded = Loaded {
            last_id: self.file.keys().last().copied().unwrap_or(0),
            ..Loaded::default()
        };
        for row in self.file.values().cloned() {
            match row.is_open() {
                true => loaded.add_open(row, now),
                false => loaded.add_ended(row, now),
            }
        }
        self.tracks = Tracks::load(loaded);
    }

    /// Returns the ended sessions of the file and the open ones of memory, which are those of the file.
    fn sessions(&self) -> Vec<PresenceSession> {
        let mut all: Vec<_> = self.tracks.open().cloned().collect();
        for open in &all {
            let row = &self.file[&open.id];
            assert!(row.is_open() && row.seen_at <= open.seen_at, "{row:?}");
            assert_eq!((&row.gaps, row.started_at), (&open.gaps, open.started_at));
        }
        let open = self.file.values().filter(|row| row.is_open());
        assert_eq!(open.count(), all.len());
        all.extend(self.file.values().filter(|row| !row.is_open()).cloned());
        all
    }
}

/// Asserts what is true of any sessions.
fn assert_sane(sessions: &[PresenceSession]) {
    for one in sessions {
        assert!(
            one.started_at <= one.seen_at && one.seen_at <= one.until(),
            "{one:?}"
        );
        let grace = one.until().0 - one.seen_at.0;
        assert!(
            grace <= if one.has_estimated_end() { 120 } else { 0 },
            "{one:?}"
        );
        let gaps = one.gaps.iter();
        let mut from = one.started_at;
        for gap in gaps {
            assert!(
                from <= gap.from && gap.from < gap.to && gap.to <= one.seen_at,
                "{one:?}"
            );
            from = gap.to;
        }
        let all = (one.until().0 - one.started_at.0).cast_unsigned();
        assert_eq!(one.duration_secs() + one.gap_secs(), all, "{one:?}");
        for other in sessions.iter().filter(|other| other.id > one.id) {
            if one.user != other.user || !one.key.excludes(&other.key) {
                continue;
            }
            let is_apart = one.until() <= other.started_at || other.until() <= one.started_at;
            assert!(is_apart, "{one:?} {other:?}");
            assert!(!one.is_open() || !other.is_open(), "{one:?} {other:?}");
        }
    }
}

fn check(story: &[(u16, Happening)]) {
    let (mut world, mut naive) = (World::new(), Naive::default());
    let mut now = UnixSeconds(1_700_000_000);
    for (pause, what) in story {
        now.0 += i64::from(*pause);
        world.happen(what, now);
        match what {
            Happening::Restart => {
                let rows = world.tracks.open();
                naive.restart(&rows.map(facts).collect::<Vec<_>>());
            }
            Happening::Told(observation) => naive.tell(Told::Gateway(observation.clone()), now.0),
            Happening::Checkpoint => naive.tell(Told::Checkpoint, now.0),
            Happening::Join(guild, user) => naive.join(*guild, *user, now.0),
            Happening::Leave(guild, user) => naive.leave(*guild, *user),
            Happening::Widen(guild) => naive.widen(*guild),
        }
        let sessions = world.sessions();
        assert_sane(&sessions);
        let mut found: Vec<_> = sessions.iter().map(facts).collect();
        let mut expected = naive.facts();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "after {what:?} at {now:?}");
    }
}

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn sessions_agree_with_a_model_that_looks_back_whatever_the_gateway_tells(story in story()) {
        check(&story);
    }
}
