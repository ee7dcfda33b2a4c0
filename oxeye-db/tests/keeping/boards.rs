//! Boards and counters of guilds.

use oxeye_db::{
    AddBoardError, Board, BoardUpdate, CounterUpdate, GuildId, GuildServers, NewBoard, NewCounter,
    SetCounterError, StopReason, Stopped, UnixSeconds,
};

use crate::site::{GUILD, NOW, Site, of_guild};

const CHANNEL: u64 = 11;
const ADMIN: u64 = u64::MAX;
const LATER: UnixSeconds = UnixSeconds(NOW.0 + 60);

pub(crate) fn board(channel: u64, servers: GuildServers) -> NewBoard {
    NewBoard {
        servers,
        channel,
        with_picture: true,
        locale: "de".to_owned(),
        posted_by: ADMIN,
    }
}

pub(crate) fn counter(channel: u64, servers: GuildServers) -> NewCounter {
    NewCounter {
        servers,
        channel,
        template: "{online} online".to_owned(),
        locale: "de".to_owned(),
        original_name: None,
        set_by: ADMIN,
    }
}

impl Site {
    pub(crate) async fn posts(&self, new: NewBoard) -> Board {
        self.database.add_board(new, 20, NOW).await.unwrap()
    }

    pub(crate) async fn counts(&self, new: NewCounter) {
        self.database.set_counter(new, 10, NOW).await.unwrap();
    }

    pub(crate) async fn board_channels(&self) -> Vec<u64> {
        let boards = self.database.boards().await.unwrap();
        boards.iter().map(|board| board.channel).collect()
    }

    pub(crate) async fn counter_channels(&self) -> Vec<u64> {
        let counters = self.database.counters().await.unwrap();
        counters.iter().map(|counter| counter.channel).collect()
    }
}

#[tokio::test]
async fn a_board_is_found_again_after_a_restart_with_all_that_happened_to_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let of_one = GuildServers::One(of_guild(&site.database, server));
    let mut expected = site.posts(board(CHANNEL, of_one)).await;
    assert_eq!((expected.guild, expected.server), (GUILD, Some(server)));
    assert_eq!((expected.posted_by, expected.posted_at), (ADMIN, NOW));
    let stopped = Stopped {
        at: LATER,
        reason: StopReason::ThreadLocked,
    };

    for update in [
        BoardUpdate::Posted {
            message: 5,
            thread: Some(4),
            shown: [1; 32],
            reposted_at: Some(LATER),
        },
        BoardUpdate::Shown([2; 32]),
        BoardUpdate::Blocked(NOW),
        BoardUpdate::Told(LATER),
        BoardUpdate::Stopped(stopped),
    ] {
        assert!(
            site.database
                .update_board(expected.id, update)
                .await
                .unwrap()
        );
    }

    expected.message = Some(5);
    expected.thread = Some(4);
    expected.shown = Some([2; 32]);
    expected.reposted_at = Some(LATER);
    expected.blocked_since = Some(NOW);
    expected.told_at = Some(LATER);
    expected.stopped = Some(stopped);
    let site = site.restarted().await;
    assert_eq!(site.database.boards().await.unwrap(), [expected]);
}

#[tokio::test]
async fn a_board_that_works_again_has_no_trouble_left() {
    let site = Site::new();
    let id = site
        .posts(board(CHANNEL, GuildServers::All(GUILD)))
        .await
        .id;
    let posted = BoardUpdate::Posted {
        message: 5,
        thread: None,
        shown: [1; 32],
        reposted_at: None,
    };
    let renewed = BoardUpdate::Renewed {
        with_picture: false,
        locale: "en".to_owned(),
        posted_by: 6,
    };
    let stopped = Stopped {
        at: NOW,
        reason: StopReason::NoPermission,
    };
    for cure in [posted, BoardUpdate::Shown([1; 32]), renewed] {
        for trouble in [
            BoardUpdate::Blocked(NOW),
            BoardUpdate::Told(NOW),
            BoardUpdate::Stopped(stopped),
        ] {
            site.database.update_board(id, trouble).await.unwrap();
        }

        site.database.update_board(id, cure.clone()).await.unwrap();

        let boards = site.database.guild_boards(GUILD).await.unwrap();
        let left = (
            boards[0].blocked_since,
            boards[0].told_at,
            boards[0].stopped,
        );
        assert_eq!(left, (None, None, None), "{cure:?}");
    }
    let boards = site.database.guild_boards(GUILD).await.unwrap();
    let renewed = (boards[0].with_picture, boards[0].posted_by);
    assert_eq!(renewed, (false, 6));
    assert_eq!(boards[0].locale, "en");
}

