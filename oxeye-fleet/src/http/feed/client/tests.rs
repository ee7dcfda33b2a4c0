use tokio::io::{DuplexStream, duplex};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use super::*;
use crate::http::feed::state::SharedState;
use crate::http::messages::tests::{NOW, empty_view, view, wording};

use futures_util::{SinkExt, StreamExt};

/// A client of the feed, and what it is served by.
struct Listener {
    socket: WebSocketStream<DuplexStream>,
    states: watch::Sender<Option<Arc<SharedState>>>,
    stop: CancellationToken,
    served: futures_util::future::BoxFuture<'static, ()>,
}

async fn listener(buffer: usize) -> Listener {
    let first = SharedState::of(&empty_view(), &wording(), NOW);
    listener_of(Some(Arc::new(first)), buffer).await
}

async fn listener_of(first: Option<Arc<SharedState>>, buffer: usize) -> Listener {
    let (ours, theirs) = duplex(buffer);
    let (states, receiver) = watch::channel(first);
    let stop = CancellationToken::new();
    Listener {
        socket: WebSocketStream::from_raw_socket(theirs, Role::Client, None).await,
        states,
        served: Box::pin(serve(ours, receiver, stop.clone())),
        stop,
    }
}

async fn next(socket: &mut WebSocketStream<DuplexStream>) -> Message {
    socket.next().await.unwrap().unwrap()
}

fn kind(message: &Message) -> String {
    let message: serde_json::Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
    message["type"].as_str().unwrap().to_owned()
}

fn state() -> Option<Arc<SharedState>> {
    Some(Arc::new(SharedState::of(&view(), &wording(), NOW)))
}

#[tokio::test(start_paused = true)]
async fn a_client_gets_the_state_at_once_then_each_change_until_we_stop() {
    let mut listener = listener(64 * 1024).await;
    let Listener {
        socket,
        states,
        stop,
        served,
    } = &mut listener;
    let hearing = async {
        let first = next(socket).await;
        states.send_replace(state());
        let second = next(socket).await;
        stop.cancel();
        (kind(&first), kind(&second), next(socket).await)
    };

    let ((), (first, second, last)) = tokio::join!(served, hearing);

    assert_eq!((first.as_str(), second.as_str()), ("initial", "update"));
    let Message::Close(Some(close)) = last else {
        panic!("{last:?}");
    };
    assert_eq!(u16::from(close.code), 1001);
}

#[tokio::test(start_paused = true)]
async fn before_anything_is_known_a_client_is_only_asked_whether_it_is_there() {
    let mut listener = listener_of(None, 64 * 1024).await;
    let Listener {
        socket,
        states,
        stop,
        served,
    } = &mut listener;
    let hearing = async {
        let before = next(socket).await;
        states.send_replace(None);
        states.send_replace(state());
        let first = next(socket).await;
        stop.cancel();
        (before, kind(&first))
    };

    let ((), (before, first)) = tokio::join!(served, hearing);

    assert!(before.is_ping(), "{before:?}");
    assert_eq!(first, "initial");
}

#[tokio::test(start_paused = true)]
async fn a_ping_and_a_close_frame_are_answered() {
    let mut listener = listener(64 * 1024).await;
    let Listener { socket, served, .. } = &mut listener;
    let talking = async {
        next(socket).await;
        socket.send(Message::Ping("here?".into())).await.unwrap();
        let answer = next(socket).await;
        socket.close(None).await.unwrap();
        (answer, next(socket).await)
    };

    let ((), (answer, last)) = tokio::join!(served, talking);

    assert_eq!(answer, Message::Pong("here?".into()));
    assert!(last.is_close(), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_given_up() {
    let listener = listener(16).await;
    let started = Instant::now();

    listener.served.await;

    assert_eq!(started.elapsed(), UNREAD_MESSAGE);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_answers_no_ping_is_given_up() {
    let listener = listener(64 * 1024).await;
    let started = Instant::now();

    listener.served.await;

    assert!(started.elapsed() <= PING_EVERY * (UNANSWERED_PINGS + 1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_talks_without_end_is_told_to_stop() {
    let mut listener = listener(64 * 1024).await;
    let Listener { socket, served, .. } = &mut listener;
    let talking = async {
        next(socket).await;
        while socket
            .send(Message::Binary(vec![0; 4000].into()))
            .await
            .is_ok()
        {
            if let Some(Some(Ok(last))) = futures_util::FutureExt::now_or_never(socket.next()) {
                return last;
            }
        }
        next(socket).await
    };

    let ((), last) = tokio::join!(served, talking);

    let Message::Close(Some(close)) = last else {
        panic!("{last:?}");
    };
    assert_eq!(u16::from(close.code), 1008);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_too_large_is_refused_by_its_head() {
    let mut listener = listener(64 * 1024).await;
    let Listener { socket, served, .. } = &mut listener;
    let talking = async {
        next(socket).await;
        socket
            .send(Message::Binary(vec![0; 5000].into()))
            .await
            .unwrap();
        next(socket).await
    };

    let ((), last) = tokio::join!(served, talking);

    let Message::Close(Some(close)) = last else {
        panic!("{last:?}");
    };
    assert_eq!(u16::from(close.code), 1009);
}
