//! What a newcomer sees first, and what is left of it afterwards.

use std::path::PathBuf;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::folder::file_names;

/// An address that all demos have: their folders are named after their ports alone.
fn shared(setup: Setup) -> Setup {
    setup.set("HOST", "127.0.0.1")
}

/// The settings of somebody who has set nothing but a port.
fn newcomer() -> Setup {
    let setup = Setup::new()
        .without("DATABASE_PATH")
        .without("OPERATOR_TOKEN");
    shared(setup).arguments(&["serve", "--demo"])
}

async fn demo(setup: Setup) -> Oxeye {
    let demo = setup.start().await;
    demo.has_logged("the demo is running").await;
    demo
}

/// Returns the folder of the demo's store.
fn stage(demo: &Oxeye) -> PathBuf {
    let port = demo.address().port();
    std::env::temp_dir().join(format!("oxeye-demo-{port}"))
}

#[tokio::test]
async fn the_demo_has_two_servers_with_four_weeks_of_history_and_leaves_nothing_behind() {
    let mut demo = demo(newcomer()).await;

    let status = demo.command(&["status"]).await;
    for server in ["survival", "creative"] {
        let line = status.out.lines().find(|line| line.starts_with(server));
        assert!(
            line.is_some_and(|line| line.ends_with(" online")),
            "{status:?}"
        );
    }
    let survival = demo.command(&["status", "survival"]).await;
    assert!(survival.out.contains("moss_ (for "), "{survival:?}");
    assert!(survival.out.contains("Last seen"), "{survival:?}");
    assert!(
        survival.out.contains("/20 online, Paper 1.21.11"),
        "{survival:?}"
    );
    let top = demo
        .command(&["top", "--range", "14d", "--limit", "20"])
        .await;
    assert!(top.out.lines().count() > 10, "{top:?}");
    let first = top.out.lines().nth(1).expect("a leader");
    assert!(first.contains('d') || first.contains('h'), "{first}");
    let player = demo
        .command(&["player", "moss_", "--server", "survival"])
        .await;
    assert!(player.out.contains("on average"), "{player:?}");
    let sessions = demo.command(&["sessions", "moss_"]).await;
    assert!(sessions.out.contains("still online"), "{sessions:?}");
    let activity = demo.command(&["activity", "moss_"]).await;
    for shown in ["trades", "deaths", "advancements", "Newest events:", " ago"] {
        assert!(activity.out.contains(shown), "{shown}: {activity:?}");
    }
    let traders = demo.command(&["activity", "--top", "trades"]).await;
    assert!(traders.out.lines().count() > 10, "{traders:?}");
    let chart = demo.command(&["chart", "survival"]).await;
    assert!(chart.out.contains("Best time to come on: "), "{chart:?}");
    let check = demo.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(check.out.contains("the demo is running"), "{check:?}");

    assert_eq!(file_names(demo.folder()), Vec::<String>::new());
    assert!(stage(&demo).exists());
    assert_eq!(demo.terminate().await, Some(0), "{}", demo.log());
    assert!(!stage(&demo).exists());
    assert_eq!(file_names(demo.folder()), Vec::<String>::new());
}

#[tokio::test]
async fn the_next_start_deletes_what_a_killed_demo_left() {
    let mut killed = demo(newcomer()).await;
    let left = stage(&killed);
    killed.kill().await;

    let mut next = demo(killed.setup()).await;

    assert!(!left.exists() || left == stage(&next), "{}", left.display());
    assert_eq!(file_names(next.folder()), Vec::<String>::new());
    assert_eq!(next.terminate().await, Some(0), "{}", next.log());
}

#[tokio::test]
async fn the_demo_does_not_touch_an_existing_store() {
    let mut real = Setup::new()
        .without("DATABASE_PATH")
        .without("OPERATOR_TOKEN")
        .start()
        .await;
    assert_eq!(real.terminate().await, Some(0), "{}", real.log());
    let read = |name: &str| std::fs::read(real.folder().join(name)).expect("the file is there");
    let before = (
        read("oxeye.db"),
        read("operator.token"),
        file_names(real.folder()),
    );

    let mut demo = demo(shared(real.setup()).arguments(&["serve", "--demo"])).await;
    let status = demo.command(&["status", "survival"]).await;
    let first = status.out.lines().next().unwrap_or_default();
    assert!(
        first.starts_with("survival: ") && first.contains("/20 online"),
        "{status:?}"
    );
    assert_eq!(demo.terminate().await, Some(0), "{}", demo.log());

    let after = (
        read("oxeye.db"),
        read("operator.token"),
        file_names(real.folder()),
    );
    assert!(before == after);
}

#[tokio::test]
async fn beside_a_running_oxeye_the_demo_says_so() {
    let oxeye = Oxeye::start().await;
    let before = file_names(oxeye.folder());

    let demo = oxeye.command(&["serve", "--demo"]).await;

    assert_eq!(demo.code, Some(1), "{demo:?}");
    assert!(demo.log.contains("already running"), "{demo:?}");
    assert_eq!(file_names(oxeye.folder()), before);
}
