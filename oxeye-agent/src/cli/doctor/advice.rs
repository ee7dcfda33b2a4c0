//! What each source offers, and the lines of `server.properties` that enable it.
//!
//! The names and defaults of the properties come from Minecraft (`DedicatedServerProperties`).

use super::trial::{Outcome, Trial};
use crate::settings::Settings;
use crate::source_update::SourceKind;

/// Returns what a source offers when it works.
pub(super) fn offers(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Management => {
            "joins and leaves at once, with account ids (Minecraft 1.21.9 and later)"
        }
        SourceKind::Log => {
            "joins and leaves at once, with their times, including those while the agent was away"
        }
        SourceKind::Rcon => "who is online, polled every 5 seconds, with account ids",
        SourceKind::Query => "who is online, polled every 5 seconds",
        SourceKind::Ping => {
            "how many players are online, and who they are if the server lists all of them (at most 12)"
        }
    }
}

/// Returns why a source was not tried, and which setting gives its address.
pub(super) fn why_not_tried(kind: SourceKind, settings: &Settings) -> String {
    let name = kind.name();
    let elsewhere = format!("give its address with --{name} HOST:PORT");
    let Some(properties) = &settings.found.properties else {
        return match kind {
            SourceKind::Log => "no log was found; give it with --log FILE".to_owned(),
            _ => elsewhere,
        };
    };
    let management = &properties.management;
    let why = match kind {
        SourceKind::Log => return "the settings switch it off".to_owned(),
        SourceKind::Management if management.enabled && management.port == 0 => {
            "the server picks a new port at each start"
        }
        SourceKind::Management if management.enabled && management.secret.is_none() => {
            return "its secret is missing".to_owned();
        }
        SourceKind::Rcon if properties.enable_rcon && properties.rcon_password.is_none() => {
            "the server does not open it without a password"
        }
        SourceKind::Management if management.enabled => {
            "its address is invalid, or the settings switch it off"
        }
        _ => "server.properties or the settings switch it off",
    };
    format!("{why}; {elsewhere}")
}

/// Returns the lines to add to `server.properties`, or `None` if none would help.
pub(super) fn properties(
    kind: SourceKind,
    settings: &Settings,
    trial: &Trial,
) -> Option<Vec<&'static str>> {
    let properties = settings.found.properties.as_ref()?;
    let works = matches!(trial.outcome, Outcome::Works { .. });
    let management = &properties.management;
    let lines = match kind {
        SourceKind::Management if !management.enabled => vec![
            "management-server-enabled=true",
            "management-server-port=25585",
            "management-server-tls-enabled=false",
        ],
        SourceKind::Management if management.port == 0 => vec!["management-server-port=25585"],
        SourceKind::Management if management.tls_enabled && !management.has_keystore => {
            vec!["management-server-tls-enabled=false"]
        }
        SourceKind::Rcon if properties.rcon_password.is_none() => vec![
            "enable-rcon=true",
            "rcon.password=SOMETHING LONG THAT ONLY YOU KNOW",
        ],
        SourceKind::Rcon if !properties.enable_rcon => vec!["enable-rcon=true"],
        SourceKind::Query if !properties.enable_query => vec!["enable-query=true"],
        SourceKind::Ping if !properties.enable_status => vec!["enable-status=true"],
        SourceKind::Ping if works && properties.hide_online_players => {
            vec!["hide-online-players=false"]
        }
        _ => return None,
    };
    Some(lines)
}
