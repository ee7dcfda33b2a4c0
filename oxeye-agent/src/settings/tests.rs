use std::ffi::OsString;
use std::fs;
use std::path::Path;

use oxeye_plugin_proto::ApiKey;

use super::*;

/// Settings in a file, in variables and as flags.
#[derive(Default)]
struct Input<'a> {
    file: &'a str,
    variables: &'a [(&'a str, &'a str)],
    flags: &'a [(&'static str, &'a str)],
}

impl Input<'_> {
    fn gather(&self, folder: &Path) -> Result<Given, InvalidSetting> {
        let file = folder.join("agent.toml");
        fs::write(&file, self.file).expect("written");
        let flags = self.flags.iter().map(|(name, value)| {
            let setting = Setting::named(name).expect("a setting");
            (setting, (*value).to_owned())
        });
        let variables = self.variables.iter();
        let variables =
            variables.map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Given::gather(flags, Some(&file), variables)
    }

    /// Returns the settings of an agent with empty folders.
    fn check(&self) -> Result<Settings, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut given = self
            .gather(folder.path())
            .map_err(|error| error.to_string())?;
        let path = folder.path().display().to_string();
        for name in ["data_dir", "server_dir"] {
            given.set(name, &path);
        }
        Settings::check(&given).map_err(|error| format!("{error:#}"))
    }
}

#[track_caller]
fn check_refused(given: &Input<'_>, words: &[&str]) {
    let error = given.check().expect_err("refused");
    for word in words {
        assert!(error.contains(word), "{word:?} in: {error}");
    }
}

fn heartbeat(given: &Input<'_>) -> u32 {
    given.check().expect("settings").heartbeat.get()
}

#[test]
fn flags_override_variables_which_override_the_file() {
    let file = "heartbeat_secs = 20";
    let variables: &[_] = &[("OXEYE_AGENT_HEARTBEAT_SECS", "30"), ("PATH", "/bin")];
    let flags: &[_] = &[("heartbeat_secs", "40")];
    let none = Input::default();

    assert_eq!(heartbeat(&none), 15, "the default");
    assert_eq!(heartbeat(&Input { file, ..none }), 20);
    let none = Input::default();
    let both = Input {
        file,
        variables,
        ..none
    };
    assert_eq!(heartbeat(&both), 30);
    let all = Input { flags, ..both };
    assert_eq!(heartbeat(&all), 40);
}

