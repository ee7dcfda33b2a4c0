//! A stand-in for a management server, on any wire.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::*;

pub(super) struct Server<W>(WebSocketStream<W>);

impl<W: Wire> Server<W> {
    /// Accepts a client that has the secret.
    pub(super) async fn accept(wire: W) -> Self {
        Self::try_accept(wire)
            .await
            .expect("a client with the secret")
    }

    /// Accepts a client, or answers 401 if it does not have the secret.
    pub(super) async fn try_accept(wire: W) -> Option<Self> {
        #[expect(clippy::result_large_err, reason = "the library requires this type")]
        let check = |request: &Request, response: Response| {
            let authorization = request.headers().get("Authorization");
            if authorization.is_some_and(|sent| *sent == *format!("Bearer {SECRET}")) {
                return Ok(response);
            }
            let mut refusal = ErrorResponse::new(Some("Invalid API key".to_owned()));
            *refusal.status_mut() = tungstenite::http::StatusCode::UNAUTHORIZED;
            Err(refusal)
        };
        Some(Self(accept_hdr_async(wire, check).await.ok()?))
    }

    /// Answers the first requests.
    pub(super) async fn introduce(&mut self, names: &[&str]) {
        let id = self.request("minecraft:server/status").await;
        let status = json!({"started": true, "version": {"name": "1.21.9", "protocol": 773}});
        self.answer(id, &status).await;
        let id = self.request("minecraft:players").await;
        self.roster(id, names).await;
    }

    /// Waits for this request and returns its id. Answers pings meanwhile.
    pub(super) async fn request(&mut self, method: &str) -> u64 {
        loop {
            let frame = self.0.next().await.expect("a request").expect("a frame");
            if let Message::Text(text) = frame {
                let request: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(request["jsonrpc"], "2.0");
                assert_eq!(request["method"], method);
                return request["id"].as_u64().unwrap();
            }
        }
    }

    pub(super) async fn roster(&mut self, id: u64, names: &[&str]) {
        let players: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
        self.answer(id, &json!(players)).await;
    }

    async fn answer(&mut self, id: u64, result: &Value) {
        let answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
        self.send(Message::text(answer.to_string())).await;
    }

    pub(super) async fn notify(&mut self, topic: &str, params: &Value) {
        let method = format!("minecraft:notification/{topic}");
        let notification = json!({"jsonrpc": "2.0", "method": method, "params": params});
        self.send(Message::text(notification.to_string())).await;
    }

    pub(super) async fn send(&mut self, frame: Message) {
        self.0.send(frame).await.unwrap();
    }

    /// Answers only pings until the other side is gone.
    pub(super) async fn idle(&mut self) {
        while let Some(Ok(_)) = self.0.next().await {}
    }

    pub(super) async fn close(&mut self) {
        self.0.close(None).await.unwrap();
    }

    pub(super) fn into_wire(self) -> W {
        self.0.into_inner()
    }
}
