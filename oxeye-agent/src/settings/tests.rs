use std::ffi::OsString;
use std::fs;
use std::path::Path;

use oxeye_plugin_proto::ApiKey;

use super::*;

/// What is given by a file, by variables, by flags.
#[derive(Default)]
struct Given3<'a> {
    file: &'a str,
    variables: &'a [(&'a str, &'a str)],
    flags: &'a [(&'static str, &'a str)],
}

impl Given3<'_> {
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

    /// The settings of an agent whose folders are empty.
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
fn check_refused(given: &Given3<'_>, words: &[&str]) {
    let error = given.check().expect_err("refused");
    for word in words {
        assert!(error.contains(word), "{word:?} in: {error}");
    }
}

fn heartbeat(given: &Given3<'_>) -> u32 {
    given.check().expect("settings").heartbeat.get()
}

#[test]
fn a_flag_counts_more_than_a_variable_and_that_more_than_the_file() {
    let file = "heartbeat_secs = 20";
    let variables: &[_] = &[("OXEYE_AGENT_HEARTBEAT_SECS", "30"), ("PATH", "/bin")];
    let flags: &[_] = &[("heartbeat_secs", "40")];
    let none = Given3::default();

    assert_eq!(heartbeat(&none), 15, "the default");
    assert_eq!(heartbeat(&Given3 { file, ..none }), 20);
    let none = Given3::default();
    let both = Given3 {
        file,
        variables,
        ..none
    };
    assert_eq!(heartbeat(&both), 30);
    let all = Given3 { flags, ..both };
    assert_eq!(heartbeat(&all), 40);
}

