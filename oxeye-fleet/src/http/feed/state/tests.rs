use tokio::time::Instant;

use super::*;
use crate::http::feed::frames::content_of;
use crate::http::messages::tests::{NOW, empty_view, view, wording};

fn json(frame: &[u8]) -> serde_json::Value {
    serde_json::from_slice(content_of(frame)).unwrap()
}

#[test]
fn the_first_message_differs_from_the_next_only_in_its_type() {
    let state = SharedState::of(&view(), &wording(), NOW);

    let (mut initial, update) = (json(&state.initial()), json(&state.update()));

    assert_eq!(
        (&initial["type"], &update["type"]),
        (&"initial".into(), &"update".into())
    );
    initial["type"] = "update".into();
    assert_eq!(initial, update);
}

#[test]
fn all_clients_share_the_bytes_of_a_message() {
    let state = SharedState::of(&view(), &wording(), NOW);

    assert_eq!(state.update().as_ptr(), state.update().as_ptr());
    assert_eq!(state.initial().as_ptr(), state.initial().as_ptr());
}

/// Publishes views, and receives the states made of them.
struct Feeding {
    views: watch::Sender<Arc<FleetView>>,
    states: watch::Receiver<Option<Arc<SharedState>>>,
    _tasks: Tasks,
}

fn feeding() -> Feeding {
    feeding_from(empty_view())
}

fn feeding_from(first: FleetView) -> Feeding {
    let (views, changes) = watch::channel(Arc::new(first));
    let tasks = Tasks::new();
    let states = prepare(changes, wording(), Clock::start(), &tasks);
    Feeding {
        views,
        states,
        _tasks: tasks,
    }
}

impl Feeding {
    async fn next(&mut self) -> serde_json::Value {
        self.states.changed().await.unwrap();
        let state = self.states.borrow_and_update().clone();
        json(&state.expect("a state").update())
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_there_at_once_and_those_soon_after_it_together() {
    let mut feeding = feeding();
    let started = Instant::now();

    feeding.views.send_replace(Arc::new(view()));
    let first = feeding.next().await;
    for created_total in 1..=20 {
        let changed = FleetView {
            created_total,
            ..view()
        };
        feeding.views.send_replace(Arc::new(changed));
    }
    let second = feeding.next().await;

    assert_eq!(first["data"]["createdTotal"], 7);
    assert_eq!(second["data"]["createdTotal"], 20);
    assert!(
        started.elapsed() <= AT_MOST_EVERY * 2,
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn without_changes_there_is_a_message_every_two_seconds() {
    let mut feeding = feeding();
    feeding.next().await;
    let started = Instant::now();

    for _ in 0..10 {
        feeding.next().await;
    }

    assert!(
        started.elapsed() <= AT_LEAST_EVERY * 10,
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn before_the_engine_has_said_what_it_has_there_is_no_state() {
    let unknown = FleetView::empty(&view().limits, NOW);
    let mut feeding = feeding_from(unknown);

    assert!(feeding.states.borrow().is_none());
    feeding.states.changed().await.unwrap();
    assert!(feeding.states.borrow_and_update().is_none());
    feeding.views.send_replace(Arc::new(view()));

    assert_eq!(feeding.next().await["data"]["createdTotal"], 7);
}
