//! A full disk, a file that cannot be written, a damaged file.

use std::process::Command;

use oxeye_tests::backend::{Ended, Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::Discord;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::json;

/// Limits every file of the process to a mebibyte. A larger write fails as on a full disk, because
/// the process ignores the signal that would end it.
const FULL: &str = "trap '' XFSZ; ulimit -S -f 1024";

/// Lets players join until the backend refuses them; returns those who were accepted. When one join
/// finds no room, a smaller write may still fit, so several have to be refused in a row.
async fn join_until_refused(server: &Plugin) -> Vec<String> {
    let (mut taken, mut refused) = (Vec::new(), 0);
    for number in 0..10_000 {
        let player = format!("Player{number:04}");
        let join = Request::post("/join").json(&json!({ "player": player }));
        let answer = server.ask(join).await;
        if answer.status == 200 {
            taken.push(player);
            refused = 0;
            continue;
        }
        assert_eq!(answer.status, 503, "{answer}");
        assert!(
            answer.error().contains("has saved none of this"),
            "{answer}"
        );
        refused += 1;
        if refused == 10 {
            return taken;
        }
    }
    panic!("the disk was never full")
}

async fn online(oxeye: &Oxeye) -> Vec<String> {
    let mut online = oxeye.online("survival").await;
    online.sort();
    online
}

/// Lifts the limit: from now on the process may write as much as it wants.
fn make_room(oxeye: &Oxeye) {
    let process = format!("--pid={}", oxeye.process_id());
    let done = Command::new("prlimit")
        .args([&process, "--fsize=unlimited"])
        .status()
        .expect("prlimit can be run");
    assert!(done.success());
}

#[tokio::test]
async fn on_a_full_disk_events_are_refused_and_what_was_answered_is_kept() {
    let oxeye = Setup::new().after(FULL).start().await;
    let server = oxeye.linked("survival").await;

    let taken = join_until_refused(&server).await;

    assert_eq!(online(&oxeye).await, taken);
    let ready = oxeye.ask(&Request::get("/readyz")).await;
    assert_eq!(ready.status, 503, "{ready}");
    ready.error();
    assert_eq!(oxeye.ask(&Request::get("/health")).await.status, 200);
    let leave = Request::post("/leave").json(&json!({"player": taken[0]}));
    assert_eq!(server.ask(leave).await.status, 503);

    let oxeye = oxeye.kill_and_restart().await;

    assert_eq!(online(&oxeye).await, taken);
    let server = oxeye.plugin_with_key_of(&server);
    server.leaves(&taken[0]).await;
    assert_eq!(online(&oxeye).await, taken[1..]);
}

#[tokio::test]
async fn a_full_disk_does_not_fill_the_log() {
    let mut oxeye = Setup::new().after(FULL).start().await;
    let server = oxeye.linked("survival").await;
    join_until_refused(&server).await;
    for _ in 0..40 {
        let leave = Request::post("/leave").json(&json!({"player": "Alex"}));
        assert_eq!(server.ask(leave).await.status, 503);
        assert_eq!(oxeye.ask(&Request::get("/readyz")).await.status, 503);
    }
    make_room(&oxeye);

    let log = oxeye.whole_log().await;

    let lines = |words: &str| log.lines().filter(|line| line.contains(words)).count();
    for words in [
        "could not write",
        "because the store failed",
        "cannot be written",
    ] {
        assert!((1..=4).contains(&lines(words)), "{words}: {log}");
    }
}

#[tokio::test]
async fn service_resumes_when_there_is_room_again() {
    let oxeye = Setup::new().after(FULL).start().await;
    let server = oxeye.linked("survival").await;
    let mut expected = join_until_refused(&server).await;

    make_room(&oxeye);

    server.joins("Steve").await;
    expected.push("Steve".to_owned());
    assert_eq!(online(&oxeye).await, expected);
    let mut oxeye = oxeye;
    assert_eq!(oxeye.terminate().await, Some(0), "{}", oxeye.log());
    assert_eq!(online(&oxeye.start_again().await).await, expected);
}

fn files_of(oxeye: &Oxeye) -> [std::path::PathBuf; 3] {
    ["oxeye.db", "oxeye.db-wal", "oxeye.db-shm"].map(|name| oxeye.folder().join(name))
}

fn join(player: &str) -> Request {
    Request::post("/join").json(&json!({ "player": player }))
}

/// Returns how many lines of the log contain these words.
fn lines_with(log: &str, words: &str) -> usize {
    log.lines().filter(|line| line.contains(words)).count()
}

#[tokio::test]
async fn nothing_is_acknowledged_after_the_store_was_deleted_and_the_log_says_so_once() {
    let mut oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;
    // The answer of a probe just before must not be reused for a probe just after.
    assert_eq!(oxeye.ask(&Request::get("/readyz")).await.status, 200);
    for file in files_of(&oxeye) {
        std::fs::remove_file(file).expect("the store can be deleted");
    }

    for number in 0..20 {
        let refused = server.ask(join(&format!("Player{number}"))).await;
        assert_eq!(refused.status, 503, "{refused}");
        assert!(refused.error().contains("deleted"), "{refused}");
    }
    let ready = oxeye.ask(&Request::get("/readyz")).await;
    assert_eq!(ready.status, 503, "{ready}");
    assert!(
        ready.error().contains("the store's file was deleted"),
        "{ready}"
    );
    assert_eq!(oxeye.ask(&Request::get("/health")).await.status, 200);
    let backup = oxeye.operator(Request::get("/api/backup")).await;
    assert!(backup.status >= 500, "{backup}");

    let log = oxeye.whole_log().await;
    assert_eq!(lines_with(&log, "no write is accepted until"), 1, "{log}");
    assert_eq!(lines_with(&log, "turned away"), 0, "{log}");
}

#[tokio::test]
async fn a_server_whose_list_could_not_be_saved_is_not_said_to_have_sent_none() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;
    before.syncs(&["Alex"]).await;
    let oxeye = oxeye.restart().await;
    let server = oxeye.plugin_with_key_of(&before);
    std::fs::remove_file(&files_of(&oxeye)[0]).expect("the store can be deleted");

    let list = Request::post("/sync").json(&json!({"players": ["Alex"]}));
    let refused = server.ask(list).await;
    let status = oxeye.command(&["status", "survival"]).await;

    assert_eq!(refused.status, 503, "{refused}");
    let words = "no player list from it has been saved since Oxeye started";
    assert!(
        status.out.to_lowercase().contains(&words.to_lowercase()),
        "{status:?}"
    );
}

