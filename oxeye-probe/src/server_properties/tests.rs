//! Tests of how `server.properties` is read.

use std::io::Write as _;

use proptest::{collection::vec, prelude::any, proptest};

use super::*;

fn parse(file: &str) -> ServerProperties {
    let (properties, invalid) = ServerProperties::parse(file.as_bytes());
    assert_eq!(invalid, []);
    properties
}

#[test]
fn an_empty_file_gives_minecrafts_defaults() {
    let properties = parse("");

    assert_eq!(properties.server_port, 25565);
    assert_eq!(properties.server_ip, None);
    assert!(!properties.enable_query && properties.query_port == 25565);
    assert!(!properties.enable_rcon && properties.rcon_port == 25575);
    assert_eq!(properties.rcon_password, None);
    assert!(properties.enable_status && !properties.hide_online_players);
    let management = properties.management;
    assert!(!management.enabled && management.tls_enabled && !management.has_keystore);
    assert_eq!(
        (management.host.as_str(), management.port),
        ("localhost", 0)
    );
    assert_eq!(management.secret, None);
}

#[test]
fn a_file_as_minecraft_writes_it_is_read() {
    let properties = parse(
        "#Minecraft server properties\r\n#Sat Nov 21 19:10:00 UTC 2026\r\nenable-query=true\r\n\
         enable-rcon=TRUE\r\nenable-status=false\r\nhide-online-players=true\r\n\
         management-server-enabled=true\r\nmanagement-server-host=::1\r\n\
         management-server-port=25585\r\nmanagement-server-secret=abc\r\n\
         management-server-tls-enabled=false\r\nmanagement-server-tls-keystore=\r\n\
         motd=A Minecraft Server\r\nquery.port=25566\r\nrcon.password=pass\\=word\r\n\
         rcon.port=25576\r\nserver-ip=192.0.2.1\r\nserver-port=25567\r\n",
    );

    assert!(properties.enable_query && properties.query_port == 25566);
    assert!(properties.enable_rcon && properties.rcon_port == 25576);
    assert!(!properties.enable_status && properties.hide_online_players);
    assert_eq!(properties.rcon_password, Some(Secret::new("pass=word")));
    assert_eq!(properties.server_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(properties.server_port, 25567);
    let management = properties.management;
    assert!(management.enabled && !management.tls_enabled && !management.has_keystore);
    assert_eq!((management.host.as_str(), management.port), ("::1", 25585));
    assert_eq!(management.secret, Some(Secret::new("abc")));
}

#[track_caller]
fn check_password(file: &[u8], expected: &str) {
    let (properties, _) = ServerProperties::parse(file);
    // Compare text, so that a failure shows it.
    let password = properties
        .rcon_password
        .as_ref()
        .map(|it| it.expose().to_owned());
    assert_eq!(
        password.as_deref(),
        Some(expected),
        "{}",
        file.escape_ascii()
    );
}

#[test]
fn values_are_parsed_as_in_java() {
    check_password(b"rcon.password=a", "a");
    check_password(b"  rcon.password : a", "a");
    check_password(b"rcon.password\ta", "a");
    check_password(b"rcon.password = = a ", "= a ");
    check_password(b"rcon.password=a\\\n   b\r\nx=y", "ab");
    check_password(b"rcon.password=a\\\\\nx=y", "a\\");
    check_password(b"rcon.password=\\u00e9\\ud83e\\udd80\\u12", "é🦀u12");
    check_password(b"rcon.password=\\:\\#\\t\\z", ":#\tz");
    check_password(b"rcon\\.password=a", "a");
    check_password("\u{feff}rcon.password=é".as_bytes(), "é");
    check_password(b"rcon.password=\xe9", "é");
    check_password(b"rcon.password=a\\\r\n   b\r\nx=y", "ab");
    check_password(b"rcon.password=a\\\n\nb=c", "a");
    check_password(b"rcon.password=a\rx=y", "a");
    check_password(b"#rcon.password=b\\\nrcon.password=a", "a");
    check_password(b"rcon.password=a\nrcon.password=b", "b");
    check_password(b"rcon.password=a\\", "a");
}

#[test]
fn a_key_after_a_byte_order_mark_counts_until_the_server_has_written_it_again() {
    check_password("\u{feff}rcon.password=a".as_bytes(), "a");
    check_password("\u{feff}rcon.password=a\nrcon.password=b".as_bytes(), "b");
    check_password("\u{feff}#Properties\nrcon.password=a".as_bytes(), "a");
    check_password("\u{feff}\nrcon.password=a\nrcon.password=b".as_bytes(), "b");
    check_password(b"\xef\xbb\xbfrcon.password=\xe9", "é");
}

#[test]
fn the_folder_of_the_world_is_read_in_every_notation() {
    let check = |file: &[u8], expected: &str| {
        assert_eq!(ServerProperties::parse(file).0.level_name, expected);
    };

    check(b"", "world");
    check(b"level-name=", "world");
    check(b"level-name = survival\r\n", "survival");
    check(b"motd=Caf\xe9\nlevel-name:my\\ world", "my world");
    check(b"level-name=caf\xc3\xa9", "café");
}

#[test]
fn errors_about_ports_do_not_contain_their_values() {
    let (properties, invalid) =
        ServerProperties::parse(b"rcon.port=hunter2\nquery.port=65536\nserver-port=");

    let sentences: Vec<_> = invalid.iter().map(ToString::to_string).collect();
    assert_eq!(
        sentences,
        [
            "server-port in server.properties must be a number from 0 to 65535; the server uses 25565",
            "query.port in server.properties must be a number from 0 to 65535; the server uses 25565",
            "rcon.port in server.properties must be a number from 0 to 65535; the server uses 25575",
        ]
    );
    assert_eq!(
        (properties.rcon_port, properties.query_port),
        (25575, 25565)
    );
}

#[test]
fn a_file_is_read_unless_it_is_too_large_or_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.properties");
    std::fs::write(&path, "server-port=1").unwrap();
    assert_eq!(ServerProperties::read(&path).unwrap().0.server_port, 1);

    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(&vec![b'#'; 1024 * 1024 + 1]).unwrap();
    let too_large = ServerProperties::read(&path).unwrap_err();
    assert_eq!(too_large.kind(), io::ErrorKind::FileTooLarge);
    assert!(ServerProperties::read(folder.path()).is_err());
}

proptest! {
    #[test]
    fn any_bytes_can_be_read(file in vec(any::<u8>(), 0..300)) {
        let _ = ServerProperties::parse(&file);
    }

    #[test]
    fn escapes_never_panic(value in r"[\\u0-9a-f=: \né]{0,40}") {
        let _ = ServerProperties::parse(value.as_bytes());
    }
}
