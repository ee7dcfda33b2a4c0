//! Staff who hide.

use super::*;

#[test]
fn whoever_hides_stays_gone_although_the_server_lists_them() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex", "Mod"]), 100);
    scene.tell(Management, everybody(&["Alex", "Mod"]), 101);

    assert_eq!(scene.happened(Log, leave("Mod", 110)), ["-Mod@110"]);
    assert_eq!(
        scene.tell(Management, everybody(&["Alex", "Mod"]), 120),
        [""; 0]
    );
    assert_eq!(
        short(&scene.reconciler.resync(UnixSeconds(130))),
        ["=Alex@129"]
    );

    assert_eq!(scene.happened(Log, join("Mod", 140)), ["+Mod@140"]);
    assert_eq!(scene.happened(Management, leave("Mod", 150)), ["-Mod@150"]);
}

#[test]
fn whoever_hid_by_the_log_stays_gone_when_a_list_takes_over() {
    let mut scene = Scene::with(&[Log, Rcon]);
    scene.tell(Log, everybody(&["Alex", "Mod"]), 100);
    scene.happened(Log, leave("Mod", 110));

    let gone = SourceUpdate::Failed("the log is gone".to_owned());
    scene.tell(Log, gone, 119);
    let by_list = scene.tell(Rcon, everybody(&["Alex", "Mod"]), 120);
    assert_eq!(by_list, ["=Alex@119"]);
    assert_eq!(scene.tell(Rcon, everybody(&["Alex"]), 130), [""; 0]);
    let back = scene.tell(Rcon, everybody(&["Alex", "Mod"]), 140);
    assert_eq!(back, ["+Mod@140"], "they left in truth and came again");
}

#[test]
fn whoever_hid_when_the_agent_stopped_stays_gone_when_it_starts_again() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex", "Mod", "Owner"]), 100);
    scene.tell(Management, everybody(&["Alex", "Mod", "Owner"]), 101);
    scene.happened(Log, leave("Mod", 110));
    scene.happened(Log, leave("Owner", 110));
    let hiding = scene.reconciler.hiding().clone();

    let mut scene = Scene::with(&[Management, Log]);
    scene.reconciler.remember_hiding(hiding);
    assert_eq!(
        scene.reconciler.hiding().len(),
        2,
        "before any source has spoken"
    );
    let listed = everybody(&["Alex", "Mod", "Owner"]);
    let by_list = scene.tell(Management, listed, 200);
    assert_eq!(by_list, ["+Alex@200", "=Alex@200"]);
    let resumed = SourceUpdate::Resumed {
        before: roster(&["Alex"]),
        is_reported: true,
        last_event: None,
        events: vec![join("Mod", 150)],
        forgotten: Vec::new(),
        visible_until: UnixSeconds(120),
    };
    assert_eq!(scene.tell(Log, resumed, 200), ["+Mod@150"]);
    assert_eq!(scene.reconciler.hiding().len(), 1, "the owner still hides");
}

#[test]
fn whoever_is_seen_while_the_log_is_believed_hides_no_more() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.reconciler.remember_hiding([name("Mod")].into());
    scene.tell(Log, everybody(&["Alex"]), 100);
    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    scene.tell(Management, gone, 100);
    assert_eq!(scene.reconciler.hiding().len(), 1);

    scene.happened(Log, join("Mod", 110));

    assert!(scene.reconciler.hiding().is_empty());
    scene.tell(Management, everybody(&["Alex", "Mod"]), 120);
    assert_eq!(scene.reported(), ["Alex", "Mod"]);
}

#[test]
fn whoever_is_on_by_the_log_does_not_hide_whatever_is_remembered() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.reconciler.remember_hiding([name("Mod")].into());
    let by_list = scene.tell(Management, everybody(&["Alex", "Mod"]), 100);
    assert_eq!(by_list, ["+Alex@100", "=Alex@100"]);

    let by_log = scene.tell(Log, everybody(&["Alex", "Mod"]), 101);

    assert_eq!(by_log, ["+Mod@101"]);
    assert!(scene.reconciler.hiding().is_empty());
}

#[test]
fn a_source_that_only_counts_does_not_tell_who_hides() {
    let mut scene = Scene::with(&[Ping]);
    scene.reconciler.remember_hiding([name("Mod")].into());

    scene.tell(Ping, SourceUpdate::Count(1), 100);

    assert_eq!(scene.reconciler.hiding().len(), 1);
}

#[test]
fn a_leave_that_both_tell_hides_nobody() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everybody(&["Alex"]), 100);
    scene.tell(Management, everybody(&["Alex"]), 101);

    assert_eq!(scene.happened(Log, leave("Alex", 110)), ["-Alex@110"]);
    assert_eq!(scene.happened(Management, leave("Alex", 110)), [""; 0]);
    assert_eq!(scene.happened(Management, join("Alex", 120)), ["+Alex@120"]);
    assert_eq!(
        scene.happened(Management, leave("Alex", 130)),
        ["-Alex@130"]
    );
    assert_eq!(scene.happened(Log, leave("Alex", 130)), [""; 0]);
    assert_eq!(scene.happened(Management, join("Alex", 140)), ["+Alex@140"]);
}
