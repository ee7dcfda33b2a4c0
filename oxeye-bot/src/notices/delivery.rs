//! One attempt to tell a member that a player has come on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{GuildId, Notice, ServerName};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::alerts::Tools;
use crate::rest::{RestError, code};
use crate::view::notice::{ToldIn, posted};

/// Keeps the nonces of notices apart from those of other messages in the same channel.
const NONCE_MARK: u64 = 1 << 61;

/// How long the name of a guild is remembered.
const NAME_KEPT: Duration = Duration::from_secs(3_600);

/// The names of guilds, which direct messages say. Clones are cheap and refer to the same ones.
#[derive(Debug, Clone, Default)]
pub(super) struct GuildNames(Arc<Mutex<HashMap<GuildId, (String, Instant)>>>);

impl GuildNames {
    /// Returns the name of a guild; `None` if Discord does not say it.
    async fn of(&self, tools: &Tools, guild: GuildId) -> Option<String> {
        let now = Instant::now();
        let known = self.0.lock().get(&guild).cloned();
        if let Some((name, read_at)) = known
            && now.duration_since(read_at) < NAME_KEPT
        {
            return Some(name);
        }
        let name = tools.rest.guild_name(guild.0).await.ok()?;
        let mut names = self.0.lock();
        names.retain(|_, (_, read_at)| now.duration_since(*read_at) < NAME_KEPT);
        names.insert(guild, (name.clone(), now));
        Some(name)
    }
}

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Told {
    /// Discord has the message.
    Yes,
    /// Nothing was sent, because it is no news any more or the player hides.
    NotSent,
    /// The member has left the guild, whose players no longer concern them.
    Left,
    /// Try again a little later.
    NotYet(RestError),
    /// Discord takes no message for the member.
    Refused(RestError),
}

/// Tells a member by direct message or, if they accept none, in the channel that they have chosen.
pub(super) async fn tell(
    tools: &Tools,
    names: &GuildNames,
    notice: &Notice,
    server: &ServerName,
) -> Told {
    match tools.rest.is_member(notice.guild.0, notice.user).await {
        Ok(true) => {}
        Ok(false) => return Told::Left,
        Err(error) => return not_told(error),
    }
    let nonce = nonce(notice);
    let guild = names.of(tools, notice.guild).await;
    let direct = posted(notice, server, ToldIn::Direct(guild.as_deref()));
    let told = tools.rest.tell_once(notice.user, &direct, nonce).await;
    let told = match (told, notice.channel) {
        (Err(error), Some(channel)) if is_closed(&error) => {
            let mention = posted(notice, server, ToldIn::Channel);
            tools
                .rest
                .create_message(channel, &mention, nonce)
                .await
                .map(drop)
        }
        (told, _) => told,
    };
    match told {
        Ok(()) => Told::Yes,
        Err(error) => not_told(error),
    }
}

/// Says what an error means for the notice.
fn not_told(error: RestError) -> Told {
    match error {
        // The bot's token is refused, which is not the member's fault.
        RestError::Refused { status: 401, .. } => Told::NotSent,
        error if error.is_transient() => Told::NotYet(error),
        error => Told::Refused(error),
    }
}

/// Whether the member accepts no direct messages from the bot.
fn is_closed(error: &RestError) -> bool {
    matches!(error.code(), code::CANNOT_MESSAGE | code::NO_COMMON_GUILD)
}

/// Returns a number that is the same for each attempt at one message, also after a restart.
fn nonce(notice: &Notice) -> u64 {
    let sent_at = notice.sent_at.unwrap_or_default().0.cast_unsigned();
    let id = notice.id.0.cast_unsigned();
    NONCE_MARK | (id & 0x0fff_ffff) << 32 | (sent_at & 0xffff_ffff)
}
