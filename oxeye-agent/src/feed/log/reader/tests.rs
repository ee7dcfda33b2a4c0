use std::path::Path;
use std::{fs, thread};

use oxeye_plugin_proto::UnixSeconds;
use tokio::sync::mpsc as inbox;

use super::*;
use crate::feed::{Commit, Message};
use crate::outbox::ReceiptStatus;

const BOOT: &str = "[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21\n";
const JOIN: &str =
    "[12:00:01] [Server thread/INFO]: Alex[/127.0.0.1:5] logged in with entity id 1 at (0, 0)\n";

/// 2026-11-21 12:00:05 UTC.
fn noon() -> UnixSeconds {
    UnixSeconds(1_795_262_405)
}

const DEATH: &str = "[12:00:02] [Server thread/INFO]: Alex fell from a high place\n";

const SAVED: ReceiptStatus = ReceiptStatus::Accepted {
    is_believed: true,
    is_saved: true,
};

const UNSAVED: ReceiptStatus = ReceiptStatus::Accepted {
    is_believed: true,
    is_saved: false,
};

/// Returns the updates that are sent while `act` polls the log. Each is accepted at once.
fn updates(path: &Path, act: impl FnOnce(&mut Reader, &mut Follower)) -> Vec<String> {
    updates_answered(path, &[SAVED], act)
}

/// Returns the updates that are sent while `act` polls the log. Each gets these answers.
fn updates_answered(
    path: &Path,
    answers: &'static [ReceiptStatus],
    act: impl FnOnce(&mut Reader, &mut Follower),
) -> Vec<String> {
    let (messages, mut inbox) = inbox::unbounded_channel();
    let (_stop, stopped) = mpsc::channel();
    let mut options = crate::log::LogOptions::default();
    options.activity.kinds.death = true;
    let settings = LogFileSettings {
        path: path.to_owned(),
        options,
        time_zone: Some(chrono_tz::UTC),
    };
    let mut reader = Reader::new(
        &settings,
        LogPosition::in_folder(path.parent().expect("a folder")),
        noon,
        messages,
        stopped,
    );
    let (mut follower, _) = Follower::open(settings, None, noon()).expect("opened");
    let receiver = thread::spawn(move || {
        let mut updates = Vec::new();
        while let Some(message) = inbox.blocking_recv() {
            let (update, commit) = match message {
                Message::Update { update, commit, .. } => (update, commit),
                Message::Activity(events) => {
                    updates.push(format!("{} done", events.len()));
                    continue;
                }
                _ => continue,
            };
            updates.push(in_short(&update));
            if let Some(Commit { receipt, .. }) = commit {
                for answer in answers {
                    let _ = receipt.send(*answer);
                }
            }
        }
        updates
    });
    act(&mut reader, &mut follower);
    drop(reader);
    receiver.join().expect("received")
}

fn in_short(update: &SourceUpdate) -> String {
    match update {
        SourceUpdate::Roster { roster, .. } => format!("{} on", roster.len()),
        SourceUpdate::Events(events) => format!("{} new", events.len()),
        SourceUpdate::Failed(why) if why.contains("no log file") => "missing".to_owned(),
        update => format!("{update:?}"),
    }
}

#[test]
fn a_missing_log_is_reported_once_and_so_is_its_return() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    fs::write(&path, format!("{BOOT}{JOIN}")).expect("written");

    let updates = updates(&path, |reader, follower| {
        reader.poll(follower);
        fs::remove_file(&path).expect("removed");
        for _ in 0..60 {
            reader.poll(follower);
        }
        fs::write(&path, BOOT).expect("written");
        reader.poll(follower);
        reader.poll(follower);
    });

    assert_eq!(updates, ["1 on", "missing", "0 on"]);
}

#[test]
fn a_log_that_does_not_exist_yet_is_said_to_be_missing_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");

    let updates = updates(&path, |reader, follower| {
        for _ in 0..60 {
            reader.poll(follower);
        }
        fs::write(&path, format!("{BOOT}{JOIN}")).expect("written");
        reader.poll(follower);
    });

    assert_eq!(updates, ["missing", "1 on"]);
}

#[test]
fn new_lines_of_a_working_log_are_reported_as_they_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    fs::write(&path, BOOT).expect("written");

    let updates = updates(&path, |reader, follower| {
        reader.poll(follower);
        fs::write(&path, format!("{BOOT}{JOIN}")).expect("written");
        let on_disk = Outcome::OnDisk {
            is_believed: true,
            is_saved: true,
        };
        assert_eq!(reader.poll(follower), on_disk);
        assert_eq!(reader.poll(follower), Outcome::Nothing);
    });

    assert_eq!(updates, ["0 on", "1 new"]);
}

