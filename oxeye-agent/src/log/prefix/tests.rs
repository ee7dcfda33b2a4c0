use super::*;

const LINE: &str = "[12:00:00] [Server thread/INFO]: hello";

/// Returns the state after many lines with the prefix of journald.
fn sure() -> Regulars {
    Regulars::default().for_time_alone()
}

/// Returns the state of a log without the prefix of journald.
fn of_journald(journald: Regular) -> Regulars {
    Regulars {
        journald,
        ..Regulars::default()
    }
}

/// Checks that exactly this prefix is removed.
#[track_caller]
fn check(prefix: &str) {
    let line = format!("{prefix}{LINE}");
    let stripped = strip(line.as_bytes(), None, sure());
    assert_eq!(String::from_utf8_lossy(stripped.line), LINE);
    assert_eq!(stripped.head.unwrap().message, b"hello");
}

#[test]
fn every_known_prefix_is_removed() {
    for prefix in [
        "",
        "\0\0",
        "\u{feff}",
        "> ",
        "$ ",
        "[Server] ",
        ">....\r",
        "mc-1  | ",
        "minecraft_server_1 |",
        "2026-11-20T10:49:20.123456789Z ",
        "mc-1  | 2026-11-20T10:49:20Z > ",
        "[pod/mc-0/minecraft] 2026-11-20T10:49:20Z ",
        "Nov 20 10:49:20 mchost java[812]: ",
        "Nov  2 10:49:20.123456 mchost minecraft-server: ",
        "2026-11-20T10:49:20+0100 mchost java[812]: ",
        "container@pterodactyl~ ",
        "2026-11-20T10:49:20.123456789+01:00 stdout F ",
        "2026-11-20T10:49:20.123456789Z stderr P ",
        "Fri 2026-11-20 10:49:20 CET mchost java[812]: ",
        "Fri 2026-11-20 10:49:20 UTC mchost minecraft-server: ",
        "Fri 2026-11-20 10:49:20 UTC minecraft@survival.service[812]: ",
    ] {
        check(prefix);
    }
}

#[test]
fn the_prefix_of_journald_has_the_names_of_months_in_any_language() {
    for month in [
        "Mär",
        "févr.",
        "juil.",
        "úno",
        "čec",
        "márc",
        "szept",
        "Şub",
        "paź",
        "мая",
        "лис",
        "яну",
        "Μαΐ",
        "maalis",
        "veebr",
        "sept ",
        "gruod.",
        "de gen.",
        "d’abr.",
        "J-souree",
        "ም/ት",
        "d'abr.",
        "jan.",
        "juni",
        "1月",
        " 1月",
        "10月",
        " 1월",
        "12월",
        "十一月",
        "Thg 1",
        "Thg 12",
        "พ.ค.",
        "כסל",
        "كانون الثاني",
        "अक्तू॰",
    ] {
        check(&format!("{month} 01 00:10:00 mchost java[812]: "));
        check(&format!("{month}  1 00:10:00 mchost minecraft-server: "));
        let line = format!("{month} 01 00:10:07 mchost java[812]: Fern joined the game");
        let stripped = strip(line.as_bytes(), None, sure());
        assert_eq!(stripped.line, b"Fern joined the game", "{month}");
        assert_eq!(stripped.stamp.unwrap().seconds, 607, "{month}");
    }
}

#[test]
fn other_text_before_a_line_is_not_removed() {
    for before in [
        "x ",
        "<Steve> ",
        "Steve: ",
        "[Server]",
        "[MCDR] ",
        "[Server] <Steve> ",
        "\t",
        "Nov 20 ",
        "Nov 20 10:49:20 ",
        "Nov 20 10:49:20 mchost ",
        "Nov 123 10:49:20 mchost java[812]: ",
        "<Mär> 20 10:49:20 mchost java[812]: ",
        "Fern » 1 10:49:20 h p: ",
        "§aFern§r 1 10:49:20 h p: ",
        "Fern ➤ 1 10:49:20 h p: ",
        "★ Fern 1 10:49:20 h p: ",
        "Fern - 1 10:49:20 h p: ",
        "Fern / 1 10:49:20 h p: ",
        "- Fern 1 10:49:20 h p: ",
        // One is that of journald, and another typed.
        "Nov 20 10:49:20 mchost java[812]: Fern 1 10:49:20 h p: ",
        "mc-1  | Fern | ",
        "2026-11-20T10:49:20+0100 mchost java[812]: Fern 1 10:49:20 h p: ",
        "Fri 2026-11-20 10:49:20 UTC mchost java[812]: Nov 1 10:49:20 h p: ",
        "11 20 10:49:20 mchost java[812]: ",
        " 20 10:49:20 mchost java[812]: ",
        "2026-11-20T10:49:20 ",
        "2026-11-20T10:49:20Z stdout ",
        "2026-11-20T10:49:20Z stdin F ",
        "Fri 2026-11-20 10:49:20 CET ",
    ] {
        let line = format!("{before}{LINE}");
        assert!(
            strip(line.as_bytes(), None, sure()).head.is_none(),
            "{before}"
        );
    }
}

#[test]
fn what_looks_like_the_prefix_of_journald_stays_where_it_is_not_believed() {
    let absent = Regular::Absent;
    for (journald, month, is_removed) in [
        (Regular::default(), "Nov", true),
        (Regular::default(), "Mär", true),
        (Regular::default(), "lip", true),
        (Regular::default(), "Fern", false),
        (sure().journald, "Fern", true),
        (absent, "Nov", false),
        (absent, "Fern", false),
    ] {
        let line = format!("{month} 20 10:49:20 mchost java[812]: {LINE}");
        let stripped = strip(line.as_bytes(), None, of_journald(journald));
        assert!(stripped.looks_like_journald);
        assert_eq!(stripped.head.is_some(), is_removed, "{journald:?} {month}");
    }
    for before in [
        "Fri 2026-11-20 10:49:20 CET mchost java[812]: ",
        "2026-11-20T10:49:20Z VIP Fern: ",
    ] {
        let line = format!("{before}{LINE}");
        let stripped = strip(line.as_bytes(), None, of_journald(absent));
        assert!(stripped.looks_like_journald && stripped.head.is_none());
    }
}

#[test]
fn a_time_with_its_zone_gives_an_instant() {
    let instant = |prefix: &str| {
        let line = format!("{prefix}{LINE}");
        strip(line.as_bytes(), None, sure())
            .instant
            .map(|instant| instant.0)
    };
    assert_eq!(instant("2026-11-20T10:49:20.9Z "), Some(1_795_171_760));
    assert_eq!(instant("2026-11-20T12:49:20+02:00 "), Some(1_795_171_760));
    assert_eq!(instant("2026-11-20T05:19:20-0530 "), Some(1_795_171_760));
    let short_full = |zone| format!("Fri 2026-11-20 10:49:20 {zone} mchost java[812]: ");
    assert_eq!(instant(&short_full("UTC")), Some(1_795_171_760));
    assert_eq!(instant(&short_full("CET")), None);
    assert_eq!(instant("Nov 20 10:49:20 mchost java[812]: "), None);
}

#[test]
fn the_users_own_prefix_is_removed_only_at_the_start() {
    let own = Regex::new(r"\(server \d+\) ").unwrap();
    let has_head = |line: &str| strip(line.as_bytes(), Some(&own), sure()).head.is_some();
    assert!(has_head(&format!("(server 7) {LINE}")) && has_head(LINE));
    assert!(!has_head(&format!("x (server 7) {LINE}")));
}
