//! The emoji of the application. They need no permission, and any guild shows them.
//! <https://discord.com/developers/docs/resources/emoji#list-application-emojis>

use reqwest::Method;
use serde_json::{Value, json};

use super::limits::Route;
use super::{Rest, RestError, id, json_of};

/// An emoji of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Emoji {
    pub(crate) id: u64,
    pub(crate) name: String,
}

impl Rest {
    /// Returns the id of the bot's application.
    pub(crate) async fn application(&self) -> Result<u64, RestError> {
        let path = "/applications/@me".to_owned();
        let sent = self.send_bare(Method::GET, path, Route("get application", 0));
        id(&json_of(sent.await?).await?)
    }

    /// Returns all emoji of the application.
    pub(crate) async fn emoji(&self, application: u64) -> Result<Vec<Emoji>, RestError> {
        let path = format!("/applications/{application}/emojis");
        let sent = self.send_bare(Method::GET, path, Route("list emoji", application));
        let json = json_of(sent.await?).await?;
        let items = json["items"].as_array().into_iter().flatten();
        items
            .map(|item: &Value| {
                let name = item["name"].as_str().unwrap_or_default().to_owned();
                Ok(Emoji {
                    id: id(item)?,
                    name,
                })
            })
            .collect()
    }

    /// Makes an emoji of an image, a `data:` URL, and returns its id.
    pub(crate) async fn create_emoji(
        &self,
        application: u64,
        name: &str,
        image: &str,
    ) -> Result<u64, RestError> {
        let path = format!("/applications/{application}/emojis");
        let route = Route("create emoji", application);
        let json = json!({"name": name, "image": image});
        let sent = self.send_payload(Method::POST, path, route, &json, &[]);
        id(&json_of(sent.await?).await?)
    }

    /// Deletes an emoji.
    pub(crate) async fn delete_emoji(&self, application: u64, emoji: u64) -> Result<(), RestError> {
        let path = format!("/applications/{application}/emojis/{emoji}");
        let route = Route("delete emoji", application);
        self.send_bare(Method::DELETE, path, route).await.map(drop)
    }
}
