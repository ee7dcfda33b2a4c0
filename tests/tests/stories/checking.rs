//! `oxeye check` says "fine" only about things that it has checked.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use oxeye_tests::backend::{Ended, Oxeye, Setup};
use oxeye_tests::binary;
use oxeye_tests::discord::Discord;

/// A running Oxeye with a generated operator token.
async fn running() -> Oxeye {
    Setup::new().without("OPERATOR_TOKEN").start().await
}

/// Runs the command in another folder, with the address of the running Oxeye.
async fn check_elsewhere(oxeye: &Oxeye, elsewhere: Setup) -> Ended {
    let elsewhere = oxeye.beside(elsewhere.without("OPERATOR_TOKEN"));
    elsewhere.arguments(&["check"]).run().await
}

#[track_caller]
fn assert_wrong(check: &Ended, sentences: &[&str]) {
    assert_eq!(check.code, Some(1), "{check:?}");
    for sentence in sentences {
        assert!(check.out.contains(sentence), "{sentence:?}: {}", check.out);
    }
    assert!(!check.out.contains("store: /"), "{}", check.out);
    assert!(!check.out.contains("is fine"), "{}", check.out);
}

#[tokio::test]
async fn everything_is_fine_where_oxeye_runs() {
    let mut oxeye = running().await;

    let check = oxeye.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    for line in [
        "Oxeye: running at",
        "oxeye.db is fine, and in use",
        "Discord: off",
    ] {
        assert!(check.out.contains(line), "{}", check.out);
    }

    oxeye.terminate().await;
    let check = oxeye.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    for line in ["Oxeye: NOT RUNNING: nothing answers at", "oxeye.db is fine"] {
        assert!(check.out.contains(line), "{}", check.out);
    }
    let health = oxeye.command(&["health"]).await;
    assert_eq!(health.code, Some(1), "health tells scripts: {health:?}");
}

#[tokio::test]
async fn in_a_wrong_folder_nothing_is_fine() {
    let oxeye = running().await;
    let wrong = [
        "Oxeye: WRONG: there is no operator token",
        "store: WRONG: there is none at",
    ];
    assert_wrong(&check_elsewhere(&oxeye, Setup::new()).await, &wrong);

    let elsewhere = Setup::new();
    let token = elsewhere.folder().join("operator.token");
    std::fs::write(&token, "0".repeat(64)).expect("a file can be written");
    let private = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&token, private).expect("the file is ours");
    let wrong = [
        "Oxeye: WRONG: ",
        "does not accept the operator token in",
        "store: WRONG: ",
    ];
    assert_wrong(&check_elsewhere(&oxeye, elsewhere).await, &wrong);

    let nobody = Setup::new().arguments(&["check"]).run().await;
    assert_wrong(&nobody, &["store: WRONG: there is none at"]);
}

#[tokio::test]
async fn with_a_wrong_database_path_nothing_is_fine() {
    let oxeye = Oxeye::start().await;
    let mut other = Oxeye::start().await;
    other.terminate().await;
    let port = oxeye.address().port().to_string();
    let store = other.folder().join("oxeye.db").display().to_string();

    for (path, sentence) in [
        (
            "/nonexistent/folder/oxeye.db",
            "store: WRONG: there is none at",
        ),
        (&store, "is not the one that the Oxeye at"),
    ] {
        let setup = oxeye.setup().set("PORT", &port).set("DATABASE_PATH", path);
        let check = setup.arguments(&["check"]).run().await;
        assert_wrong(&check, &[sentence]);
    }
}

/// How to run a command as a user without any rights. `None` unless we are root, since only root
/// can become another user.
fn as_nobody() -> Option<&'static str> {
    let id = std::process::Command::new("id").arg("-u").output();
    let is_root = id.expect("id can be run").stdout == b"0\n";
    is_root.then_some(r#"exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@""#)
}

