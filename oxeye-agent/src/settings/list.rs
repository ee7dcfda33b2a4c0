//! Lists every setting, with its name, kind of value and purpose.

/// A setting. It can be given as a flag, as a variable or in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// The name, as in the file: `heartbeat_secs`.
    pub(crate) name: &'static str,
    /// The placeholder for the value in the help text.
    pub(crate) value: &'static str,
    /// The description in the help text.
    pub(crate) help: &'static str,
    /// Whether it is a secret. A secret cannot be a flag, because everybody on the machine can read
    /// flags.
    pub(crate) is_secret: bool,
    /// Whether leading and trailing spaces belong to the value, which must match text from elsewhere.
    pub(crate) keeps_blanks: bool,
}

const fn setting(name: &'static str, value: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        value,
        help,
        is_secret: false,
        keeps_blanks: false,
    }
}

const fn pattern(name: &'static str, help: &'static str) -> Setting {
    Setting {
        keeps_blanks: true,
        ..setting(name, "REGEX", help)
    }
}

const fn path(name: &'static str, value: &'static str, help: &'static str) -> Setting {
    Setting {
        keeps_blanks: true,
        ..setting(name, value, help)
    }
}

const fn secret(name: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        value: "SECRET",
        help,
        is_secret: true,
        keeps_blanks: true,
    }
}

/// All settings, in the order of the help text.
pub(crate) const SETTINGS: &[Setting] = &[
    setting(
        "backend",
        "URL",
        "Address of the Oxeye backend, such as https://oxeye.example.org",
    ),
    secret(
        "key",
        "API key of the server, which `connect` obtains and stores",
    ),
    path(
        "data_dir",
        "DIR",
        "Folder for keys, waiting events and the position in the log [default: oxeye-agent-data]",
    ),
    path(
        "server_dir",
        "DIR",
        "The Minecraft server's folder, with server.properties and logs [default: .]",
    ),
    setting(
        "sources",
        "LIST",
        "Sources to use, such as log,rcon [default: all that are found]",
    ),
    path(
        "log",
        "FILE",
        "The server's log, - for standard input, off for none [default: logs/latest.log or similar]",
    ),
    setting(
        "family",
        "NAME",
        "Kind of server, such as paper or velocity [default: detected]",
    ),
    pattern(
        "log_prefix",
        "Text that a panel puts in front of each line of the log",
    ),
    setting(
        "time_zone",
        "ZONE",
        "Time zone of the log, such as Europe/Berlin [default: detected]",
    ),
    pattern(
        "join_pattern",
        "Line that an unknown server prints when a player joins, with (?<player>...)",
    ),
    pattern("leave_pattern", "The same when a player leaves"),
    pattern(
        "boot_pattern",
        "Line printed when the server begins to start",
    ),
    pattern("start_pattern", "Line printed when the server is up"),
    pattern(
        "stop_pattern",
        "Line printed when the server begins to stop",
    ),
    setting(
        "activity",
        "LIST",
        "What to report of what players do, or to print with parse: off, or some of death,kill,advancement,chat [default: all but chat]",
    ),
    pattern(
        "death_pattern",
        "One more line printed when a player dies, with (?<player>...) and perhaps (?<killer>...)",
    ),
    pattern(
        "kill_pattern",
        "One more line printed when a player kills somebody, with (?<player>...) and perhaps (?<victim>...)",
    ),
    pattern(
        "advancement_pattern",
        "One more line printed about an advancement, with (?<player>...) and perhaps (?<title>...)",
    ),
    pattern("goal_pattern", "The same about a goal"),
    pattern("challenge_pattern", "The same about a challenge"),
    setting(
        "member_codes",
        "on|off",
        "Whether codes that members of the Discord server type in the chat are passed on [default: on]",
    ),
    setting(
        "management",
        "ADDRESS",
        "Management protocol, as HOST:PORT or wss://HOST:PORT; off for none [default: server.properties]",
    ),
    secret("management_secret", "Secret of the management server"),
    setting(
        "management_fingerprint",
        "SHA256",
        "SHA-256 of the management server's certificate, if it is self-signed",
    ),
    setting(
        "rcon",
        "ADDRESS",
        "RCON, as HOST:PORT; off for none [default: server.properties]",
    ),
    secret("rcon_password", "Password of RCON"),
    setting(
        "query",
        "ADDRESS",
        "Query, as HOST:PORT; off for none [default: server.properties]",
    ),
    setting(
        "ping",
        "ADDRESS",
        "Address to which players connect, as HOST:PORT; off for none [default: server.properties]",
    ),
    setting(
        "heartbeat_secs",
        "SECONDS",
        "Seconds between heartbeats to the backend [default: 15]",
    ),
];

/// The prefix of a setting's name in the environment.
pub(crate) const VARIABLE_PREFIX: &str = "OXEYE_AGENT_";

impl Setting {
    /// Returns the setting with this name.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Returns its name in the environment.
    #[must_use]
    pub(crate) fn variable(&self) -> String {
        format!("{VARIABLE_PREFIX}{}", self.name.to_ascii_uppercase())
    }

    /// Returns its name as a flag, without the leading dashes.
    #[must_use]
    pub(crate) fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}
