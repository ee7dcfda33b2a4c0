//! A start that fails leaves nothing behind.

use std::net::TcpListener;

use oxeye_tests::backend::{Ended, OPERATOR_TOKEN, Oxeye, Setup};
use oxeye_tests::folder::file_names;

/// Starts it with the settings in `setup`, and the defaults for all others.
async fn start(setup: &Setup) -> Ended {
    let setup = setup
        .again()
        .without("DATABASE_PATH")
        .without("OPERATOR_TOKEN");
    setup.run().await
}

#[tokio::test]
async fn a_port_taken_by_an_oxeye_is_named_with_advice() {
    let oxeye = Oxeye::start().await;
    let setup = oxeye.beside(Setup::new());

    let ended = start(&setup).await;

    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.log.contains("an Oxeye is already running at"),
        "{ended:?}"
    );
    assert_eq!(file_names(setup.folder()), Vec::<String>::new());
}

#[tokio::test]
async fn a_port_taken_by_another_program_is_named_with_advice() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = other
        .local_addr()
        .expect("the listener has an address")
        .port()
        .to_string();
    let setup = Setup::new().set("HOST", "127.0.0.1").set("PORT", &port);

    let ended = start(&setup).await;
    let german = start(&setup.again().set("LANG", "de_DE.UTF-8")).await;

    assert_eq!(ended.code, Some(1), "{ended:?}");
    let sentence = format!("another program is using port {port}");
    assert!(ended.log.contains(&sentence), "{ended:?}");
    let sentence = format!("ein anderes Programm benutzt Port {port}; setze PORT auf");
    assert!(german.log.contains(&sentence), "{german:?}");
    assert_eq!(file_names(setup.folder()), Vec::<String>::new());
}

#[tokio::test]
async fn a_taken_port_of_the_operator_api_is_named_with_advice() {
    let oxeye = Oxeye::start().await;
    let other = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let other = other.local_addr().expect("the listener has an address");

    for (taken, sentence) in [
        (oxeye.address(), "an Oxeye is already running at"),
        (other, "another program is using port"),
    ] {
        let setup = Setup::new().set("OPERATOR_LISTEN", &taken.to_string());
        let ended = start(&setup).await;

        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.log.contains(sentence), "{ended:?}");
        assert!(ended.log.contains("set OPERATOR_LISTEN"), "{ended:?}");
        assert_eq!(file_names(setup.folder()), Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_address_of_another_machine_leaves_nothing_behind() {
    let setup = Setup::new().set("HOST", "192.0.2.1");

    let ended = start(&setup).await;

    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.log.contains("192.0.2.1"), "{ended:?}");
    assert_eq!(file_names(setup.folder()), Vec::<String>::new());
}

#[tokio::test]
async fn an_unusable_operator_token_leaves_no_store_behind() {
    let empty = Setup::new();
    std::fs::write(empty.folder().join("operator.token"), "\n").expect("a file");
    let folder = Setup::new();
    std::fs::create_dir(folder.folder().join("operator.token")).expect("a folder");

    for (setup, code) in [(empty, 78), (folder, 1)] {
        let ended = start(&setup).await;

        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.log.contains("operator.token"), "{ended:?}");
        assert_eq!(file_names(setup.folder()), ["operator.token"]);
    }
}

#[tokio::test]
async fn unusable_settings_leave_nothing_behind() {
    for (name, value) in [
        ("DISCORD_TOKEN", "two words"),
        ("OPERATOR_TOKEN", "short"),
        ("READER_TOKEN", "short"),
        ("READER_TOKEN", OPERATOR_TOKEN),
    ] {
        let setup = Setup::new().without("DATABASE_PATH").set(name, value);

        let ended = setup.again().run().await;

        assert_eq!(ended.code, Some(78), "{ended:?}");
        assert_eq!(file_names(setup.folder()), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_folder_or_type_that_cannot_be_used_is_a_bad_setting() {
    let setup = Setup::new();
    std::fs::write(setup.folder().join("list.toml"), "PORT = [1]").expect("it can be written");
    let with_file = setup.again().without("PORT");
    let with_file = with_file.arguments(&["--config", "list.toml"]);

    for (setup, variable) in [
        (
            setup.again().set("FONTS_DIR", "/nowhere/fonts"),
            "FONTS_DIR",
        ),
        (
            setup.again().set("DATABASE_PATH", "/nowhere/oxeye.db"),
            "DATABASE_PATH",
        ),
        (with_file, "PORT is neither a text"),
    ] {
        let ended = setup.run().await;
        assert_eq!(ended.code, Some(78), "{variable}: {ended:?}");
        assert!(ended.log.contains(variable), "{variable}: {ended:?}");
    }
    assert_eq!(file_names(setup.folder()), ["list.toml"]);
}

#[tokio::test]
async fn on_a_german_shell_a_setting_or_store_that_cannot_be_used_is_named_in_german() {
    let setup = Setup::new();

    for (name, value, words) in [
        (
            "PORT",
            "many",
            "PORT ist \"many\" (aus der Umgebung), erwartet wird aber eine Portnummer",
        ),
        (
            "DATABASE_PATH",
            "/nowhere/oxeye.db",
            "/nowhere/oxeye.db lässt sich nicht öffnen",
        ),
    ] {
        let german = setup.again().set("LANG", "de_DE.UTF-8").set(name, value);
        let ended = german.run().await;
        assert_eq!(ended.code, Some(78), "{ended:?}");
        assert!(ended.log.contains(words), "{ended:?}");
    }
}