#[tokio::test]
async fn nothing_is_fine_for_another_user() {
    let Some(as_nobody) = as_nobody() else {
        println!("skipped: only root can become another user");
        return;
    };
    let mut oxeye = running().await;
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(oxeye.folder(), open).expect("the folder is ours");
    let port = oxeye.address().port().to_string();
    let check = || {
        let setup = oxeye.setup().set("PORT", &port).after(as_nobody);
        setup.arguments(&["check"]).run()
    };

    let beside = check().await;
    assert_wrong(
        &beside,
        &["Oxeye: WRONG: the operator token in", "store: WRONG: "],
    );
    oxeye.terminate().await;
    let check = || {
        let setup = oxeye.setup().set("PORT", &port).after(as_nobody);
        setup.arguments(&["check"]).run()
    };
    let at_rest = check().await;
    assert_wrong(&at_rest, &["store: WRONG: "]);
    let denied = at_rest.out.matches("ermission denied").count();
    assert_eq!(denied, 1, "{}", at_rest.out);
}

#[tokio::test]
async fn another_program_on_the_port_is_not_mistaken_for_an_oxeye() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = other.local_addr().expect("the listener has an address");
    let answering = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut asker, _) = other.accept().expect("check connects");
        let _ = asker.read(&mut [0; 1024]);
        let _ =
            asker.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi");
    });

    let setup = Setup::new().set("HOST", &address.ip().to_string());
    let setup = setup.set("PORT", &address.port().to_string());
    let check = setup.arguments(&["check"]).run().await;

    assert_wrong(
        &check,
        &["Oxeye: WRONG: another program than Oxeye answers at"],
    );
    answering.join().expect("the other program has answered");
}

#[tokio::test]
async fn the_state_of_the_running_bot_is_shown_without_a_token_in_the_shell() {
    let discord = Discord::start().await;
    let oxeye = Oxeye::start_with(&discord).await;
    oxeye.has_logged("connected to Discord").await;
    let port = oxeye.address().port().to_string();

    let setup = oxeye.setup().set("PORT", &port).without("DISCORD_TOKEN");
    let check = setup.arguments(&["check"]).run().await;

    assert_eq!(check.code, Some(0), "{check:?}");
    let line = "Discord: the running bot is ready";
    assert!(check.out.contains(line), "{}", check.out);
}

#[tokio::test]
async fn check_prints_the_link_that_invites_the_bot_with_what_it_needs() {
    let discord = Discord::start().await;
    let oxeye = Oxeye::start_with(&discord).await;
    oxeye.has_logged("connected to Discord").await;

    let check = oxeye.command(&["check"]).await;

    assert_eq!(check.code, Some(0), "{check:?}");
    let readme = std::fs::read_to_string(binary::workspace().join("README.md")).expect("a README");
    let mut printed = check.out.split_whitespace();
    let link = printed.find(|word| word.contains("/oauth2/authorize"));
    let (_, options) = link.and_then(|link| link.split_once('&')).expect("a link");
    let documented = format!("client_id=YOUR_APP_ID&{options}\n");
    assert!(readme.contains(&documented), "{documented}");
}

#[tokio::test]
async fn check_says_that_the_running_oxeye_was_started_without_a_token() {
    let discord = Discord::start().await;
    let oxeye = Oxeye::start().await;
    let port = oxeye.address().port().to_string();

    let setup = oxeye.setup().set("PORT", &port).discord(&discord);
    let check = setup.arguments(&["check"]).run().await;

    assert_eq!(check.code, Some(1), "{check:?}");
    let line = "the running Oxeye was started without a DISCORD_TOKEN";
    assert!(check.out.contains(line), "{}", check.out);
}

#[tokio::test]
async fn check_says_that_discord_refuses_the_running_bot() {
    let discord = Discord::start().await;
    discord.refuses_identify(Some(4014));
    let oxeye = Setup::new().discord(&discord).start().await;
    oxeye.has_logged("Discord refused the bot").await;

    let check = oxeye.command(&["check"]).await;

    assert_eq!(check.code, Some(1), "{}", check.out);
    assert!(check.out.contains("Discord: WRONG"), "{}", check.out);
    assert!(check.out.contains("intents"), "{}", check.out);
}

#[tokio::test]
async fn checking_does_not_change_the_store() {
    let mut oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;
    oxeye.terminate().await;
    let file = oxeye.folder().join("oxeye.db");
    let before = std::fs::read(&file).expect("the store is there");

    let check = oxeye.command(&["check"]).await;

    assert_eq!(check.code, Some(0), "{}{}", check.out, check.log);
    assert!(check.out.contains("is fine"), "{}", check.out);
    assert!(before == std::fs::read(&file).expect("the store is still there"));
}
