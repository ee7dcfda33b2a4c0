//! Hidden staff.

use super::*;

#[test]
fn a_hidden_player_stays_hidden_although_the_server_lists_them() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex", "Mod"]), 100);
    scene.tell(Management, everyone(&["Alex", "Mod"]), 101);

    assert_eq!(scene.happened(Log, leave("Mod", 110)), ["-Mod@110"]);
    assert_eq!(
        scene.tell(Management, everyone(&["Alex", "Mod"]), 120),
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
fn a_player_hidden_in_the_log_stays_hidden_when_a_list_takes_over() {
    let mut scene = Scene::with(&[Log, Rcon]);
    scene.tell(Log, everyone(&["Alex", "Mod"]), 100);
    scene.happened(Log, leave("Mod", 110));

    let gone = SourceUpdate::Failed("the log is gone".to_owned());
    scene.tell(Log, gone, 119);
    let by_list = scene.tell(Rcon, everyone(&["Alex", "Mod"]), 120);
    assert_eq!(by_list, ["=Alex@119"]);
    assert_eq!(scene.tell(Rcon, everyone(&["Alex"]), 130), [""; 0]);
    let back = scene.tell(Rcon, everyone(&["Alex", "Mod"]), 140);
    assert_eq!(back, ["+Mod@140"], "they really left and came back");
}

#[test]
fn a_hidden_player_stays_hidden_across_a_restart_of_the_agent() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex", "Mod", "Owner"]), 100);
    scene.tell(Management, everyone(&["Alex", "Mod", "Owner"]), 101);
    scene.happened(Log, leave("Mod", 110));
    scene.happened(Log, leave("Owner", 110));
    let hiding = scene.reconciler.hiding().clone();

    let mut scene = Scene::with(&[Management, Log]);
    scene.reconciler.remember_hiding(hiding);
    assert_eq!(
        scene.reconciler.hiding().len(),
        2,
        "no source has reported yet"
    );
    let listed = everyone(&["Alex", "Mod", "Owner"]);
    let by_list = scene.tell(Management, listed, 200);
    assert_eq!(by_list, ["+Alex@200", "=Alex@200"]);
    let resumed = SourceUpdate::Resumed {
        before: roster(&["Alex"]),
        is_reported: true,
        run: None,
        visited: BTreeSet::new(),
        last_event: None,
        events: vec![join("Mod", 150)],
        forgotten: Vec::new(),
        visible_until: UnixSeconds(120),
    };
    assert_eq!(scene.tell(Log, resumed, 200), ["+Mod@150"]);
    assert_eq!(
        scene.reconciler.hiding().len(),
        1,
        "the owner is still hidden"
    );
}

#[test]
fn a_player_who_joins_while_the_log_is_believed_is_no_longer_hidden() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.reconciler.remember_hiding([name("Mod")].into());
    scene.tell(Log, everyone(&["Alex"]), 100);
    let gone = SourceUpdate::Failed("the connection was closed".to_owned());
    scene.tell(Management, gone, 100);
    assert_eq!(scene.reconciler.hiding().len(), 1);

    scene.happened(Log, join("Mod", 110));

    assert!(scene.reconciler.hiding().is_empty());
    scene.tell(Management, everyone(&["Alex", "Mod"]), 120);
    assert_eq!(scene.reported(), ["Alex", "Mod"]);
}

#[test]
fn a_player_on_the_roster_of_the_log_is_no_longer_hidden() {
    let mut scene = Scene::with(&[Management, Log]);
    scene.reconciler.remember_hiding([name("Mod")].into());
    let by_list = scene.tell(Management, everyone(&["Alex", "Mod"]), 100);
    assert_eq!(by_list, ["+Alex@100", "=Alex@100"]);

    let by_log = scene.tell(Log, everyone(&["Alex", "Mod"]), 101);

    assert_eq!(by_log, ["+Mod@101"]);
    assert!(scene.reconciler.hiding().is_empty());
}

#[test]
fn a_source_that_only_counts_reveals_nobody() {
    let mut scene = Scene::with(&[Ping]);
    scene.reconciler.remember_hiding([name("Mod")].into());

    scene.tell(Ping, SourceUpdate::Count(1), 100);

    assert_eq!(scene.reconciler.hiding().len(), 1);
}

#[test]
fn a_leave_that_both_sources_report_hides_nobody() {
    let mut scene = Scene::with(&[Log]);
    scene.tell(Log, everyone(&["Alex"]), 100);
    scene.tell(Management, everyone(&["Alex"]), 101);

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
