//! What members who joined do in Discord, for clients of the original design: one user, and an export.
//!
//! | module     | subject                                |
//! |------------|----------------------------------------|
//! | `download` | the export, written while it is read   |

mod download;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{Span, TimeZone, UnixSeconds};
use serde::Deserialize;

pub(crate) use self::download::export;
use super::parameters::{Parameters, as_text};
use super::presence::NamedUser;
use crate::api_messages::analytics::user::UserAnalytics;
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::error::{ApiError, json_response};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Deserialize)]
pub(crate) struct UserParameters {
    #[serde(default, rename = "timeRange", deserialize_with = "as_text")]
    time_range: Option<UserRange>,
}

/// A span of time, as clients name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UserRange {
    /// So many times 24 hours.
    Days(u32),
    /// The current month.
    Month,
    All,
}

#[derive(Debug, thiserror::Error)]
#[error("timeRange is 1d, 7d, 30d, monthly, 90d or all")]
struct InvalidUserRange;

impl FromStr for UserRange {
    type Err = InvalidUserRange;

    fn from_str(text: &str) -> Result<Self, InvalidUserRange> {
        Ok(match text {
            "1d" => Self::Days(1),
            "7d" => Self::Days(7),
            "30d" => Self::Days(30),
            "90d" => Self::Days(90),
            "monthly" => Self::Month,
            "all" => Self::All,
            _ => return Err(InvalidUserRange),
        })
    }
}

impl fmt::Display for UserRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(formatter, "{days}d"),
            Self::Month => formatter.write_str("monthly"),
            Self::All => formatter.write_str("all"),
        }
    }
}

impl UserRange {
    fn span(self, zone: TimeZone, now: UnixSeconds) -> Span {
        match self {
            Self::Days(days) => Span {
                from: now.minus(DAY * days),
                to: now.plus(Duration::from_secs(1)),
            },
            Self::Month => zone.month(now),
            Self::All => Span::ALL,
        }
    }
}

/// `GET /api/analytics/user/{user_id}?timeRange=`: what one user did, in all guilds. Of a user who did not join nothing
/// is known, which is no error.
pub(crate) async fn user(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedUser(user): NamedUser,
    Parameters(parameters): Parameters<UserParameters>,
) -> Result<Response, ApiError> {
    let range = parameters.time_range.unwrap_or(UserRange::Days(30));
    let now = app.now();
    let span = range.span(app.time_zone, now);
    let sessions = app.database.presence().sessions_of(user, span).await?;
    let answer = UserAnalytics::new(user, range.to_string(), span, &sessions, now);
    Ok(json_response(StatusCode::OK, &answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_one_of_those_that_clients_know() {
        for text in ["1d", "7d", "30d", "monthly", "90d", "all"] {
            assert_eq!(text.parse::<UserRange>().unwrap().to_string(), text);
        }
        for text in ["", "2d", "week", "1D", "999999999999d", "all "] {
            assert!(text.parse::<UserRange>().is_err(), "{text}");
        }
    }
}
