//! The code of each error, for programs.

use oxeye_db::NoticeLimit;

use super::ApiError;
use crate::api_messages::refusal::Refusal;
use crate::portable_lines::{BadLine, ImportRefusal, NUMERIC_IDS_VERSION, VERSION};

impl ApiError {
    /// Returns the code, with the facts that the sentence names.
    pub(super) fn code(&self) -> Refusal {
        match self {
            Self::Request(error) => error.code(),
            Self::Unknown(error) => error.code(),
            Self::Unavailable(error) => error.code(),
            Self::Unwatchable(refusal) => refusal.into(),
            Self::NotImported(refusal) => refusal.into(),
            Self::NotLinked => Refusal::NotLinked,
            Self::NotOperator => Refusal::NotOperator,
            Self::OnlyReader => Refusal::OnlyReader,
            Self::WrongMethod => Refusal::WrongMethod,
            Self::MalformedCode => Refusal::MalformedLinkCode,
            Self::UnknownCode => Refusal::UnknownLinkCode,
            Self::NameTaken => Refusal::NameTaken,
            Self::NameInUse => Refusal::NameInUse,
            Self::DeletesSessions(count) => Refusal::DeletesSessions {
                session_count: *count,
            },
            Self::NoKey => Refusal::NoKey,
            Self::AlreadyUnlinked => Refusal::AlreadyUnlinked,
            Self::NotWatched => Refusal::NotWatched,
            Self::NoticeExists => Refusal::NoticeExists,
            Self::TooManyNotices(limit) => too_many_notices(*limit),
            Self::TooManyAlerts(limit) => Refusal::TooManyAlerts {
                alert_limit: *limit,
            },
            Self::BadSkin(_) => Refusal::BadSkin,
            Self::BadIcon(_) => Refusal::BadIcon,
            Self::SkinNotReported => Refusal::SkinNotReported,
            Self::TooMany(_) => Refusal::TooManyRequests,
            Self::TooManyNewPlayers(_) => Refusal::TooManyNewPlayers,
            Self::EpochRefused { newest, now, .. } => Refusal::EpochRefused {
                newest_epoch: *newest,
                server_time: *now,
            },
            Self::Internal(_) => Refusal::Internal,
        }
    }
}

fn too_many_notices(limit: NoticeLimit) -> Refusal {
    match limit {
        NoticeLimit::OfMember(notice_count) => Refusal::TooManyNotices { notice_count },
        NoticeLimit::OfGuild(notice_count) => Refusal::TooManyNoticesInGuild { notice_count },
        NoticeLimit::InAll(notice_count) => Refusal::TooManyNoticesInAll { notice_count },
    }
}

impl From<&ImportRefusal> for Refusal {
    fn from(refusal: &ImportRefusal) -> Refusal {
        match refusal {
            ImportRefusal::NotAnExport => Refusal::NotAnExport,
            ImportRefusal::UnknownVersion(version) => Refusal::UnknownExportVersion {
                version: *version,
                oldest_version: NUMERIC_IDS_VERSION,
                newest_version: VERSION,
            },
            ImportRefusal::LineTooLong { line, longest } => Refusal::LineTooLong {
                line: *line,
                byte_limit: *longest,
            },
            ImportRefusal::BadLine {
                line,
                first_line,
                why: BadLine::RoundedGuildId(guild_id),
            } => Refusal::RoundedGuildId {
                line: *line,
                first_line: *first_line,
                guild_id: *guild_id,
            },
            ImportRefusal::BadLine {
                line,
                first_line,
                why: BadLine::Other(why),
            } => Refusal::BadLine {
                line: *line,
                first_line: *first_line,
                words: why.words.clone(),
                reason: why.reason.clone(),
            },
        }
    }
}
