//! The released Fabric mod, byte by byte: Java's HTTP client offers HTTP/2 with every request.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::{Answer, Connection};
use oxeye_tests::skins;
use serde_json::{Value, json};

/// Builds a request with exactly the headers of the mod, in its order.
fn request(
    oxeye: &Oxeye,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: Option<&Value>,
) -> Vec<u8> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\n");
    if method == "POST" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str(&format!("Host: {}\r\n", oxeye.address()));
    head.push_str("HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nUpgrade: h2c\r\n");
    head.push_str("User-Agent: Java-http-client/21.0.4\r\n");
    if let Some(key) = key {
        head.push_str(&format!("Authorization: Bearer {key}\r\n"));
    }
    if !body.is_empty() {
        head.push_str("Content-Type: application/json\r\n");
    }
    format!("{head}\r\n{body}").into_bytes()
}

struct Mod {
    wire: Connection,
    key: Option<String>,
}

impl Mod {
    async fn says(
        &mut self,
        oxeye: &Oxeye,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let bytes = request(oxeye, method, path, self.key.as_deref(), body);
        self.wire
            .send(&bytes)
            .await
            .expect("the connection is kept");
        let answer = self.wire.answer().await.expect("an HTTP/1.1 answer");
        assert_ne!(
            answer.status, 101,
            "the backend does not speak HTTP/2: {answer}"
        );
        assert!(answer.header("x-boot-id").is_some(), "{answer}");
        answer
    }

    async fn posts(&mut self, oxeye: &Oxeye, path: &str, body: Value) -> Answer {
        self.says(oxeye, "POST", path, Some(&body)).await
    }
}

#[tokio::test]
async fn its_whole_life_on_one_connection() {
    let oxeye = Oxeye::start().await;
    let code = oxeye.local_link_code("survival").await;
    let wire = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    let mut fabric = Mod { wire, key: None };

    let connected = fabric
        .posts(&oxeye, "/connect", json!({"code": code.expose()}))
        .await;
    assert_eq!(connected.status, 201, "{connected}");
    fabric.key = connected.json()["api_key"].as_str().map(str::to_owned);
    let status = fabric.says(&oxeye, "GET", "/status", None).await;
    assert_eq!(status.status, 200, "{status}");

    let hash = skins::texture_hash("alex").to_string();
    let join = json!({"player": "Alex", "texture_hash": hash});
    assert_eq!(
        fabric.posts(&oxeye, "/join", join.clone()).await.status,
        202
    );
    let skin = json!({"player": "Alex", "texture_hash": hash, "texture_url": "http://textures.test/x",
                      "skin_data": skins::base64(&skins::skin(5, 6, 7))});
    assert_eq!(fabric.posts(&oxeye, "/skin", skin).await.status, 200);
    assert_eq!(fabric.posts(&oxeye, "/join", join).await.status, 200);
    let sync = fabric
        .posts(&oxeye, "/sync", json!({"players": ["Alex", "Steve"]}))
        .await;
    assert_eq!(sync.status, 200, "{sync}");
    assert_eq!(
        fabric
            .posts(&oxeye, "/leave", json!({"player": "Steve"}))
            .await
            .status,
        200
    );
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    assert_eq!(oxeye.last_seen("survival").await, ["Steve"]);

    assert_eq!(
        fabric
            .says(&oxeye, "POST", "/disconnect", None)
            .await
            .status,
        200
    );
    let gone = fabric.says(&oxeye, "GET", "/status", None).await;
    assert_eq!(gone.status, 401);
    gone.error();
}