#[tokio::test]
async fn a_channel_has_each_board_once_and_a_guild_no_more_than_its_limit() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let one = GuildServers::One(of_guild(&site.database, server));
    let all = GuildServers::All(GUILD);
    let first = site.posts(board(CHANNEL, all)).await;
    site.posts(board(CHANNEL, one)).await;

    let again = site
        .database
        .add_board(board(CHANNEL, all), 20, LATER)
        .await;
    let third = site.database.add_board(board(12, all), 2, NOW).await;
    // Another guild has a limit of its own.
    let other = GuildServers::All(GuildId(8));
    site.database
        .add_board(board(12, other), 2, NOW)
        .await
        .unwrap();

    assert!(matches!(again, Err(AddBoardError::Exists(known)) if *known == first));
    assert!(matches!(third, Err(AddBoardError::TooMany(2))));
    assert!(site.database.remove_board(first.id).await.unwrap());
    assert!(!site.database.remove_board(first.id).await.unwrap());
    let update = site
        .database
        .update_board(first.id, BoardUpdate::Shown([1; 32]));
    assert!(!update.await.unwrap());
    assert!(site.posts(board(12, all)).await.id > first.id);
}

#[tokio::test]
async fn a_counter_keeps_the_name_of_its_channel_when_it_is_set_again() {
    let site = Site::new();
    let all = GuildServers::All(GUILD);
    site.counts(counter(CHANNEL, all)).await;
    let stopped = Stopped {
        at: NOW,
        reason: StopReason::NoPermission,
    };
    for update in [
        CounterUpdate::ByName {
            original: "Lounge".to_owned(),
        },
        CounterUpdate::Shown("3 online".to_owned()),
        CounterUpdate::Blocked(NOW),
        CounterUpdate::Told(NOW),
        CounterUpdate::Stopped(stopped),
    ] {
        let known = site.database.update_counter(GUILD, CHANNEL, update).await;
        assert!(known.unwrap());
    }
    let site = site.restarted().await;
    let before = site.database.counters().await.unwrap().remove(0);
    assert_eq!((before.told_at, before.stopped), (Some(NOW), Some(stopped)));
    assert_eq!((before.blocked_since, before.ended_at), (Some(NOW), None));
    let end = async || {
        site.database
            .end_counter(GUILD, CHANNEL, LATER)
            .await
            .unwrap()
    };
    assert_eq!(end().await.unwrap().ended_at, Some(LATER));
    assert_eq!(end().await, None);

    let mut again = counter(CHANNEL, all);
    again.template = "{online}!".to_owned();
    let set = site.database.set_counter(again, 1, LATER).await.unwrap();

    assert_eq!(set.template, "{online}!");
    assert_eq!(set.original_name.as_deref(), Some("Lounge"));
    assert_eq!(set.shown.as_deref(), Some("3 online"));
    assert_eq!((set.set_at, set.told_at, set.stopped), (LATER, None, None));
    assert_eq!((set.blocked_since, set.ended_at), (None, None));
    let second = site.database.set_counter(counter(12, all), 1, NOW).await;
    assert!(matches!(second, Err(SetCounterError::TooMany(1))));
    let elsewhere = site.database.remove_counter(GuildId(8), CHANNEL).await;
    assert_eq!(elsewhere.unwrap(), None);
    let removed = site.database.remove_counter(GUILD, CHANNEL).await.unwrap();
    assert_eq!(removed, Some(set));
    assert!(site.counter_channels().await.is_empty());
}

#[tokio::test]
async fn a_counter_that_moves_into_the_name_has_not_been_shown_there() {
    let site = Site::new();
    let mut by_name = counter(CHANNEL, GuildServers::All(GUILD));
    site.counts(by_name.clone()).await;
    let shown = CounterUpdate::Shown("3 online".to_owned());
    let updated = site.database.update_counter(GUILD, CHANNEL, shown).await;
    assert!(updated.unwrap());
    let names = async |site: &Site| {
        let counters = site.database.counters().await.unwrap();
        (counters[0].original_name.clone(), counters[0].shown.clone())
    };
    let lounge = Some("Lounge".to_owned());

    by_name.original_name.clone_from(&lounge);
    site.counts(by_name.clone()).await;
    assert_eq!(names(&site).await, (lounge.clone(), None));

    by_name.original_name = Some("4 online".to_owned());
    site.counts(by_name).await;
    assert_eq!(names(&site).await, (lounge, None));
}

#[tokio::test]
async fn a_removed_server_takes_its_boards_and_counters_with_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let of_guild = of_guild(&site.database, server);
    let one = GuildServers::One(of_guild);
    site.posts(board(1, one)).await;
    site.posts(board(2, GuildServers::All(GUILD))).await;
    site.counts(counter(3, one)).await;
    site.counts(counter(4, GuildServers::All(GUILD))).await;
    let changes = site.database.board_changes();

    site.database.remove_server(of_guild, NOW).await.unwrap();

    assert!(changes.has_changed().unwrap());
    assert_eq!(site.board_channels().await, [2]);
    assert_eq!(site.counter_channels().await, [4]);
    let late = site.database.add_board(board(1, one), 20, NOW).await;
    assert!(matches!(late, Err(AddBoardError::UnknownServer)));
    let late = site.database.set_counter(counter(3, one), 10, NOW).await;
    assert!(matches!(late, Err(SetCounterError::UnknownServer)));
}
