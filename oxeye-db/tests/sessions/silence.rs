//! Servers that fall silent, and what that means for those who were on.

use super::*;

#[tokio::test]
async fn a_silent_server_is_quiet_after_three_heartbeats_and_stale_after_the_timeout() {
    let world = World::new().await;
    world.sync(&["Alex"], Some(15), START).await;
    world.heartbeat(START + 15).await;

    assert_eq!(world.look(START + 15 + 44).0, LinkState::Online);
    assert_eq!(world.look(START + 15 + 45).0, LinkState::Quiet);
    let early = UnixSeconds(START + 15 + 299);
    let done = world.database.close_stale_sessions(early).await.unwrap();
    assert_eq!(done.servers, 0);
    let late = UnixSeconds(START + 15 + 300);
    let (one, other) = tokio::join!(
        world.database.close_stale_sessions(late),
        world.database.close_stale_sessions(late)
    );

    assert_eq!(one.unwrap().sessions + other.unwrap().sessions, 1);
    let (state, online, seen) = world.look(late.0);
    assert_eq!((state, online.len()), (LinkState::Stale, 0));
    assert_eq!(seen, list(&[("Alex", START + 15)]), "the last evidence");
}

#[tokio::test]
async fn our_downtime_does_not_count_as_silence() {
    let world = World::new().await;
    world.sync(&["Alex"], Some(15), START).await;

    let back = START + 10_000;
    let world = world.restart(back).await;

    assert_eq!(world.look(back + 44).0, LinkState::AwaitingSync);
    let early = world
        .database
        .close_stale_sessions(UnixSeconds(back + 299))
        .await;
    assert_eq!(early.unwrap().sessions, 0);
    let late = world
        .database
        .close_stale_sessions(UnixSeconds(back + 300))
        .await;
    assert_eq!(late.unwrap().sessions, 1);
    let (_, _, seen) = world.look(back + 300);
    assert_eq!(
        seen,
        list(&[("Alex", START)]),
        "our downtime is not playtime"
    );
}

#[tokio::test]
async fn a_server_with_rare_heartbeats_is_stale_only_after_missing_three() {
    let world = World::new().await;
    world.sync(&["Alex"], Some(600), START).await;

    for at in (START + 1..START + 1800).step_by(10) {
        let done = world
            .database
            .close_stale_sessions(UnixSeconds(at))
            .await
            .unwrap();
        assert_eq!(done.sessions, 0, "{at}");
    }
    let done = world
        .database
        .close_stale_sessions(UnixSeconds(START + 1800))
        .await;
    assert_eq!(done.unwrap().sessions, 1);
}

#[tokio::test]
async fn no_server_is_silent_while_we_are_suspended() {
    let world = World::new().await;
    world.sync(&["Alex"], Some(15), START).await;
    let clean_up = |at| world.database.close_stale_sessions(UnixSeconds(at));
    clean_up(START + 1).await.unwrap();

    let woken = START + 10_000;
    assert_eq!(clean_up(woken).await.unwrap().sessions, 0);

    assert_eq!(world.look(woken).0, LinkState::Online);
    world.heartbeat(woken + 5).await;
    assert_eq!(clean_up(woken + 6).await.unwrap().sessions, 0);
    assert_eq!(world.look(woken + 6).1, list(&[("Alex", START)]));
}

#[tokio::test]
async fn an_operator_can_close_the_sessions_of_all_servers_that_are_silent_for_some_time() {
    let world = World::new().await;
    let (fresh, _) = link(&world.database, "fresh").await;
    let (empty, _) = link(&world.database, "empty").await;
    let (unlinked, _) = link(&world.database, "unlinked").await;
    let database = &world.database;
    // None of them has promised heartbeats.
    for server in [world.server, empty, unlinked] {
        let joined = database.player_join(server, join("Alex"), UnixSeconds(START));
        joined.await.unwrap();
    }
    let left = database.player_leave(empty, leave("Alex"), UnixSeconds(START));
    left.await.unwrap();
    let unlinked = database.guild_server(GuildId::LOCAL, unlinked).unwrap();
    let disconnected = database.disconnect(unlinked, UnixSeconds(START));
    disconnected.await.unwrap();
    let joined = database.player_join(fresh, join("Steve"), UnixSeconds(START + 1));
    joined.await.unwrap();
    let clean_up = async |at| {
        let now = UnixSeconds(START + at);
        let done = database.close_sessions_silent_for(Duration::from_secs(600), now);
        let done = done.await.unwrap();
        (done.servers, done.sessions)
    };

    assert_eq!(clean_up(599).await, (0, 0));
    assert_eq!(clean_up(600).await, (1, 1));
    assert_eq!(clean_up(600).await, (0, 0));
    assert_eq!(world.look(START + 600).1, []);
    assert_eq!(clean_up(601).await, (1, 1), "the one that reported last");
}
