//! Direct messages.

use reqwest::Method;
use serde_json::json;

use super::limits::Route;
use super::{Payload, Rest, RestError, id, json_of};

impl Rest {
    /// Sends a direct message of plain text.
    pub(crate) async fn tell(&self, user: u64, text: &str) -> Result<(), RestError> {
        let message = Payload {
            json: json!({"content": text, "allowed_mentions": {"parse": []}}),
            files: Vec::new(),
        };
        self.tell_once(user, &message, rand::random()).await
    }

    /// Sends a direct message. With the same `nonce`, a repeated request of the next few minutes sends nothing.
    pub(crate) async fn tell_once(
        &self,
        user: u64,
        message: &Payload,
        nonce: u64,
    ) -> Result<(), RestError> {
        let json = json!({"recipient_id": user.to_string()});
        let path = "/users/@me/channels".to_owned();
        let route = Route("create direct channel", 0);
        let opened = self.send_payload(Method::POST, path, route, &json, &[]);
        let channel = id(&json_of(opened.await?).await?)?;
        self.create_message(channel, message, nonce).await.map(drop)
    }
}
