//! The sentence of each error, on which the operator of a server can act.

use std::borrow::Cow;

use oxeye_db::LostFile;
use oxeye_plugin_proto::ServerName;
use oxeye_text::{Facts, Locale, Text};

use super::ApiError;

const STORE_FAILS: &str = "Oxeye cannot write to its store and has saved none of this; its operator can find the cause in the log.";

/// Words that people read in other places, too.
const ENGLISH: Facts = Facts::in_terminal(Text::of(Locale::English));

/// The most names listed in one sentence. The others are counted.
const LISTED: usize = 20;

fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<_> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Returns the sentence for the time when the store's files are no longer the ones that we opened.
pub(crate) fn lost_store(lost: LostFile) -> String {
    format!("Oxeye saves nothing now, because {lost}; its operator can find in the log what to do.")
}

impl ApiError {
    /// Returns the sentence.
    #[expect(clippy::too_many_lines, reason = "one sentence per refusal")]
    pub(super) fn sentence(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Malformed(_) => "The request body is not a valid JSON object.",
            Self::Invalid(why) => {
                return Cow::Owned(format!("Oxeye cannot use this request: {why}"));
            }
            Self::NotJson => {
                "The request body must be JSON, sent with the header Content-Type: application/json."
            }
            Self::BodyTooLarge(limit) => {
                return Cow::Owned(format!(
                    "The request body is larger than the {limit} bytes Oxeye accepts."
                ));
            }
            Self::BodyTooSlow => {
                "The request body did not arrive in time; check the network and send it again."
            }
            Self::BodyBroken => "The request body did not arrive completely; send it again.",
            Self::NotLinked => {
                "This server is not linked to Oxeye; get a link code and connect it again."
            }
            Self::NotOperator => {
                "The operator token is missing or wrong; it is in the file operator.token beside the store."
            }
            Self::OnlyReader => {
                "READER_TOKEN may read, but neither change anything nor take backups and exports; use the operator token for this."
            }
            Self::MalformedCode => "This is not a link code; it looks like oxeye-XXXXXXXXXX.",
            Self::UnknownCode => {
                "This link code is unknown, used or older than 10 minutes; get a new one."
            }
            Self::NameTaken => {
                "A server with this name is already linked; choose another name or disconnect that server first."
            }
            Self::NameInUse => {
                "Another server of this guild has this name, linked or not; choose another name, or rename or remove that server first."
            }
            Self::BadSkin(why) => return Cow::Owned(format!("This is not a skin: {why}")),
            Self::BadIcon(why) => return Cow::Owned(format!("This is not an icon: {why}")),
            Self::NoIcon => "This server has reported no icon.",
            Self::SkinNotReported => {
                "This server has not reported that this player wears this texture; report the player with this texture_hash first, by a join or a sync."
            }
            Self::NoSuchRoute => {
                "There is nothing at this address; check the URL of the Oxeye backend."
            }
            Self::OperatorApiElsewhere => {
                "The operator API is not at this address; OPERATOR_LISTEN says where it is."
            }
            Self::OnlyOperatorApi => {
                "Only the operator API is at this address (OPERATOR_LISTEN); plugins report to HOST and PORT."
            }
            Self::WrongMethod => "This address does not accept that HTTP method.",
            Self::UnknownServer { guild, servers } => {
                let servers: Vec<_> = servers.iter().map(ServerName::as_str).collect();
                let listed = listed(&servers);
                return Cow::Owned(format!(
                    "There is no server of that name in guild {guild}; its servers are: {listed}."
                ));
            }
            Self::UnknownGuild { guild, guilds } if guilds.is_empty() => {
                return Cow::Owned(format!(
                    "There is no server in guild {guild}, nor in any other; POST /api/links gives a link code."
                ));
            }
            Self::UnknownGuild { guild, guilds } => {
                let guilds: Vec<_> = guilds.iter().map(ToString::to_string).collect();
                let listed = listed(&guilds);
                return Cow::Owned(format!(
                    "There is no server in guild {guild}; guilds with servers are: {listed}."
                ));
            }
            Self::AlreadyUnlinked => "This server is not linked, so there is no key to revoke.",
            Self::Unwatchable(refusal) => {
                return Cow::Owned(ENGLISH.watch_refusal(refusal));
            }
            Self::NotWatched => "No address of this server is watched.",
            Self::UnknownPlayer => "Nothing is known about a player of that name on that server.",
            Self::UnknownGuildPlayer => {
                "Nothing is known about a player of that name in that guild."
            }
            Self::ActivityOff => "This Oxeye keeps no activity, because ACTIVITY is off.",
            Self::NobodyToForget(None) => "Nothing is known about a player of exactly that name.",
            Self::NobodyToForget(Some(other)) => {
                return Cow::Owned(format!(
                    "Nothing is known about a player of exactly that name; did you mean {:?}?",
                    other.as_str()
                ));
            }
            Self::BadUrl(why) => return Cow::Owned(format!("The URL cannot be used: {why}")),
            Self::TooMany(_) => "Too many requests; wait a little and try again.",
            Self::TooManyNewPlayers(_) => {
                "This server has reported more new players in an hour than MAX_NEW_PLAYERS_PER_HOUR allows; players it reported before are still accepted."
            }
            Self::EpochRefused { why, .. } => {
                return Cow::Owned(format!("Oxeye cannot use these events: {why}"));
            }
            Self::StoreFails(_) => STORE_FAILS,
            Self::StoreLost(lost) => return Cow::Owned(lost_store(*lost)),
            Self::ActivityLost(lost) => {
                return Cow::Owned(format!(
                    "Oxeye saves no activity now, because {lost} (the store of activity, beside the one of sessions); its operator can find in the log what to do."
                ));
            }
            Self::Busy => "Oxeye is busy; try again in a moment.",
            Self::TimedOut => "Oxeye could not answer in time; try again.",
            Self::Stopping => "Oxeye is stopping; try again in a moment.",
            Self::Full => "Oxeye has too many open connections; try again in a moment.",
            Self::AddressFull => {
                "Too many connections from your address are open; close some of them, or name the proxy they come through in TRUSTED_PROXIES."
            }
            Self::BodiesFull => {
                "Oxeye is receiving too many large requests at once; try again in a moment."
            }
            Self::CopiesFull => {
                "Oxeye is already making as many exports and backups as it can at once; try again when they are done."
            }
            Self::Http2 => "Oxeye speaks HTTP/1.1 only; set the client or the proxy to HTTP/1.1.",
            Self::BadHost => {
                "An HTTP/1.1 request must have exactly one valid Host header; check the proxy between the client and Oxeye."
            }
            Self::UnreadableHead => {
                "This is not an HTTP/1.1 request Oxeye can read; check that the URL starts with the right http or https."
            }
            Self::HeadTooLarge => "The headers of the request are too large.",
            Self::UrlTooLong => "The URL of the request is too long.",
            Self::Internal(_) => {
                "Something went wrong in Oxeye; its operator can find the cause in the log."
            }
        })
    }
}
