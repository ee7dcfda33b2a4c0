//! An unusable setting stops the start with exit code 78 and a sentence that names it.

use oxeye_tests::backend::Setup;
use oxeye_tests::raw::Request;

/// Settings with values that nobody could mean.
const BAD: [(&str, &str); 42] = [
    ("SKIN_LOOKUP", "yes"),
    ("SKIN_LOOKUP_BASE", "sessionserver.mojang.com"),
    ("PORT", "eighty"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("HOST", "not a host"),
    ("DATABASE_PATH", "/"),
    ("DISCORD_API_BASE", "ftp://example.org"),
    ("DISCORD_API_BASE", "discord"),
    ("DISCORD_TOKEN", "two words"),
    ("OPERATOR_TOKEN", "short"),
    ("READER_TOKEN", "short"),
    ("OPERATOR_LISTEN", "3001"),
    ("OPERATOR_LISTEN", "localhost:3001"),
    ("RECENT_ACTIVITY_WINDOW_HOURS", "0"),
    ("RECENT_ACTIVITY_WINDOW_HOURS", "8761"),
    ("RECENT_ACTIVITY_WINDOW_HOURS", "-24"),
    ("RECENT_ACTIVITY_WINDOW_HOURS", "24h"),
    ("RECENT_ACTIVITY_WINDOW_HOURS", "99999999999999999999"),
    ("SHUTDOWN_TIMEOUT_SECS", "0"),
    ("SHUTDOWN_TIMEOUT_SECS", "soon"),
    ("REQUEST_BODY_LIMIT", "1"),
    ("REQUEST_BODY_LIMIT", "1 MB"),
    ("REQUEST_TIMEOUT_SECS", "0"),
    ("REQUEST_TIMEOUT_SECS", "1.5"),
    ("MAX_CONNECTIONS", "0"),
    ("MAX_CONNECTIONS", "many"),
    ("RATE_LIMIT_EVENTS_PER_SEC", "0"),
    ("RATE_LIMIT_EVENTS_PER_SEC", "fast"),
    ("RATE_LIMIT_EVENTS_BURST", "0"),
    ("RATE_LIMIT_EVENTS_BURST", "-5"),
    ("RATE_LIMIT_CONNECT_PER_MIN", "0"),
    ("RATE_LIMIT_CONNECT_PER_MIN", "x"),
    ("TIME_ZONE", "CEST"),
    ("ACTIVITY_KINDS", "/nowhere/kinds.toml"),
    ("TRUSTED_PROXIES", "10.0.0.0/33"),
    ("TRUSTED_PROXIES", "proxy.example.org"),
    ("LOG_FORMAT", "xml"),
    ("RUST_LOG", "oxeye=[[["),
    ("RUST_LOG", "inof"),
    ("HOST", "300.0.0.1"),
    ("PORT", "3000;"),
];

#[tokio::test]
async fn every_bad_value_is_named_and_stops_the_start() {
    for (name, value) in BAD {
        let ended = Setup::new().set(name, value).run().await;

        let said = format!("{}{}", ended.log, ended.out);
        assert_eq!(ended.code, Some(78), "{name}={value}: {said}");
        assert!(said.contains(name), "{name}={value} is not named: {said}");
    }
}

#[tokio::test]
async fn the_sentence_names_the_value_and_what_was_expected() {
    let ended = Setup::new()
        .set("RECENT_ACTIVITY_WINDOW_HOURS", "9000")
        .run()
        .await;
    assert!(
        ended.log.contains("9000") && ended.log.contains("8760"),
        "{}",
        ended.log
    );
}

#[tokio::test]
async fn a_bad_secret_is_named_and_not_shown() {
    let ended = Setup::new()
        .set("DISCORD_TOKEN", "my secret token")
        .run()
        .await;
    assert!(ended.log.contains("DISCORD_TOKEN"), "{}", ended.log);
    assert!(!ended.log.contains("my secret token"), "{}", ended.log);
}

#[tokio::test]
async fn every_log_line_about_a_request_identifies_it() {
    let oxeye = Setup::new().set("RUST_LOG", "debug").start().await;
    oxeye.ask(&Request::get("/health")).await;
    let line = oxeye.has_logged("answered").await;
    assert!(line.contains("request{id="), "{line}");
}

#[tokio::test]
async fn a_dotenv_file_is_read_and_checked_as_well() {
    let setup = Setup::new();
    std::fs::write(
        setup.folder().join(".env"),
        "RATE_LIMIT_EVENTS_BURST=lots\n",
    )
    .expect("a file");
    let ended = setup.run().await;
    assert_eq!(ended.code, Some(78), "{}", ended.log);
    assert!(
        ended.log.contains("RATE_LIMIT_EVENTS_BURST"),
        "{}",
        ended.log
    );
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let ended = Setup::new()
        .set("DATABASE_PATH", "/nonexistent/folder/oxeye.db")
        .run()
        .await;
    assert_ne!(ended.code, Some(0));
    assert!(ended.log.contains("/nonexistent/folder"), "{}", ended.log);
}

#[tokio::test]
async fn only_its_owner_can_read_the_generated_operator_token() {
    use std::os::unix::fs::PermissionsExt as _;

    let oxeye = Setup::new().without("OPERATOR_TOKEN").start().await;

    let file = oxeye.folder().join("operator.token");
    let mode = std::fs::metadata(&file)
        .expect("the file is there")
        .permissions()
        .mode();
    let token = std::fs::read_to_string(&file).expect("the file is text");
    assert_eq!(mode & 0o777, 0o600);
    let answer = oxeye
        .ask(&Request::get("/api/servers").bearer(token.trim()))
        .await;
    assert_eq!(answer.status, 200, "{answer}");
    assert!(
        !oxeye.log().contains(token.trim()),
        "the token is in the log"
    );
}

#[tokio::test]
async fn an_operator_token_that_can_be_guessed_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("operator.token"), "guess\n").expect("a file");
    let store = folder.path().join("oxeye.db").display().to_string();

    let setup = Setup::new().without("OPERATOR_TOKEN");
    let ended = setup.set("DATABASE_PATH", &store).run().await;

    assert_eq!(ended.code, Some(78), "{}", ended.log);
    assert!(
        ended.log.contains("operator.token") && ended.log.contains("at least 16"),
        "{}",
        ended.log
    );
    assert!(!ended.log.contains("guess"), "{}", ended.log);
    let left = std::fs::read_dir(folder.path()).expect("the file is there");
    assert_eq!(left.count(), 1, "only the token is left");
}

#[tokio::test]
async fn an_operator_token_that_others_can_read_is_made_private_with_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;

    let setup = Setup::new().without("OPERATOR_TOKEN");
    let file = setup.folder().join("operator.token");
    let token = "made-by-hand-for-this-story";
    std::fs::write(&file, token).expect("a file");
    let readable = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, readable).expect("the file is ours");

    let oxeye = setup.start().await;

    oxeye.has_logged("could be read by other users").await;
    let mode = std::fs::metadata(&file)
        .expect("the file is there")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    let answer = oxeye.ask(&Request::get("/api/servers").bearer(token)).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert!(!oxeye.log().contains(token), "the token is in the log");
}

#[tokio::test]
async fn without_a_discord_token_the_log_says_that_the_bot_is_off() {
    let oxeye = Setup::new().start().await;
    oxeye.has_logged("DISCORD_TOKEN").await;
    assert_eq!(oxeye.ask(&Request::get("/readyz")).await.status, 200);
}