#[test]
fn the_file_may_hold_every_setting() {
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
    let settings = Given3 {
        file: &file,
        ..Given3::default()
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
fn a_name_that_is_no_setting_is_refused_with_the_one_that_was_meant() {
    let file = Given3 {
        file: "hartbeat_secs = 15",
        ..Given3::default()
    };
    check_refused(
        &file,
        &["hartbeat_secs is not a setting", "heartbeat_secs is"],
    );
    let variable = Given3 {
        variables: &[("OXEYE_AGENT_RCON_PASSWRD", "hush")],
        ..Given3::default()
    };
    check_refused(&variable, &["OXEYE_AGENT_RCON_PASSWORD is"]);
    let pattern = Given3 {
        file: "[patterns]\nkick = \"x\"",
        ..Given3::default()
    };
    check_refused(&pattern, &["kick_pattern is not a setting"]);
}

#[test]
fn a_setting_is_only_guessed_from_a_name_much_like_it() {
    let check = |name: &str, meant: &str| {
        let variable = format!("OXEYE_AGENT_{name}");
        let given = Given3 {
            variables: &[(&variable, "x")],
            ..Given3::default()
        };
        let sentence = format!("{variable} is not a setting{meant}");
        assert_eq!(given.check().expect_err("refused"), sentence);
    };

    check("FOO", "");
    check("QUEST", "");
    check("LO", "");
    check("LGO", "; OXEYE_AGENT_LOG is");
    check("PIN", "; OXEYE_AGENT_PING is");
    check("FAMLY", "; OXEYE_AGENT_FAMILY is");
    check("HEARTBET_SEC", "; OXEYE_AGENT_HEARTBEAT_SECS is");
}

#[test]
fn a_wrong_pattern_is_told_in_one_line() {
    let given = Given3 {
        flags: &[("join_pattern", "^(?<player>\\w+ came$")],
        ..Given3::default()
    };
    assert_eq!(
        given.check().expect_err("refused"),
        "--join-pattern is \"^(?<player>\\\\w+ came$\", but it cannot be used as a regular expression: unclosed group"
    );
}

#[test]
fn an_address_that_contradicts_the_tls_settings_is_told_in_one_sentence() {
    let fingerprint = "ab".repeat(32);
    let given = Given3 {
        file: &format!(
            "management = \"ws://a:1\"\nmanagement_secret = \"x\"\nmanagement_fingerprint = \"{fingerprint}\""
        ),
        ..Given3::default()
    };
    assert_eq!(
        given.check().expect_err("refused"),
        "management is \"ws://a:1\", but other settings contradict that: ws:// is without TLS, wss:// is with TLS, and a certificate's fingerprint goes with wss:// only"
    );
}

#[test]
fn a_wrong_value_is_told_with_where_it_was_given() {
    let file = |file| Given3 {
        file,
        ..Given3::default()
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
    check_refused(&file("backend = true"), &["backend must be a text"]);
    check_refused(&file("backend = \n"), &["line 1, is not TOML"]);
    check_refused(&file("[servers.lobby]\nkye = \"x\""), &["[servers.NAME]"]);
    let flag = Given3 {
        flags: &[("sources", "log,magic")],
        ..Given3::default()
    };
    check_refused(&flag, &["--sources is \"log,magic\""]);
}

#[test]
fn what_a_server_properties_says_wrong_costs_that_source_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let properties = "management-server-enabled=true\nmanagement-server-port=25585\n\
                      management-server-host=http://x/\nmanagement-server-secret=hushhush\n";
    fs::write(folder.path().join("server.properties"), properties).expect("written");
    let mut given = Given3::default().gather(folder.path()).expect("settings");
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
fn check_blanks_are_kept(given: &Given3<'_>) {
    let settings = given.check().expect("settings");
    let prefix = settings.log_options.prefix.as_ref().map(Regex::as_str);
    assert_eq!(prefix, Some("^mc-0 minecraft "));
    let rcon = settings.rcon.as_ref().map(|rcon| rcon.password.expose());
    assert_eq!(rcon, Some(" pass word "));
    let message = " Alex came ";
    let patterns = &settings.log_options.patterns;
    assert!(patterns.read(message.as_bytes()).is_some());
    assert!(patterns.read(message.trim().as_bytes()).is_none());
}

#[test]
fn blanks_at_the_ends_of_patterns_and_passwords_are_a_part_of_them() {
    let (prefix, join) = ("^mc-0 minecraft ", "^ (?<player>\\w+) came ");
    check_blanks_are_kept(&Given3 {
        file: "rcon = \"127.0.0.1\"\nrcon_password = \" pass word \"\nlog_prefix = \"^mc-0 minecraft \"\n[patterns]\njoin = '^ (?<player>\\w+) came '",
        ..Given3::default()
    });
    check_blanks_are_kept(&Given3 {
        file: "rcon = \" 127.0.0.1 \"\nrcon_password = \"\"\"\n pass word \n\"\"\"",
        variables: &[
            ("OXEYE_AGENT_LOG_PREFIX", prefix),
            ("OXEYE_AGENT_JOIN_PATTERN", join),
        ],
        ..Given3::default()
    });
    check_blanks_are_kept(&Given3 {
        variables: &[
            ("OXEYE_AGENT_RCON", "127.0.0.1\n"),
            ("OXEYE_AGENT_RCON_PASSWORD", " pass word \r\n"),
        ],
        flags: &[("log_prefix", prefix), ("join_pattern", join)],
        ..Given3::default()
    });
}

#[test]
fn blanks_around_other_values_are_no_part_of_them() {
    let key = ApiKey::generate();
    let given = Given3 {
        file: &format!(
            "heartbeat_secs = \" 20 \"\nlog = \" off \"\nping = \"off \"\nkey = \"{} \\n\"",
            key.expose()
        ),
        ..Given3::default()
    };
    let settings = given.check().expect("settings");

    assert_eq!(settings.heartbeat.get(), 20);
    assert_eq!((settings.log, settings.ping), (None, None));
    assert_eq!(settings.links.key, Some(key));
}

#[test]
fn a_path_may_end_with_a_blank() {
    let folder = tempfile::tempdir().expect("a folder");
    let exact = folder.path().join("server ");
    let text = exact.display().to_string();
    let given = Given3 {
        flags: &[("log", &text)],
        ..Given3::default()
    };
    let log = || given.check().expect("settings").log;

    assert_eq!(log(), Some(LogFrom::File(folder.path().join("server"))));
    fs::write(&exact, "").expect("written");
    assert_eq!(log(), Some(LogFrom::File(exact.clone())));
}

#[test]
fn a_wrong_secret_is_not_repeated() {
    for file in [
        "key = \"hunter2\"",
        "[servers.lobby]\nkey = \"hunter2\"",
        "key = \"hunter2",
        "management = \"x\"\nmanagement_secret = \"hunter2\"",
    ] {
        let given = Given3 {
            file,
            ..Given3::default()
        };
        let error = given.check().expect_err("refused");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_source_can_be_switched_off() {
    let given = Given3 {
        file: "rcon = \"off\"\nlog = \"off\"\nping = \"off\"\nquery = \"off\"\nmanagement = \"off\"",
        ..Given3::default()
    };

    assert_eq!(given.check().expect("settings").sources(), []);
}
