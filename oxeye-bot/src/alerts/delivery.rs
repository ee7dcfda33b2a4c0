//! One attempt to post a message of an alert.

use std::time::Duration;

use oxeye_db::{Alert, AlertMessage, UnixSeconds};

use super::Tools;
use crate::rest::{Payload, RestError, code};
use crate::view::alert::posted;

/// How long after the first attempt we rely on the nonce alone. Discord remembers it for "a few minutes".
const NONCE_TRUSTED: Duration = Duration::from_secs(60);
/// Keeps the nonces of alerts apart from those of other messages in the same channel.
const NONCE_MARK: u64 = 1 << 62;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Delivered {
    /// Discord has the message with this id.
    Posted(u64),
    /// The message is not wanted any more.
    Gone,
    /// It is no news any more, so nothing was sent.
    TooLate,
    /// The store does not answer, so nothing was sent.
    NotWritten,
    /// Discord refused the message, or did not answer.
    Refused(RestError),
}

/// Why Discord refused a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is likely to pass without anybody doing anything.
    Transient,
    /// The channel does not exist any more.
    NoChannel,
    /// Something that people can put right, such as a missing permission.
    Lasting,
}

impl Refusal {
    pub(super) fn of(error: &RestError) -> Self {
        match error {
            error if error.is_transient() => Self::Transient,
            // The token is refused, which is not the alert's fault.
            RestError::Refused { status: 401, .. } => Self::Transient,
            error if error.code() == code::UNKNOWN_CHANNEL => Self::NoChannel,
            _ => Self::Lasting,
        }
    }
}

/// Posts a message, unless it is there already.
pub(super) async fn deliver(
    tools: &Tools,
    (alert, message): (&Alert, &AlertMessage),
    is_inherited: bool,
) -> Delivered {
    let now = (tools.clock)();
    let server = message.server.and_then(|id| {
        let server = tools.database.server_summary(id, now);
        server.map(|server| server.name)
    });
    let mut payload = posted(alert, message.event, server.as_ref(), now);
    let body = payload.json.to_string();
    match tools
        .database
        .try_alert_message(message.id, body, now)
        .await
    {
        // The server, or the role, may have another name since an attempt that Discord may have accepted.
        Ok(Some(first)) => payload.json = serde_json::from_str(&first).unwrap_or(payload.json),
        Ok(None) => return Delivered::Gone,
        Err(error) => {
            tracing::warn!(%error, "could not write down that an alert is about to be posted");
            return Delivered::NotWritten;
        }
    }
    let nonce = NONCE_MARK | message.id.0.cast_unsigned();
    let doubtful = is_doubtful(message.tried_at, is_inherited, now);
    let sent = post_once(tools, alert.channel, &payload, nonce, doubtful).await;
    sent.map_or_else(Delivered::Refused, Delivered::Posted)
}

/// Whether an earlier attempt, which was first made then, may have been accepted longer ago than Discord remembers its
/// nonce.
pub(super) fn is_doubtful(
    tried_at: Option<UnixSeconds>,
    is_inherited: bool,
    now: UnixSeconds,
) -> bool {
    let is_old = |at: UnixSeconds| now.saturating_since(at) >= NONCE_TRUSTED || at > now;
    tried_at.is_some_and(|at| is_inherited || is_old(at))
}

/// Posts a message, unless it is doubtful whether the channel has it already and it is found there.
pub(super) async fn post_once(
    tools: &Tools,
    channel: u64,
    payload: &Payload,
    nonce: u64,
    is_doubtful: bool,
) -> Result<u64, RestError> {
    let found = match is_doubtful {
        true => find(tools, channel, payload).await,
        false => Ok(None),
    };
    match found {
        Ok(Some(found)) => return Ok(found),
        // Without the permission to read, all that is left is the nonce.
        Err(error) if Refusal::of(&error) != Refusal::Lasting => return Err(error),
        Ok(None) | Err(_) => {}
    }
    let created = tools.rest.create_message(channel, payload, nonce).await?;
    Ok(created.id)
}

/// Looks for a message of ours that says the same.
async fn find(tools: &Tools, channel: u64, payload: &Payload) -> Result<Option<u64>, RestError> {
    let own = tools.rest.own_id().await?;
    let newest = tools.rest.newest_messages(channel).await?;
    let is_same = |json: &serde_json::Value| {
        let author = json["author"]["id"].as_str();
        author.and_then(|id| id.parse().ok()) == Some(own)
            && json["content"] == payload.json["content"]
    };
    let found = newest.into_iter().find(|message| is_same(&message.json));
    Ok(found.map(|message| message.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);

    fn refused(status: u16, code: u32) -> Refusal {
        Refusal::of(&RestError::Refused {
            status,
            code,
            message: String::new(),
            retry_after: None,
        })
    }

    #[test]
    fn only_what_people_can_put_right_is_lasting() {
        assert_eq!(
            Refusal::of(&RestError::Lost(String::new())),
            Refusal::Transient
        );
        assert_eq!(refused(429, 0), Refusal::Transient);
        assert_eq!(refused(503, 0), Refusal::Transient);
        assert_eq!(refused(401, 0), Refusal::Transient);
        assert_eq!(refused(404, 10_003), Refusal::NoChannel);
        // A page that is not from Discord.
        assert_eq!(refused(404, 0), Refusal::Lasting);
        assert_eq!(refused(403, 50_013), Refusal::Lasting);
    }

    #[test]
    fn a_message_is_looked_for_once_its_nonce_may_be_forgotten() {
        let doubtful = |tried_at: Option<i64>, is_inherited| {
            let tried_at = tried_at.map(|ago| UnixSeconds(NOW.0 - ago));
            is_doubtful(tried_at, is_inherited, NOW)
        };
        assert!(!doubtful(None, true));
        assert!(!doubtful(Some(59), false));
        assert!(doubtful(Some(60), false));
        assert!(doubtful(Some(0), true));
        // The clock was set back.
        assert!(doubtful(Some(-5), false));
    }
}