#[test]
fn a_log_that_turns_out_to_record_no_disconnects_is_reported_as_a_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    let boot = "[12:00:00 INFO]: Booting up Velocity 3.4.0...\n";
    let came = |port| {
        format!("[12:00:01 INFO]: [connected player] Alex (/127.0.0.1:{port}) has connected\n")
    };
    fs::write(&path, boot.to_owned() + &came(1)).expect("written");

    let updates = updates(&path, |reader, follower| {
        reader.poll(follower);
        assert!(follower.reading().knows_everyone());
        let mut log = boot.to_owned() + &came(1) + &came(2);
        fs::write(&path, &log).expect("written");
        reader.poll(follower);
        reader.poll(follower);
        assert!(!follower.reading().knows_everyone());
        // After a start nobody is online, but soon that is no longer certain.
        log += boot;
        fs::write(&path, &log).expect("written");
        reader.poll(follower);
        reader.poll(follower);
    });

    assert_eq!(updates, ["1 on", "1 on", "0 on"]);
}

#[test]
fn activity_waits_until_the_position_behind_it_is_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    fs::write(&path, format!("{BOOT}{JOIN}")).expect("written");
    let obstacle = folder.path().join("log-place.part");
    fs::create_dir(&obstacle).expect("created");

    let updates = updates_answered(&path, &[UNSAVED], |reader, follower| {
        // The reader stops after each round.
        reader.stopped = mpsc::channel().1;
        reader.keep_polling(follower);
        fs::write(&path, format!("{BOOT}{JOIN}{DEATH}")).expect("written");
        reader.keep_polling(follower);
        assert_eq!(reader.activity.len(), 1);
        fs::remove_dir(&obstacle).expect("removed");
        reader.keep_polling(follower);
        reader.keep_polling(follower);
    });

    assert_eq!(updates, ["1 on", "1 done"]);
}

#[test]
fn events_of_a_log_that_is_not_of_the_given_family_are_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    fs::write(&path, BOOT).expect("written");
    let options = crate::log::LogOptions {
        family: Some(crate::log::Family::Pocketmine),
        ..crate::log::LogOptions::default()
    };
    let settings = LogFileSettings {
        path: path.clone(),
        options,
        time_zone: Some(chrono_tz::UTC),
    };
    let follower = || Follower::open(settings.clone(), None, noon()).expect("opened");
    let (mut follower, mut other) = (follower().0, follower().0);
    let came = "[12:00:01] [Server thread/INFO]: Alex joined the game\n";

    let updates = updates(&path, |reader, _| {
        reader.poll(&mut follower);
        fs::write(&path, format!("{BOOT}{came}")).expect("written");
        reader.poll(&mut follower);
        assert_eq!(reader.pending, []);
    });

    let mut events = Vec::new();
    other.poll(noon(), &mut events).expect("read");
    assert_eq!((updates.len(), events.len()), (1, 1));
}

#[test]
fn of_activity_that_waits_too_long_the_oldest_is_dropped_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    fs::write(&path, format!("{BOOT}{JOIN}")).expect("written");
    let obstacle = folder.path().join("log-place.part");
    fs::create_dir(&obstacle).expect("created");

    let updates = updates_answered(&path, &[UNSAVED], |reader, follower| {
        // The reader stops after each round.
        reader.stopped = mpsc::channel().1;
        reader.keep_polling(follower);
        let deaths = DEATH.repeat(MOST_ACTIVITY + 3);
        fs::write(&path, format!("{BOOT}{JOIN}{deaths}")).expect("written");
        while reader.poll(follower) != Outcome::Nothing || reader.dropped_activity < 3 {}
        assert_eq!(
            (reader.activity.len(), reader.dropped_activity),
            (MOST_ACTIVITY, 3)
        );
        fs::remove_dir(&obstacle).expect("removed");
        reader.keep_polling(follower);
        reader.keep_polling(follower);
        assert_eq!(reader.dropped_activity, 0);
    });

    assert_eq!(updates, ["1 on", "20000 done"]);
}

#[test]
fn what_was_neither_stored_nor_saved_has_to_be_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latest.log");
    fs::write(&path, format!("{BOOT}{JOIN}{DEATH}")).expect("written");

    let answers = &[UNSAVED, ReceiptStatus::Lost];
    let updates = updates_answered(&path, answers, |reader, follower| {
        let outcome = reader.poll(follower);
        assert_eq!(outcome, Outcome::Lost { is_saved: false });
    });

    assert_eq!(updates, ["1 on"]);
}
