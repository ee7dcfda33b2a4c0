//! What each source offers, and the lines of `server.properties` that enable it.
//!
//! The names and defaults are Minecraft's own (`DedicatedServerProperties`).

use super::trial::{Outcome, Trial};
use crate::settings::Settings;
use crate::source_update::SourceKind;

/// What a source offers when it works.
pub(super) fn gives(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Management => {
            "joins and leaves at once, with accounts (Minecraft 1.21.9 and later)"
        }
        SourceKind::Log => {
            "joins and leaves at once, with their times, including those while the agent was away"
        }
        SourceKind::Rcon => "who is on, polled every 5 seconds, with accounts",
        SourceKind::Query => "who is on, polled every 5 seconds",
        SourceKind::Ping => "how many are on, and who if the server lists all of them (at most 12)",
    }
}

/// Why a source was not tried, and which setting gives its address.
pub(super) fn where_it_is(kind: SourceKind, settings: &Settings) -> String {
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
        SourceKind::Log => return "it is switched off by the settings".to_owned(),
        SourceKind::Management if management.enabled && management.port == 0 => {
            "the server picks another port at each start"
        }
        SourceKind::Management if management.enabled && management.secret.is_none() => {
            return "its secret is missing".to_owned();
        }
        SourceKind::Rcon if properties.enable_rcon && properties.rcon_password.is_none() => {
            "the server does not open it without a password"
        }
        SourceKind::Management if management.enabled => {
            "its address cannot be used, or the settings switch it off"
        }
        _ => "it is switched off, by server.properties or by the settings",
    };
    format!("{why}; {elsewhere}")
}

/// Returns the lines to add; `None` when they would gain nothing.
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
