//! The sentence of each error, on which the operator of a server can act.

use std::borrow::Cow;

use oxeye_db::NoticeLimit;
use oxeye_text::{Facts, Locale, Text};

use super::ApiError;

/// Words that people read in other places, too.
const ENGLISH: Facts = Facts::in_terminal(Text::of(Locale::English));

impl ApiError {
    /// Returns the sentence.
    pub(super) fn sentence(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Request(error) => return error.sentence(),
            Self::Unknown(error) => return error.sentence(),
            Self::Unavailable(error) => return error.sentence(),
            Self::Unwatchable(refusal) => return Cow::Owned(ENGLISH.watch_refusal(refusal)),
            Self::NotImported(why) => {
                return Cow::Owned(format!("Oxeye cannot use this request: {why}"));
            }
            Self::NotLinked => {
                "This server is not linked to Oxeye; get a link code and connect it again."
            }
            Self::NotOperator => {
                "The operator token is missing or wrong; it is in the file operator.token beside the store."
            }
            Self::OnlyReader => {
                "READER_TOKEN may read, but neither change anything nor take backups and exports; use the operator token for this."
            }
            Self::WrongMethod => "This address does not accept that HTTP method.",
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
            Self::DeletesSessions(count) => return Cow::Owned(deletes_sessions(*count)),
            Self::NoKey => {
                "Nothing reports for this server, so it has no key to replace; link it first."
            }
            Self::AlreadyUnlinked => "This server is not linked, so there is no key to revoke.",
            Self::NotWatched => "No address of this server is watched.",
            Self::NoticeExists => "This member is told about that player already.",
            Self::TooManyNotices(limit) => return Cow::Owned(too_many_notices(*limit)),
            Self::TooManyAlerts(limit) => {
                return Cow::Owned(format!(
                    "The guild has {limit} alerts already, which is the limit; turn one off first."
                ));
            }
            Self::BadSkin(why) => return Cow::Owned(format!("This is not a skin: {why}")),
            Self::BadIcon(why) => return Cow::Owned(format!("This is not an icon: {why}")),
            Self::SkinNotReported => {
                "This server has not reported that this player wears this texture; report the player with this texture_hash first, by a join or a sync."
            }
            Self::TooMany(_) => "Too many requests; wait a little and try again.",
            Self::TooManyNewPlayers(_) => {
                "This server has reported more new players in an hour than MAX_NEW_PLAYERS_PER_HOUR allows; players it reported before are still accepted."
            }
            Self::EpochRefused { why, .. } => {
                return Cow::Owned(format!("Oxeye cannot use these events: {why}"));
            }
            Self::Internal(_) => {
                "Something went wrong in Oxeye; its operator can find the cause in the log."
            }
        })
    }
}

fn deletes_sessions(count: usize) -> String {
    format!(
        "That keeps fewer days of sessions than before: {count} of them would be deleted within the hour, and later ones as they get that old. Send delete_sessions as true if you mean it."
    )
}

fn too_many_notices(limit: NoticeLimit) -> String {
    let (who, count) = match limit {
        NoticeLimit::OfMember(count) => ("This member has", count),
        NoticeLimit::OfGuild(count) => ("The members of this guild have", count),
        NoticeLimit::InAll(count) => ("The members of all guilds have", count),
    };
    format!("{who} {count} notices already, which is the limit; end one first.")
}