#[tokio::test]
async fn a_deleted_store_is_noticed_even_if_nobody_reports() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;

    std::fs::remove_file(&files_of(&oxeye)[0]).expect("the store can be deleted");

    oxeye.has_logged("the store's file was deleted").await;
}

#[tokio::test]
async fn a_moved_store_is_written_again_once_it_is_back() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;
    let away = ["a", "b", "c"].map(|name| oxeye.folder().join(name));
    let move_all = |from: &[std::path::PathBuf; 3], to: &[std::path::PathBuf; 3]| {
        for (from, to) in from.iter().zip(to) {
            std::fs::rename(from, to).expect("a file can be moved");
        }
    };
    move_all(&files_of(&oxeye), &away);
    assert_eq!(server.ask(join("Steve")).await.status, 503);

    move_all(&away, &files_of(&oxeye));

    server.joins("Steve").await;
    let oxeye = oxeye.kill_and_restart().await;
    assert_eq!(online(&oxeye).await, ["Alex", "Steve"]);
}

#[tokio::test]
async fn a_moved_store_holds_everything_acknowledged_before() {
    let mut oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;
    let [store, log, _] = files_of(&oxeye);
    std::fs::remove_file(&log).expect("the log can be deleted");
    assert_eq!(server.ask(join("Steve")).await.status, 503);

    oxeye.kill().await;

    assert!(store.exists());
    let oxeye = oxeye.start_again().await;
    assert_eq!(online(&oxeye).await, ["Alex"]);
}

#[tokio::test]
async fn a_file_is_not_served_twice_through_a_hard_link() {
    let oxeye = Oxeye::start().await;
    let other = oxeye.folder().join("other.db");
    std::fs::hard_link(oxeye.folder().join("oxeye.db"), &other).expect("a hard link can be made");

    let setup = oxeye
        .setup()
        .set("DATABASE_PATH", &other.display().to_string());
    let ended = setup.run().await;

    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert!(ended.log.contains("hard link"), "{}", ended.log);
    assert!(!oxeye.folder().join("other.db.lock").exists());
}

/// A store with one linked server that was stopped properly.
async fn stopped() -> Oxeye {
    let mut oxeye = Oxeye::start().await;
    oxeye.linked("survival").await.joins("Alex").await;
    assert_eq!(oxeye.terminate().await, Some(0), "{}", oxeye.log());
    oxeye
}

#[track_caller]
fn assert_refused(ended: &Ended, sentence: &str) {
    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert!(ended.log.contains(sentence), "{}", ended.log);
    assert!(ended.log.contains("oxeye.db"), "{}", ended.log);
}

#[tokio::test]
async fn a_damaged_store_is_refused_with_advice_and_left_as_it_is() {
    let oxeye = stopped().await;
    let store = oxeye.folder().join("oxeye.db");
    let whole = std::fs::read(&store).expect("the store can be read");
    for (first, last) in [(0, 100), (4096, whole.len())] {
        let mut bytes = whole.clone();
        bytes[first..last].fill(0xa5);
        std::fs::write(&store, &bytes).expect("the store can be damaged");

        let ended = oxeye.setup().run().await;

        assert_refused(&ended, "restore a backup");
        let after = std::fs::read(&store).expect("the store is still there");
        assert!(after == bytes, "the store has changed");
    }
}

