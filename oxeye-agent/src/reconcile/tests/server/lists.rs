//! What a source shows that answers, or does not.

use super::*;

#[test]
fn no_source_that_fails_makes_a_server_down() {
    for kind in [Management, Log, Rcon, Ping] {
        let mut scene = Scene::with(&[kind]);
        scene.tell(kind, up_since(50), 100);
        scene.tell(kind, failed(), 200);

        assert_ne!(scene.run().map(|run| run.state), Some(Down), "{kind}");
        assert_eq!(scene.states_at(9_999), [""; 0], "{kind}");
    }
}

#[test]
fn a_list_that_answers_shows_that_the_server_is_up() {
    let mut scene = Scene::with(&[Rcon]);
    assert_eq!(scene.states_after(Rcon, everyone(&[]), 100), ["up@100"]);
    scene.tell(Rcon, failed(), 105);
    assert_eq!(scene.states_of_port(dead(100), 108), ["down since 100@108"]);

    let back = scene.states_after(Rcon, everyone(&[]), 120);

    assert_eq!(back, ["up since 120@120"]);
    assert_eq!(scene.states_at(130), [""; 0]);
}

#[test]
fn a_list_may_answer_while_the_server_saves_its_worlds() {
    let mut scene = Scene::with(&[Management]);
    scene.tell(Management, everyone(&["Alex"]), 100);
    let stop = SourceUpdate::Events(vec![event(GameEvent::Stop, 110)]);
    assert_eq!(
        scene.states_after(Management, stop, 110),
        ["down since 110@110"]
    );

    assert_eq!(scene.states_after(Management, everyone(&[]), 170), [""; 0]);
    scene.tell(Management, failed(), 175);
    let back = scene.states_after(Management, everyone(&[]), 190);
    assert_eq!(back, ["up since 190@190"]);
}

#[test]
fn a_management_server_may_answer_before_the_server_has_started() {
    let mut scene = Scene::with(&[Management]);
    let starting = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: true,
        run: since(Starting, 100),
        events: Vec::new(),
    };
    assert_eq!(
        scene.states_after(Management, starting, 100),
        ["starting since 100@100"]
    );
    assert_eq!(scene.states_after(Management, everyone(&[]), 160), [""; 0]);
    let start = SourceUpdate::Events(vec![event(GameEvent::Start, 170)]);
    assert_eq!(
        scene.states_after(Management, start, 170),
        ["up since 170@170"]
    );
}

#[test]
fn a_list_that_answers_outweighs_a_log_that_ended_long_ago() {
    let mut scene = Scene::with(&[Rcon, Log]);
    scene.tell(Rcon, everyone(&[]), 1_000);
    let ended = SourceUpdate::Roster {
        roster: Roster::default(),
        knows_everyone: true,
        run: since(Down, 50),
        events: Vec::new(),
    };

    assert_eq!(scene.states_after(Log, ended, 1_001), ["up@1001"]);
}
