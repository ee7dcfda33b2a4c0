//! Why Oxeye cannot answer at the moment.

use std::borrow::Cow;

use axum::http::StatusCode;
use oxeye_db::LostFile;

use super::ApiError;
use crate::api_messages::refusal::Refusal;

/// Why a request that may be right is not answered.
#[derive(Debug)]
pub(crate) enum Unavailable {
    /// The store's queue is full.
    Busy,
    /// The store cannot be written; the text is for the log alone.
    StoreFails(String),
    /// The store's files were deleted, moved or changed while open. This has already been logged.
    StoreLost(LostFile),
    /// The same happened to the files of activity.
    ActivityLost(LostFile),
    /// The handler took too long.
    TimedOut,
    /// The process is stopping.
    Stopping,
    /// All connections are taken.
    Full,
    /// All connections of one address are taken.
    AddressFull,
    /// Too much is being received at once.
    BodiesFull,
    /// Too many exports or backups are being made at once.
    CopiesFull,
}

/// Returns the sentence for the time when the store's files are no longer the ones that we opened.
pub(crate) fn lost_store(lost: LostFile) -> String {
    format!("Oxeye saves nothing now, because {lost}; its operator can find in the log what to do.")
}

impl Unavailable {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::AddressFull => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns after how many seconds the client should try again.
    pub(super) fn retry_after_secs(&self) -> u64 {
        match self {
            Self::Busy | Self::TimedOut | Self::BodiesFull => 1,
            Self::StoreFails(_)
            | Self::StoreLost(_)
            | Self::ActivityLost(_)
            | Self::Stopping
            | Self::Full
            | Self::AddressFull
            | Self::CopiesFull => 5,
        }
    }

    pub(super) fn code(&self) -> Refusal {
        match self {
            Self::Busy => Refusal::Busy,
            Self::StoreFails(_) => Refusal::StoreNotWritable,
            Self::StoreLost(_) => Refusal::StoreLost,
            Self::ActivityLost(_) => Refusal::ActivityStoreLost,
            Self::TimedOut => Refusal::TimedOut,
            Self::Stopping => Refusal::Stopping,
            Self::Full => Refusal::TooManyConnections,
            Self::AddressFull => Refusal::TooManyConnectionsFromAddress,
            Self::BodiesFull => Refusal::TooManyLargeRequests,
            Self::CopiesFull => Refusal::TooManyCopies,
        }
    }

    pub(super) fn sentence(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Busy => "Oxeye is busy; try again in a moment.",
            Self::StoreFails(_) => {
                "Oxeye cannot write to its store and has saved none of this; its operator can find the cause in the log."
            }
            Self::StoreLost(lost) => return Cow::Owned(lost_store(*lost)),
            Self::ActivityLost(lost) => {
                return Cow::Owned(format!(
                    "Oxeye saves no activity now, because {lost} (the store of activity, beside the one of sessions); its operator can find in the log what to do."
                ));
            }
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
        })
    }
}

impl From<Unavailable> for ApiError {
    fn from(error: Unavailable) -> ApiError {
        ApiError::Unavailable(error)
    }
}