/// How to make a folder read-only for a process. Permissions do not bind root, but root can mount
/// the folder read-only. `None` for a root who cannot do that, as in a container.
fn read_only(folder: &std::path::Path) -> Option<&'static str> {
    let run = |program, arguments: &[&str]| Command::new(program).args(arguments).output();
    let id = run("id", &["-u"]).expect("id can be run").stdout;
    if id != b"0\n" {
        let folder = folder.to_str().expect("a path that is text");
        let done = run("chmod", &["-R", "a-w", folder]).expect("chmod can be run");
        assert!(done.status.success());
        return Some(":");
    }
    let may_mount = run("unshare", &["-m", "true"]).is_ok_and(|done| done.status.success());
    may_mount.then_some(
        r#"exec unshare -m bash -c 'mount --bind . . && mount -o remount,ro,bind . && exec "$@"' bash "$@""#,
    )
}

#[tokio::test]
async fn an_unwritable_store_is_refused_with_advice() {
    let oxeye = stopped().await;
    let Some(read_only) = read_only(oxeye.folder()) else {
        println!("skipped: this root cannot make a folder read-only");
        return;
    };

    let ended = oxeye.setup().after(read_only).run().await;

    assert_refused(&ended, "must be able to write it");
    let folder = oxeye.folder().display().to_string();
    let restored = Command::new("chmod").args(["-R", "u+w", &folder]).status();
    assert!(restored.is_ok_and(|status| status.success()));
}

#[tokio::test]
async fn a_lost_file_of_activity_stops_activity_alone_and_the_operator_is_told() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let warp = || Request::post("/activity").json(&json!({"player": "Alex", "event_type": "warp"}));
    let answer = server.ask(warp()).await;
    assert_eq!(answer.status, 200, "{answer}");
    let file = oxeye.folder().join("oxeye-activity.db");
    std::fs::remove_file(file).expect("the file of activity can be deleted");

    for _ in 0..3 {
        let refused = server.ask(warp()).await;
        assert_eq!(refused.status, 503, "{refused}");
        let why = refused.error();
        assert!(
            why.contains("no activity") && why.contains("deleted"),
            "{why}"
        );
    }

    server.joins("Alex").await;
    assert_eq!(oxeye.ask(&Request::get("/readyz")).await.status, 200);
    let health = oxeye.api(Request::get("/api/health")).await;
    assert_eq!(
        (&health["status"], &health["store_ok"]),
        (&json!("warning"), &json!(true))
    );
    let warnings = health["warnings"].as_array().expect("a list of warnings");
    let of_activity = |warning: &&serde_json::Value| warning["type"] == "activity_not_writable";
    assert_eq!(warnings.iter().filter(of_activity).count(), 1, "{health}");
}

/// What can become of a file while a program has it open.
#[derive(Debug, Clone, Copy)]
enum Loss {
    Deleted,
    Replaced,
    Truncated,
}

impl Loss {
    fn happens_to(self, file: &std::path::Path) {
        let done = match self {
            Self::Deleted => std::fs::remove_file(file),
            Self::Replaced => {
                let copy = file.with_extension("copy");
                std::fs::copy(file, &copy).and_then(|_| std::fs::rename(copy, file))
            }
            Self::Truncated => std::fs::OpenOptions::new()
                .write(true)
                .open(file)
                .and_then(|open| open.set_len(open.metadata()?.len() / 2)),
        };
        done.unwrap_or_else(|error| panic!("{self:?}: {error}"));
    }
}

#[tokio::test]
async fn a_lost_file_of_presence_is_named_wherever_an_operator_looks_and_stops_no_server() {
    for loss in [Loss::Deleted, Loss::Replaced, Loss::Truncated] {
        let community = Community::observing(Discord::start().await, "voice").await;
        community.keeps("voice").await;
        let Community { guild, oxeye, .. } = &community;
        let server = oxeye.linked_from(guild, "survival").await;
        let before = oxeye.operator(Request::get("/api/health")).await;
        assert_eq!(before.status, 200, "{before}");

        println!("the file of presence is {loss:?}");
        loss.happens_to(&oxeye.folder().join("oxeye-presence.db"));

        let line = oxeye.has_logged("oxeye-presence.db").await;
        assert!(line.contains("no write is accepted"), "{loss:?}: {line}");
        let refused = guild.another(3).types("oxeye presence join", &[]).await;
        assert!(!refused.text().contains("From now on"), "{refused:?}");
        let health = oxeye.operator(Request::get("/api/health")).await;
        assert_eq!(health.status, 503, "{loss:?}: {health}");
        let report = health.json();
        assert_eq!(report["status"], "failing");
        assert_eq!(report["code"], "presence_not_writable");
        assert_eq!(report["store_ok"], true, "the other file is fine");
        assert_eq!(report["services"]["analytics_db"], "unhealthy");
        let warnings = report["warnings"].as_array().expect("a list").iter();
        let mut types = warnings.map(|warning| &warning["type"]);
        assert!(types.any(|one| one == "presence_not_writable"), "{report}");
        let check = oxeye.command(&["check"]).await;
        assert_eq!(check.code, Some(1), "{check:?}");
        assert!(check.out.contains("oxeye-presence.db"), "{check:?}");
        server.joins("Alex").await;
        assert_eq!(oxeye.ask(&Request::get("/readyz")).await.status, 200);
        let log = oxeye.log();
        let lines = log.lines().filter(|line| line.contains("presence.db"));
        assert_eq!(lines.count(), 1, "{loss:?}: {log}");
    }
}
