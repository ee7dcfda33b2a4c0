//! A store, guilds that were set up, and their members.

use std::collections::BTreeSet;

use oxeye_db::testing::TestStore;
use oxeye_db::{
    AwayGuilds, GuildId, Joined, MemberActivity, Observation, Presence, PresenceKind,
    PresenceKinds, PresenceSession, Shard, Span, Track, UnixSeconds, UserId, Voice,
};

pub(crate) const GUILD: GuildId = GuildId(7);
pub(crate) const OTHER: GuildId = GuildId(8);
/// The shard that both guilds belong to.
pub(crate) const SHARD: Shard = Shard { id: 0, count: 1 };
pub(crate) const ALEX: UserId = UserId(501);
pub(crate) const BEA: UserId = UserId(502);
/// Never joins.
pub(crate) const STRANGER: UserId = UserId(0x0123_4567_89ab_cdef);
/// When tests begin.
pub(crate) const START: i64 = 1_700_000_000;

/// A time, in seconds after the beginning.
pub(crate) fn at(secs: i64) -> UnixSeconds {
    UnixSeconds(START + secs)
}

pub(crate) fn span(from: i64, to: i64) -> Span {
    Span {
        from: at(from),
        to: at(to),
    }
}

pub(crate) fn nobody() -> BTreeSet<UserId> {
    BTreeSet::new()
}

pub(crate) fn game(name: &str) -> MemberActivity {
    MemberActivity {
        kind: PresenceKind::Game,
        name: name.to_owned(),
        application: None,
        created_at: None,
        starts_at: None,
        details: None,
        state: None,
        track: None,
        url: None,
    }
}

/// A game that began at a time.
pub(crate) fn game_since(name: &str, since: i64) -> MemberActivity {
    MemberActivity {
        created_at: Some(at(since)),
        ..game(name)
    }
}

/// A track that began at a time.
pub(crate) fn track(title: &str, artists: &[&str], since: i64) -> MemberActivity {
    MemberActivity {
        kind: PresenceKind::Spotify,
        starts_at: Some(at(since)),
        track: Some(Track {
            id: None,
            title: title.to_owned(),
            artists: artists.iter().map(|artist| (*artist).to_owned()).collect(),
            album: None,
        }),
        ..game("Spotify")
    }
}

pub(crate) fn voice(channel: u64) -> Voice {
    Voice {
        channel,
        channel_name: Some(format!("Channel {channel}")),
        connection: [1; 8],
        shares_screen: false,
        has_camera: false,
        is_afk_channel: false,
    }
}

/// A store with a guild that keeps everything.
pub(crate) struct Site {
    pub(crate) store: TestStore,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let store = TestStore::new(at(0));
        let set_up = store.presence().set_up(GUILD, PresenceKinds::all(), at(0));
        set_up.await.unwrap();
        Self { store }
    }

    /// A store whose guild Alex has joined.
    pub(crate) async fn with_alex() -> Self {
        let site = Self::new().await;
        site.joins(ALEX, 0).await;
        site
    }

    pub(crate) fn presence(&self) -> &Presence {
        self.store.presence()
    }

    pub(crate) async fn joins(&self, user: UserId, now: i64) {
        let joined = self.presence().join(GUILD, user, at(now)).await.unwrap();
        assert_eq!(joined, Joined::New);
    }

    pub(crate) async fn observes(&self, what: Observation, now: i64) {
        self.presence().observe(vec![what], at(now)).await.unwrap();
    }

    /// The guild tells all that a member does.
    pub(crate) async fn does(&self, user: UserId, activities: &[MemberActivity], now: i64) {
        let what = Observation::Activities {
            guild: GUILD,
            user,
            activities: activities.to_vec(),
        };
        self.observes(what, now).await;
    }

    /// The guild tells where a member is in voice.
    pub(crate) async fn is_in(&self, user: UserId, voice: Option<Voice>, now: i64) {
        let guild = GUILD;
        self.observes(Observation::Voice { guild, user, voice }, now)
            .await;
    }

    /// The guild shows all there is to see.
    pub(crate) async fn shows(
        &self,
        voices: &[(UserId, Voice)],
        activities: &[(UserId, Vec<MemberActivity>)],
        now: i64,
    ) {
        let what = Observation::Guild {
            guild: GUILD,
            voices: voices.to_vec(),
            activities: Some(activities.to_vec()),
        };
        self.observes(what, now).await;
    }

    pub(crate) async fn is_cut_off(&self, now: i64) {
        let guilds = AwayGuilds::Lost(SHARD);
        self.observes(Observation::Away { guilds }, now).await;
    }

    /// A checkpoint every minute from a time to another.
    pub(crate) async fn minutes(&self, from: i64, to: i64) {
        for now in (from..=to).step_by(60) {
            self.presence().checkpoint(at(now)).await.unwrap();
        }
    }

    pub(crate) async fn sessions(&self, user: UserId) -> Vec<PresenceSession> {
        self.presence().sessions_of(user, Span::ALL).await.unwrap()
    }

    /// The kind, beginning, end, whether it is open and what counts of each session, in seconds after the beginning.
    pub(crate) async fn told(&self, user: UserId) -> Vec<(&'static str, i64, i64, bool, u64)> {
        let sessions = self.sessions(user).await.into_iter();
        let told = sessions.map(|of| {
            let (from, to) = (of.started_at.0 - START, of.until().0 - START);
            (
                of.kind().as_str(),
                from,
                to,
                of.is_open(),
                of.duration_secs(),
            )
        });
        told.collect()
    }

    pub(crate) async fn restarted(self, now: i64) -> Self {
        Self {
            store: self.store.restarted(at(now)).await,
        }
    }
}
