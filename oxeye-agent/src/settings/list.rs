//! Every setting: its name, its kind of value and its purpose.

/// One setting. It is a flag, a variable and a name in the file.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// As in the file: `heartbeat_secs`.
    pub name: &'static str,
    /// The placeholder for the value in the help.
    pub value: &'static str,
    /// One sentence for the help.
    pub help: &'static str,
    /// A secret cannot be a flag: everybody on the machine can read flags.
    pub is_secret: bool,
    /// Whether blanks at its ends belong to the value, since it is compared with text from elsewhere.
    pub keeps_blanks: bool,
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

/// All settings, in the order of the help.
pub const SETTINGS: &[Setting] = &[
    setting(
        "backend",
        "URL",
        "Address of the Oxeye backend, such as https://oxeye.example.org",
    ),
    secret(
        "key",
        "API key of the server; `connect` obtains and stores it",
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
        "Sources that may be used, such as log,rcon [default: all that are found]",
    ),
    path(
        "log",
        "FILE",
        "The server's log, - for standard input, off for none [default: logs/latest.log and such]",
    ),
    setting(
        "family",
        "NAME",
        "Whose log it is, such as paper or velocity [default: detected]",
    ),
    pattern(
        "log_prefix",
        "What a panel puts in front of each line of the log",
    ),
    setting(
        "time_zone",
        "ZONE",
        "Time zone of the log, such as Europe/Berlin [default: detected]",
    ),
    pattern(
        "join_pattern",
        "A line of any other server that reports a join, with (?<player>...)",
    ),
    pattern("leave_pattern", "The same for a leave"),
    pattern(
        "boot_pattern",
        "A line printed when the server begins to start",
    ),
    pattern("start_pattern", "A line printed when the server is up"),
    pattern("stop_pattern", "A line printed when the server stops"),
    setting(
        "management",
        "ADDRESS",
        "Management protocol, as HOST:PORT or wss://HOST:PORT; off for none [default: server.properties]",
    ),
    secret("management_secret", "Its secret"),
    setting(
        "management_fingerprint",
        "SHA256",
        "SHA-256 of its certificate, if that is self-signed",
    ),
    setting(
        "rcon",
        "ADDRESS",
        "RCON, as HOST:PORT; off for none [default: server.properties]",
    ),
    secret("rcon_password", "Its password"),
    setting(
        "query",
        "ADDRESS",
        "Query, as HOST:PORT; off for none [default: server.properties]",
    ),
    setting(
        "ping",
        "ADDRESS",
        "Where players connect, as HOST:PORT; off for none [default: server.properties]",
    ),
    setting(
        "heartbeat_secs",
        "SECONDS",
        "Seconds between heartbeats to the backend [default: 15]",
    ),
];

/// The prefix of a setting's name in the environment.
pub const VARIABLE_PREFIX: &str = "OXEYE_AGENT_";

impl Setting {
    /// The setting of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Its name in the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{VARIABLE_PREFIX}{}", self.name.to_ascii_uppercase())
    }

    /// Its name as a flag, without the dashes in front.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}
