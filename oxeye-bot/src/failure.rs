//! What an error from Discord means: how it is logged without secrets, and whether a retry makes
//! sense.

use serenity::gateway::GatewayError;
use serenity::http::{HttpError, StatusCode};

/// Why a connection to Discord ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A retry cannot help until somebody has changed something. Discord bans an address after
    /// 10,000 refused requests in 10 minutes.
    Refused(String),
    /// Discord does not allow an intent that we asked for, and a retry without it can help.
    IntentsNotAllowed(String),
    /// A problem of Discord or the network that is likely to pass.
    Transient(String),
}

impl Failure {
    /// Classifies the error that ended a connection.
    pub(crate) fn of(error: &serenity::Error) -> Self {
        use GatewayError as Gateway;
        match error {
            serenity::Error::Gateway(
                Gateway::InvalidAuthentication | Gateway::NoAuthentication,
            ) => {
                Self::Refused("Discord does not accept DISCORD_TOKEN (close code 4004)".to_owned())
            }
            serenity::Error::Gateway(Gateway::InvalidGatewayIntents) => Self::Refused(
                "Discord does not know this application's intents (close code 4013)".to_owned(),
            ),
            serenity::Error::Gateway(Gateway::DisallowedGatewayIntents) => Self::IntentsNotAllowed(
                "Discord does not allow this application's intents (close code 4014)".to_owned(),
            ),
            serenity::Error::Http(HttpError::InvalidHeader(_)) => {
                Self::Refused("DISCORD_TOKEN contains characters that no token has".to_owned())
            }
            serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
                if response.status_code == StatusCode::UNAUTHORIZED =>
            {
                Self::Refused("Discord does not accept DISCORD_TOKEN (HTTP 401)".to_owned())
            }
            other => Self::Transient(describe_error(other)),
        }
    }
}

/// Describes an error for the log. The URL of a request is left out, since it may contain the token
/// of an interaction.
pub(crate) fn describe_error(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(HttpError::Request(error)) if error.is_timeout() => {
            "Discord did not answer in time".to_owned()
        }
        serenity::Error::Http(HttpError::Request(error)) if error.is_connect() => {
            "Discord cannot be reached".to_owned()
        }
        serenity::Error::Http(HttpError::Request(_)) => "the connection broke".to_owned(),
        serenity::Error::Http(error @ HttpError::UnsuccessfulRequest(response)) => {
            format!(
                "HTTP {}, code {}: {error}",
                response.status_code.as_u16(),
                response.error.code
            )
        }
        other => other.to_string(),
    }
}

/// Returns whether Discord answered that it did not do what was asked.
pub(crate) fn is_refused(error: &serenity::Error) -> bool {
    matches!(
        error,
        serenity::Error::Http(HttpError::UnsuccessfulRequest(_))
    )
}

/// Returns whether Discord answered that there were too many requests.
pub(crate) fn is_rate_limited(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            response.status_code == StatusCode::TOO_MANY_REQUESTS
        }
        _ => false,
    }
}

/// Returns whether the same request is likely to succeed soon: after 429, 5xx or no response.
pub(crate) fn is_transient(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(HttpError::Request(_)) => true,
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            is_rate_limited(error) || response.status_code.is_server_error()
        }
        _ => false,
    }
}

/// Returns whether what the request was about does not exist.
pub(crate) fn is_gone(error: &serenity::Error) -> bool {
    matches!(error, serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
        if response.status_code == StatusCode::NOT_FOUND)
}

/// Returns whether an earlier attempt reached Discord although its response was lost (code 40060).
pub(crate) fn is_already_answered(error: &serenity::Error) -> bool {
    const ALREADY_ACKNOWLEDGED: isize = 40_060;
    matches!(error, serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
        if response.error.code == ALREADY_ACKNOWLEDGED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_token_is_not_retried_soon() {
        let refused = Failure::of(&serenity::Error::Gateway(
            GatewayError::InvalidAuthentication,
        ));
        assert!(matches!(refused, Failure::Refused(_)));
        let refused = Failure::of(&serenity::Error::Gateway(
            GatewayError::InvalidGatewayIntents,
        ));
        assert!(matches!(refused, Failure::Refused(_)));
        let refused = Failure::of(&serenity::Error::Gateway(
            GatewayError::DisallowedGatewayIntents,
        ));
        assert!(matches!(refused, Failure::IntentsNotAllowed(_)));
    }

    #[test]
    fn a_broken_connection_is_retried() {
        let transient = Failure::of(&serenity::Error::Gateway(GatewayError::HeartbeatFailed));
        assert!(matches!(transient, Failure::Transient(_)));
    }
}
