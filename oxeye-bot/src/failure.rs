//! What a failure at Discord's side means: told in the log without secrets, and whether trying
//! again soon makes sense.

use serenity::gateway::GatewayError;
use serenity::http::{HttpError, StatusCode};

/// Why a connection to Discord ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Trying again soon cannot help: somebody has to change something first. Discord bans an
    /// address after 10,000 refused requests in 10 minutes.
    Refused(String),
    /// The network, Discord, or something that passes.
    Passing(String),
}

impl Failure {
    /// What an error of a session means.
    pub(crate) fn of(error: &serenity::Error) -> Self {
        use GatewayError as Gateway;
        match error {
            serenity::Error::Gateway(
                Gateway::InvalidAuthentication | Gateway::NoAuthentication,
            ) => {
                Self::Refused("Discord does not accept DISCORD_TOKEN (close code 4004)".to_owned())
            }
            serenity::Error::Gateway(
                Gateway::InvalidGatewayIntents | Gateway::DisallowedGatewayIntents,
            ) => Self::Refused(
                "Discord does not allow this application's intents (close code 4013 or 4014)"
                    .to_owned(),
            ),
            serenity::Error::Http(HttpError::InvalidHeader(_)) => {
                Self::Refused("DISCORD_TOKEN holds characters that no token has".to_owned())
            }
            serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
                if response.status_code == StatusCode::UNAUTHORIZED =>
            {
                Self::Refused("Discord does not accept DISCORD_TOKEN (HTTP 401)".to_owned())
            }
            other => Self::Passing(describe(other)),
        }
    }
}

/// An error for the log. Never the URL of a request: it may hold the token of an interaction.
pub(crate) fn describe(error: &serenity::Error) -> String {
    match error {
        serenity::Error::Http(HttpError::Request(error)) if error.is_timeout() => {
            "no answer in time".to_owned()
        }
        serenity::Error::Http(HttpError::Request(error)) if error.is_connect() => {
            "cannot be reached".to_owned()
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

/// Whether the same request may well succeed in a moment: 429, 5xx, or no answer at all.
pub(crate) fn is_passing(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(HttpError::Request(_)) => true,
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            response.status_code == StatusCode::TOO_MANY_REQUESTS
                || response.status_code.is_server_error()
        }
        _ => false,
    }
}

/// Whether an earlier try did reach Discord although its answer was lost (code 40060).
pub(crate) fn is_already_answered(error: &serenity::Error) -> bool {
    const ALREADY_ACKNOWLEDGED: isize = 40_060;
    matches!(error, serenity::Error::Http(HttpError::UnsuccessfulRequest(response))
        if response.error.code == ALREADY_ACKNOWLEDGED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_token_is_not_tried_again_soon() {
        let refused = Failure::of(&serenity::Error::Gateway(
            GatewayError::InvalidAuthentication,
        ));
        assert!(matches!(refused, Failure::Refused(_)));
        let refused = Failure::of(&serenity::Error::Gateway(
            GatewayError::DisallowedGatewayIntents,
        ));
        assert!(matches!(refused, Failure::Refused(_)));
    }

    #[test]
    fn a_broken_connection_is_tried_again() {
        let passing = Failure::of(&serenity::Error::Gateway(GatewayError::HeartbeatFailed));
        assert!(matches!(passing, Failure::Passing(_)));
    }
}
