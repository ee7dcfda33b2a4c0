//! What is delivered when the backend, the agent or both are down.

use super::scene;

#[tokio::test]
async fn what_happens_while_the_backend_is_down_is_reported_afterwards() {
    let (mut oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let _agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    oxeye.kill().await;
    minecraft.joins("Steve");
    minecraft.leaves("Alex");
    minecraft.joins("jeb_");
    let oxeye = oxeye.start_again_at_its_port().await;

    oxeye.shows("survival", &["Steve", "jeb_"]).await;
    assert_eq!(oxeye.sessions("survival", "Alex").await, 1);
}

#[tokio::test]
async fn what_happens_while_the_agent_is_down_is_reported_once_even_if_the_log_was_rotated() {
    let (oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    agent.kill().await;
    minecraft.leaves("Alex");
    minecraft.joins("Steve");
    minecraft.stops();
    minecraft.boot();
    minecraft.joins("jeb_");
    let _agent = setup.start();

    oxeye.shows("survival", &["jeb_"]).await;
    for player in ["Alex", "Steve", "jeb_"] {
        assert_eq!(oxeye.sessions("survival", player).await, 1, "{player}");
    }
}

#[tokio::test]
async fn nothing_is_lost_while_both_agent_and_backend_are_down() {
    let (mut oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    oxeye.kill().await;
    minecraft.leaves("Alex");
    agent.kill().await;
    minecraft.joins("Steve");
    let _agent = setup.start();
    minecraft.leaves("Steve");
    minecraft.joins("jeb_");
    let oxeye = oxeye.start_again_at_its_port().await;

    oxeye.shows("survival", &["jeb_"]).await;
    for player in ["Alex", "Steve", "jeb_"] {
        assert_eq!(oxeye.sessions("survival", player).await, 1, "{player}");
    }
}

#[tokio::test]
async fn the_agent_waits_for_a_backend_that_answers_nonsense() {
    let (oxeye, mut minecraft, setup) = scene().await;
    let nonsense = nonsense_for_a_while(oxeye.address()).await;
    let _agent = setup.set("BACKEND", &nonsense.url).start();
    minecraft.joins("Alex");

    oxeye.shows("survival", &["Alex"]).await;
    assert!(nonsense.answered_all().await);
}

/// A proxy in front of the backend: answers the first requests with errors, and forwards the
/// others.
struct Nonsense {
    url: String,
    left: std::sync::Arc<std::sync::atomic::AtomicUsize>,
    _server: tokio::task::JoinSet<()>,
}

impl Nonsense {
    async fn answered_all(&self) -> bool {
        self.left.load(std::sync::atomic::Ordering::Relaxed) == 0
    }
}

const NONSENSE: [&str; 4] = [
    "HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<html>hi</html>",
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
];

async fn nonsense_for_a_while(backend: std::net::SocketAddr) -> Nonsense {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
    use tokio::net::{TcpListener, TcpStream};

    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let left = Arc::new(AtomicUsize::new(NONSENSE.len()));
    let counted = Arc::clone(&left);
    let mut server = tokio::task::JoinSet::new();
    server.spawn(async move {
        let mut passing = tokio::task::JoinSet::new();
        while let Ok((mut plugin, _)) = listener.accept().await {
            let left = counted.load(Ordering::Relaxed);
            if left == 0 {
                passing.spawn(async move {
                    let backend = TcpStream::connect(backend).await;
                    let mut backend = backend.expect("the backend listens");
                    let _ = copy_bidirectional(&mut plugin, &mut backend).await;
                });
                continue;
            }
            counted.store(left - 1, Ordering::Relaxed);
            let mut request = [0; 4096];
            let _ = plugin.read(&mut request).await;
            let answer = NONSENSE[NONSENSE.len() - left];
            let _ = plugin.write_all(answer.as_bytes()).await;
        }
    });
    Nonsense {
        url,
        left,
        _server: server,
    }
}
