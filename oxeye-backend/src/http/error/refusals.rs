//! Converts the errors of other layers to [`ApiError`].

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use oxeye_db::{
    EventError, IssueCodeError, JoinError, RedeemError, StoreError, StoreSkinError,
    TooManyNewPlayers,
};

use oxeye_text::WatchRefusal;

use super::{ApiError, RequestError, Unavailable};
use crate::portable_lines::ImportRefusal;
use crate::watching::NotWatched;

/// Why something is no id of a user.
pub(crate) const NO_USER_ID: &str =
    "a user id is the number of a Discord account, such as 234567890123456789";

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> ApiError {
        let kind = match &rejection {
            PathRejection::FailedToDeserializePathParams(why) => Some(why.kind()),
            _ => None,
        };
        let key = match kind {
            Some(ErrorKind::DeserializeError { key, .. }) => key,
            _ => "",
        };
        let why = match (kind, key) {
            (Some(ErrorKind::InvalidUtf8InPathParam { .. }), _) => {
                "what is escaped with % in it is not UTF-8"
            }
            (_, "alert_id") => "the number of an alert is a whole number",
            (_, "notice_id") => "the number of a notice is a whole number",
            (_, "user_id") => NO_USER_ID,
            _ => "a guild id is a number, 0 for local servers",
        };
        RequestError::BadUrl(why.into()).into()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        match error {
            StoreError::Busy => Unavailable::Busy.into(),
            StoreError::Closed => Unavailable::Stopping.into(),
            StoreError::Failed(_) => Unavailable::StoreFails(error.to_string()).into(),
            StoreError::Lost(lost) => Unavailable::StoreLost(lost).into(),
            StoreError::Panicked => ApiError::Internal(error.to_string()),
        }
    }
}

impl From<EventError> for ApiError {
    fn from(error: EventError) -> ApiError {
        match error {
            EventError::NotLinked => ApiError::NotLinked,
            EventError::Store(error) => error.into(),
        }
    }
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> ApiError {
        match error {
            JoinError::TooManyNewPlayers(TooManyNewPlayers { wait }) => {
                ApiError::TooManyNewPlayers(wait)
            }
            JoinError::Event(error) => error.into(),
        }
    }
}

impl From<StoreSkinError> for ApiError {
    fn from(error: StoreSkinError) -> ApiError {
        match error {
            StoreSkinError::NotReported => ApiError::SkinNotReported,
            StoreSkinError::Event(error) => error.into(),
        }
    }
}

impl From<RedeemError> for ApiError {
    fn from(error: RedeemError) -> ApiError {
        match error {
            RedeemError::UnknownCode => ApiError::UnknownCode,
            RedeemError::NameTaken => ApiError::NameTaken,
            RedeemError::Store(error) => error.into(),
        }
    }
}

impl From<IssueCodeError> for ApiError {
    fn from(error: IssueCodeError) -> ApiError {
        match error {
            IssueCodeError::NameTaken => ApiError::NameTaken,
            // An operator's code does not depend on the bot.
            IssueCodeError::BotRemoved => ApiError::Internal(error.to_string()),
            IssueCodeError::Store(error) => error.into(),
        }
    }
}

impl From<WatchRefusal> for ApiError {
    fn from(refusal: WatchRefusal) -> ApiError {
        ApiError::Unwatchable(refusal)
    }
}

impl From<ImportRefusal> for ApiError {
    fn from(refusal: ImportRefusal) -> ApiError {
        ApiError::NotImported(refusal)
    }
}

impl From<NotWatched> for ApiError {
    fn from(error: NotWatched) -> ApiError {
        match error {
            NotWatched::Refused(refusal) => refusal.into(),
            NotWatched::ServerGone => ApiError::NotWatched,
            NotWatched::Store(error) => error.into(),
        }
    }
}
