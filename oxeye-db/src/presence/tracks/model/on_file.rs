//! The same stories on a real file, which is all that is left after a kill.

use std::path::Path;

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use super::naive::{Naive, Told};
use super::story::{GUILDS, Happening, story};
use super::{Facts, assert_sane, facts};
use crate::ids::{GuildId, UserId};
use crate::presence::kinds::{PresenceKind, PresenceKinds};
use crate::presence::path_beside;
use crate::presence::session::PresenceSession;
use crate::record::span::Span;
use crate::testing::TestStore;

/// Returns a small number of cases, since each writes a file to disk; the nightly script sets many more.
fn config() -> ProptestConfig {
    let cases = option_env!("OXEYE_FILE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(20),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// The file of presence and its log as they are on disk at a moment.
struct OnDisk(Vec<(&'static str, Vec<u8>)>);

impl OnDisk {
    fn of(store: &Path) -> Self {
        let file = path_beside(store).display().to_string();
        let parts = ["", "-wal"].into_iter();
        let parts = parts.map(|end| (end, std::fs::read(format!("{file}{end}")).unwrap()));
        Self(parts.collect())
    }

    /// Puts the files back.
    fn restore(&self, store: &Path) {
        let file = path_beside(store).display().to_string();
        for (end, bytes) in &self.0 {
            std::fs::write(format!("{file}{end}"), bytes).unwrap();
        }
    }
}

/// Returns the ended sessions of the file and the open ones of memory.
async fn sessions(store: &TestStore) -> Vec<PresenceSession> {
    let mut all = store.presence().open_sessions();
    for user in [5, 6].map(UserId) {
        let of_user = store.presence().sessions_of(user, Span::ALL).await.unwrap();
        let (open, ended): (Vec<_>, Vec<_>) =
            of_user.into_iter().partition(PresenceSession::is_open);
        for row in open {
            let same = all.iter().find(|of| of.id == row.id).unwrap();
            assert!(
                row.seen_at <= same.seen_at && row.gaps == same.gaps,
                "{row:?} {same:?}"
            );
        }
        all.extend(ended);
    }
    all
}

async fn keep_all(store: &TestStore, guild: GuildId, now: UnixSeconds) {
    let set_up = store.presence().set_up(guild, PresenceKinds::all(), now);
    set_up.await.unwrap();
}

async fn check(story: &[(u16, Happening)]) {
    let mut now = UnixSeconds(1_700_000_000);
    let mut store = TestStore::new(now);
    let mut naive = Naive::default();
    let some = [PresenceKind::Voice, PresenceKind::Game];
    let some: PresenceKinds = some.into_iter().collect();
    for (guild, kinds) in GUILDS.into_iter().zip([PresenceKinds::all(), some, some]) {
        store
            .presence()
            .set_up(guild, kinds, UnixSeconds(0))
            .await
            .unwrap();
    }
    for (pause, what) in story {
        now.0 += i64::from(*pause);
        let presence = store.presence();
        match what {
            Happening::Told(observation) => {
                presence
                    .observe(vec![observation.clone()], now)
                    .await
                    .unwrap();
                naive.tell(Told::Gateway(observation.clone()), now.0);
            }
            Happening::Checkpoint => {
                presence.checkpoint(now).await.unwrap();
                naive.tell(Told::Checkpoint, now.0);
            }
            Happening::Join(guild, user) => {
                presence.join(*guild, *user, now).await.unwrap();
                naive.join(*guild, *user, now.0);
            }
            Happening::Leave(guild, user) => {
                presence.leave(*guild, *user).await.unwrap();
                naive.leave(*guild, *user);
            }
            Happening::Widen(guild) => {
                keep_all(&store, *guild, now).await;
                naive.widen(*guild);
            }
            Happening::Restart => {
                // Whatever a stop would still write is lost.
                let killed = OnDisk::of(store.file());
                store = store
                    .restarted_after(|file| killed.restore(file), now)
                    .await;
                let open = store.presence().open_sessions();
                naive.restart(&open.iter().map(facts).collect::<Vec<Facts>>());
            }
        }
        let sessions = sessions(&store).await;
        assert_sane(&sessions);
        let mut found: Vec<_> = sessions.iter().map(facts).collect();
        let mut expected = naive.facts();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "after {what:?} at {now:?}");
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sessions_agree_with_the_model_on_a_real_file_that_outlives_kills(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(check(&story));
    }
}
