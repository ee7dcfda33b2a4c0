//! Posts in forums, which are threads with a first message, and threads that are archived.

use reqwest::Method;
use serde_json::{Value, json};

use super::limits::Route;
use super::{Message, Payload, Rest, RestError, id, json_of};

/// After a week without a message, Discord archives a thread. This is the longest time it offers, in minutes.
const AUTO_ARCHIVE_MINUTES: u32 = 10_080;

/// A post in a forum that is not archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForumPost {
    /// The id of its thread and of its first message.
    pub(crate) id: u64,
    pub(crate) title: String,
    /// Who made it.
    pub(crate) owner: u64,
}

impl Rest {
    /// Makes a post in a forum, and returns the id of its thread and its first message. Discord takes no nonce
    /// here: a repeated request makes another post.
    pub(crate) async fn create_forum_post(
        &self,
        forum: u64,
        title: &str,
        message: &Payload,
    ) -> Result<(u64, Message), RestError> {
        let json = json!({
            "name": title,
            "auto_archive_duration": AUTO_ARCHIVE_MINUTES,
            "message": message.json,
        });
        let path = format!("/channels/{forum}/threads");
        let route = Route("create thread", forum);
        let created = self.send_payload(Method::POST, path, route, &json, &message.files);
        let thread = json_of(created.await?).await?;
        let post = id(&thread)?;
        let json = thread["message"].clone();
        // The first message of a post has the id of its thread.
        let id = id(&json).unwrap_or(post);
        Ok((post, Message { id, json }))
    }

    /// Returns the posts of a forum that are not archived.
    pub(crate) async fn forum_posts(
        &self,
        guild: u64,
        forum: u64,
    ) -> Result<Vec<ForumPost>, RestError> {
        let path = format!("/guilds/{guild}/threads/active");
        let sent = self.send_bare(Method::GET, path, Route("active threads", guild));
        let answer = json_of(sent.await?).await?;
        let threads = answer["threads"].as_array().into_iter().flatten();
        let forum = forum.to_string();
        let posts = threads.filter(|thread| thread["parent_id"].as_str() == Some(&*forum));
        Ok(posts.filter_map(ForumPost::new).collect())
    }

    /// Returns the id of the bot.
    pub(crate) async fn own_id(&self) -> Result<u64, RestError> {
        let path = "/users/@me".to_owned();
        let sent = self.send_bare(Method::GET, path, Route("own user", 0));
        id(&json_of(sent.await?).await?)
    }

    /// Opens an archived thread again.
    pub(crate) async fn open_thread(&self, thread: u64) -> Result<(), RestError> {
        self.edit_channel(thread, "open thread", &json!({"archived": false}))
            .await
    }
}

impl ForumPost {
    fn new(thread: &Value) -> Option<Self> {
        Some(Self {
            id: id(thread).ok()?,
            title: thread["name"].as_str()?.to_owned(),
            owner: thread["owner_id"].as_str()?.parse().ok()?,
        })
    }
}