#[test]
fn every_setting_can_be_given_in_the_file() {
    let key = ApiKey::generate();
    let lobby = ApiKey::generate();
    let file = format!(
        r#"
        backend = "https://oxeye.example.org"
        key = "{}"
        sources = ["management", "log", "rcon", "query"]
        log = "somewhere/proxy.log.0"
        family = "velocity"
        log_prefix = "^panel> "
        time_zone = "Europe/Berlin"
        management = "wss://127.0.0.1:25585"
        management_secret = "0123456789"
        management_fingerprint = "{}"
        rcon = "127.0.0.1"
        rcon_password = "hush"
        query = "[::1]:25565"
        ping = "mc.example.org"
        heartbeat_secs = 20

        [patterns]
        join = "^(?<player>\\S+) came$"
        leave = "^(?<player>\\S+) went$"
        boot = "^booting$"
        start = "^up$"
        stop = "^down$"

        [servers.lobby]
        key = "{}"
        "#,
        key.expose(),
        "ab".repeat(32),
        lobby.expose(),
    );
    let settings = Input {
        file: &file,
        ..Input::default()
    };
    let settings = settings.check().expect("settings");

    assert_eq!(settings.links.key, Some(key));
    assert_eq!(settings.links.servers.len(), 1);
    assert_eq!(
        settings.log,
        Some(LogFrom::File("somewhere/proxy.log.0".into()))
    );
    assert_eq!(settings.time_zone, Some(Tz::Europe__Berlin));
    assert!(settings.log_options.patterns.stop.is_some());
    let rcon = settings.rcon.as_ref().map(|rcon| rcon.address.to_string());
    assert_eq!(rcon.as_deref(), Some("127.0.0.1:25575"));
    let ping = settings.ping.as_ref().map(ToString::to_string);
    assert_eq!(ping.as_deref(), Some("mc.example.org:25565"));
    assert!(!settings.ping_is_source, "it is not in the list of sources");
    let sources: Vec<_> = settings.sources().iter().map(|kind| kind.name()).collect();
    assert_eq!(sources, ["management", "log", "rcon", "query"]);
    let shown = format!("{settings:?}");
    for secret in ["oxk_", "hush", "0123456789"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn an_unknown_name_is_refused_with_a_suggestion() {
    let file = Input {
        file: "hartbeat_secs = 15",
        ..Input::default()
    };
    check_refused(
        &file,
        &[
            "hartbeat_secs is not a setting",
            "did you mean heartbeat_secs?",
        ],
    );
    let variable = Input {
        variables: &[("OXEYE_AGENT_RCON_PASSWRD", "hush")],
        ..Input::default()
    };
    check_refused(&variable, &["did you mean OXEYE_AGENT_RCON_PASSWORD?"]);
    let pattern = Input {
        file: "[patterns]\nkick = \"x\"",
        ..Input::default()
    };
    check_refused(&pattern, &["kick_pattern is not a setting"]);
}

#[test]
fn only_a_similar_setting_is_suggested() {
    let check = |name: &str, meant: &str| {
        let variable = format!("OXEYE_AGENT_{name}");
        let given = Input {
            variables: &[(&variable, "x")],
            ..Input::default()
        };
        let sentence = format!("{variable} is not a setting{meant}");
        assert_eq!(given.check().expect_err("refused"), sentence);
    };

    check("FOO", "");
    check("QUEST", "");
    check("LO", "");
    check("LGO", "; did you mean OXEYE_AGENT_LOG?");
    check("PIN", "; did you mean OXEYE_AGENT_PING?");
    check("FAMLY", "; did you mean OXEYE_AGENT_FAMILY?");
    check("HEARTBET_SEC", "; did you mean OXEYE_AGENT_HEARTBEAT_SECS?");
}

#[test]
fn the_error_about_an_invalid_pattern_fits_on_one_line() {
    let given = Input {
        flags: &[("join_pattern", "^(?<player>\\w+ came$")],
        ..Input::default()
    };
    assert_eq!(
        given.check().expect_err("refused"),
        "--join-pattern is \"^(?<player>\\\\w+ came$\", but it cannot be used as a regular expression: unclosed group"
    );
}

#[test]
fn the_error_about_contradictory_tls_settings_is_one_sentence() {
    let fingerprint = "ab".repeat(32);
    let given = Input {
        file: &format!(
            "management = \"ws://a:1\"\nmanagement_secret = \"x\"\nmanagement_fingerprint = \"{fingerprint}\""
        ),
        ..Input::default()
    };
    assert_eq!(
        given.check().expect_err("refused"),
        "management is \"ws://a:1\", but other settings contradict this: ws:// is without TLS, wss:// is with TLS, and a certificate's fingerprint requires wss://"
    );
}

#[test]
fn the_error_about_an_invalid_value_says_where_it_was_given() {
    let file = |file| Input {
        file,
        ..Input::default()
    };
    check_refused(
        &file("heartbeat_secs = 0"),
        &["heartbeat_secs in", "agent.toml is \"0\"", "1 to 3600"],
    );
    check_refused(
        &file("rcon = \"a:b:c\"\nrcon_password = \"x\""),
        &["rcon in"],
    );
    check_refused(&file("log_prefix = \"(\""), &["log_prefix in"]);
    check_refused(&file("backend = true"), &["backend must be a string"]);
    check_refused(&file("backend = \n"), &["line 1, is not TOML"]);
    check_refused(&file("[servers.lobby]\nkye = \"x\""), &["[servers.NAME]"]);
    let flag = Input {
        flags: &[("sources", "log,magic")],
        ..Input::default()
    };
    check_refused(&flag, &["--sources is \"log,magic\""]);
}

#[test]
fn an_error_in_server_properties_disables_only_that_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let properties = "management-server-enabled=true\nmanagement-server-port=25585\n\
                      management-server-host=http://x/\nmanagement-server-secret=hushhush\n";
    fs::write(folder.path().join("server.properties"), properties).expect("written");
    let mut given = Input::default().gather(folder.path()).expect("settings");
    let path = folder.path().display().to_string();
    for name in ["data_dir", "server_dir"] {
        given.set(name, &path);
    }

    let settings = Settings::check(&given).expect("settings");

    assert_eq!(settings.sources(), [SourceKind::Log, SourceKind::Ping]);
    let complaints = settings.found.complaints.concat();
    assert!(
        complaints.contains("management-server-host"),
        "{complaints}"
    );
    assert!(!complaints.contains("hush"), "{complaints}");
}

#[track_caller]
fn check_spaces_are_kept(given: &Input<'_>) {
    let settings = given.check().expect("settings");
    let prefix = settings
        .log_options
        .prefix
        .as_ref()
        .map(regex::bytes::Regex::as_str);
    assert_eq!(prefix, Some("^mc-0 minecraft "));
    let rcon = settings.rcon.as_ref().map(|rcon| rcon.password.expose());
    assert_eq!(rcon, Some(" pass word "));
    let message = " Alex came ";
    let patterns = &settings.log_options.patterns;
    assert!(patterns.read(message.as_bytes()).is_some());
    assert!(patterns.read(message.trim().as_bytes()).is_none());
}

#[test]
fn spaces_at_the_ends_of_patterns_and_passwords_are_kept() {
    let (prefix, join) = ("^mc-0 minecraft ", "^ (?<player>\\w+) came ");
    check_spaces_are_kept(&Input {
        file: "rcon = \"127.0.0.1\"\nrcon_password = \" pass word \"\nlog_prefix = \"^mc-0 minecraft \"\n[patterns]\njoin = '^ (?<player>\\w+) came '",
        ..Input::default()
    });
    check_spaces_are_kept(&Input {
        file: "rcon = \" 127.0.0.1 \"\nrcon_password = \"\"\"\n pass word \n\"\"\"",
        variables: &[
            ("OXEYE_AGENT_LOG_PREFIX", prefix),
            ("OXEYE_AGENT_JOIN_PATTERN", join),
        ],
        ..Input::default()
    });
    check_spaces_are_kept(&Input {
        variables: &[
            ("OXEYE_AGENT_RCON", "127.0.0.1\n"),
            ("OXEYE_AGENT_RCON_PASSWORD", " pass word \r\n"),
        ],
        flags: &[("log_prefix", prefix), ("join_pattern", join)],
        ..Input::default()
    });
}

#[test]
fn spaces_around_other_values_are_removed() {
    let key = ApiKey::generate();
    let given = Input {
        file: &format!(
            "heartbeat_secs = \" 20 \"\nlog = \" off \"\nping = \"off \"\nkey = \"{} \\n\"",
            key.expose()
        ),
        ..Input::default()
    };
    let settings = given.check().expect("settings");

    assert_eq!(settings.heartbeat.get(), 20);
    assert_eq!((settings.log, settings.ping), (None, None));
    assert_eq!(settings.links.key, Some(key));
}

#[test]
fn a_path_may_end_with_a_space() {
    let folder = tempfile::tempdir().expect("a folder");
    let exact = folder.path().join("server ");
    let text = exact.display().to_string();
    let given = Input {
        flags: &[("log", &text)],
        ..Input::default()
    };
    let log = || given.check().expect("settings").log;

    assert_eq!(log(), Some(LogFrom::File(folder.path().join("server"))));
    fs::write(&exact, "").expect("written");
    assert_eq!(log(), Some(LogFrom::File(exact.clone())));
}

#[test]
fn the_error_about_an_invalid_secret_does_not_repeat_it() {
    for file in [
        "key = \"hunter2\"",
        "[servers.lobby]\nkey = \"hunter2\"",
        "key = \"hunter2",
        "management = \"x\"\nmanagement_secret = \"hunter2\"",
    ] {
        let given = Input {
            file,
            ..Input::default()
        };
        let error = given.check().expect_err("refused");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_source_can_be_switched_off() {
    let given = Input {
        file: "rcon = \"off\"\nlog = \"off\"\nping = \"off\"\nquery = \"off\"\nmanagement = \"off\"",
        ..Input::default()
    };

    assert_eq!(given.check().expect("settings").sources(), []);
}
