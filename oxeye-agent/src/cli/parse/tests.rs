use super::*;
use crate::log::Family;

fn printed(log: &str, file: Option<&str>) -> String {
    let mut out = Vec::new();
    let concerns = print_events(log.as_bytes(), &LogOptions::default(), file, &mut out);
    assert_eq!(concerns.unwrap(), []);
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn check_understood(log: &[u8], expected: Option<Concern>) {
    let mut out = Vec::new();
    let why = print_events(log, &LogOptions::default(), None, &mut out);
    assert_eq!(why.unwrap(), Vec::from_iter(expected));
}

#[test]
fn a_log_without_events_is_not_mistaken_for_another_kind_of_file() {
    check_understood(
        b"Dear diary,\nAlex joined the game\n",
        Some(Concern::Foreign),
    );
    check_understood(b"[12:00:00] [Server thread/INFO]: <Alex> hi\n", None);
    check_understood(b"", None);
}

#[test]
fn a_log_with_events_is_understood() {
    check_understood(
        b"[12:00:00 INFO]: Alex joined the game\n[12:01:00 INFO]: Alex left the game\n",
        None,
    );
}

#[test]
fn pocketmine_in_another_language_is_reported_whatever_the_order_of_its_words() {
    for said in [
        "Fern[/192.0.2.7:5] loggte sich mit Entity ID 3 bei (world, 1, 2, 3) ein",
        "Fern[/192.0.2.7:5] がエンティティ ID 3 で (world, -1.5, 2, 3) でログインしました",
        "Fertig! (2.3s)! Für Hilfe, tippe \"help\" oder \"?\"",
        "完了 (2.3秒)! \"help\" もしくは \"?\" でヘルプを確認できます",
    ] {
        let line = format!("[12:00:00] [Server thread/INFO]: {said}\n");
        check_understood(
            line.as_bytes(),
            Some(Concern::Translated(Family::Pocketmine)),
        );
        check_family(
            Family::Pocketmine,
            &line,
            Some(Concern::Translated(Family::Pocketmine)),
        );
    }
}

#[test]
fn geyser_in_another_language_is_reported() {
    let lines = |head: &str, start: &str| format!("{head}[Geyser] hi\n{head}{start}\n");
    for head in ["[17:32:09.422 main/INFO] ", "[17:32:09 INFO] "] {
        for start in [
            "Fertig (2.679s)! Verwende /geyser help für Hilfe!",
            "完成 (2,679s)！运行 /geyser help 以获取帮助！",
        ] {
            let log = lines(head, start);
            let translated = Some(Concern::Translated(Family::Geyser));
            check_understood(log.as_bytes(), translated);
            check_family(Family::Geyser, &log, translated);
        }
        let english = lines(head, "Done (2.679s)! Run /geyser help for help!");
        check_understood(english.as_bytes(), None);
        check_family(Family::Geyser, &english, None);
        for said in [
            "<Fern> (1s) /geyser help",
            "Fern issued server command: /geyser help",
        ] {
            check_understood(lines(head, said).as_bytes(), Some(Concern::Foreign));
        }
    }
    let in_words = Concern::Translated(Family::Geyser).in_words("latest.log");
    assert!(in_words.contains("default-locale: en_us"), "{in_words}");
}

#[test]
fn a_familiar_thread_whose_logins_are_not_understood_is_reported() {
    let login = "[12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] came in\n";
    check_understood(login.as_bytes(), Some(Concern::Foreign));
    let later = format!("{login}[12:00:00] [Server thread/INFO]: Fern joined the game\n");
    check_understood(later.as_bytes(), None);
}

#[track_caller]
fn check_family(family: Family, log: &str, expected: Option<Concern>) {
    let options = LogOptions {
        family: Some(family),
        ..LogOptions::default()
    };
    let concerns = print_events(log.as_bytes(), &options, None, &mut Vec::new());
    assert_eq!(concerns.unwrap(), Vec::from_iter(expected));
}

#[test]
fn naming_the_wrong_family_is_reported() {
    let java = "[12:00:00] [Server thread/INFO]: <Alex> hi\n\
        [12:00:00] [Server thread/INFO]: UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\n\
        [12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n";
    check_family(Family::Java, java, None);
    for named in [Family::Bedrock, Family::Velocity, Family::Pocketmine] {
        let looks_like = Some(Family::Java);
        check_family(
            named,
            java,
            Some(Concern::NotOfFamily { named, looks_like }),
        );
    }
    let named = Family::Bedrock;
    let looks_like = None;
    let foreign = "[12:00:00] [x/INFO]: Fern has come\n";
    check_family(
        named,
        foreign,
        Some(Concern::NotOfFamily { named, looks_like }),
    );
}

#[test]
fn events_that_several_families_print_do_not_hide_a_wrong_family() {
    let paper = "[12:00:00 INFO]: Starting minecraft server version 1.21\n\
        [12:00:00 INFO]: Done (3.1s)! For help, type \"help\"\n\
        [12:00:00 INFO]: Fern joined the game\n\
        [12:00:00 INFO]: Fern left the game\n";
    let pocketmine = "[12:00:00] [Server thread/INFO]: Fern joined the game\n\
        [12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged out due to timeout\n";
    for (log, family) in [(paper, Family::Java), (pocketmine, Family::Pocketmine)] {
        for named in [Family::Java, Family::Pocketmine, Family::Pumpkin] {
            let looks_like = Some(family);
            let wrong = Concern::NotOfFamily { named, looks_like };
            check_family(named, log, (named != family).then_some(wrong));
        }
    }
}

#[test]
fn naming_a_family_does_not_make_any_text_its_log() {
    let line = "10:00:00 [INFO] Fern has joined.\n";
    check_understood(line.as_bytes(), Some(Concern::Foreign));
    let named = Family::Java;
    let looks_like = None;
    let wrong = Concern::NotOfFamily { named, looks_like };
    check_family(named, line, Some(wrong));
}

#[test]
fn naming_the_right_family_raises_no_concern_about_a_log_without_events() {
    check_family(
        Family::Java,
        "[12:00:00] [Server thread/INFO]: <Alex> hi\n",
        None,
    );
    check_family(
        Family::Bedrock,
        "[2024-04-01 21:46:33:199 INFO] hello\n",
        None,
    );
}

#[test]
fn a_log_in_another_language_is_reported() {
    let boot = "[12:00:00] [Server thread/INFO]: Starting Minecraft: Bedrock Edition server version v1.21\n";
    let login = "[12:00:01] [Server thread/INFO]: Fern[/192.0.2.7:5] ha entrado con la entidad 3 en (world, 1, 2, 3)\n";
    check_understood(
        login.as_bytes(),
        Some(Concern::Translated(Family::Pocketmine)),
    );
    check_understood(
        [boot, login].concat().as_bytes(),
        Some(Concern::Translated(Family::Pocketmine)),
    );
    let english = "[12:00:02] [Server thread/INFO]: Moss[/192.0.2.7:6] logged in with entity id 4 at (world, 1, 2, 3)\n";
    check_understood([boot, login, english].concat().as_bytes(), None);
    let typed = "[12:00:01] [Server thread/INFO]: <Fern> Fern[/192.0.2.7:5] x (world, 1, 2, 3)\n";
    check_understood([boot, typed].concat().as_bytes(), None);
}

#[test]
fn missing_disconnects_and_times_are_reported() {
    let came = "[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has connected\n";
    let again = "[12:40:00 INFO]: [connected player] Fern (/192.0.2.7:6) has connected\n";
    let gone = "[12:50:00 INFO]: [connected player] Fern (/192.0.2.7:6) has disconnected\n";
    check_understood(came.as_bytes(), None);
    check_understood([came, again].concat().as_bytes(), Some(Concern::NoLeaves));
    check_understood([came, again, gone].concat().as_bytes(), None);
    check_understood(b"[INFO] Fern joined the game\n", Some(Concern::NoTimes));
}

#[test]
fn dates_that_cannot_be_read_are_reported() {
    let line =
        |date: &str| format!("[{date} 12:00:00.123] [Server thread/INFO]: Fern joined the game\n");
    for date in ["27Nov.2026", "27Nov2026", "27.11.2026", "27нояб.2026"] {
        check_understood(line(date).as_bytes(), None);
    }
    for date in ["27lis2026", "27Xyz2026", "05/06/2026"] {
        check_understood(line(date).as_bytes(), Some(Concern::UnreadDates));
    }
}

#[test]
fn a_log_in_utf_16_is_reported_as_such() {
    let log = "\u{feff}[12:00:00] [Server thread/INFO]: Alex joined the game\r\n";
    let units = || log.encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();

    check_understood(&little, Some(Concern::Utf16));
    check_understood(&big, Some(Concern::Utf16));
    check_understood(log.as_bytes(), None);
}

#[test]
fn keys_are_in_a_fixed_order_and_unknown_values_are_left_out() {
    let log = "[12:00:00 INFO]: UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\n\
               [12:00:00 INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n\
               [12:00:09 INFO]: Stopping server";
    assert_eq!(
        printed(log, Some("a.log")),
        "{\"event\":\"join\",\"player\":\"Fern\",\"uuid\":\"6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\",\
         \"time\":\"12:00:00\",\"line\":2,\"file\":\"a.log\"}\n\
         {\"event\":\"stop\",\"time\":\"12:00:09\",\"line\":3,\"file\":\"a.log\"}\n"
    );
}

#[test]
fn a_death_by_a_player_is_also_a_kill_if_kills_are_wanted() {
    let log = "[12:00:00 INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n\
               [12:00:00 INFO]: Moss[/192.0.2.7:6] logged in with entity id 8\n\
               [12:00:05 INFO]: Fern was slain by Moss\n\
               [12:00:09 INFO]: Fern was slain by Zombie\n";
    let by_moss = "{\"event\":\"death\",\"player\":\"Fern\",\"cause\":\"player\",\"killer\":\"Moss\",\"time\":\"12:00:05\",\"line\":3}";
    let kill = "{\"event\":\"kill\",\"player\":\"Moss\",\"victim\":\"Fern\",\"time\":\"12:00:05\",\"line\":3}";
    let by_zombie = "{\"event\":\"death\",\"player\":\"Fern\",\"cause\":\"mob\",\"time\":\"12:00:09\",\"line\":4}";
    for (kinds, expected) in [
        ("death,kill", vec![by_moss, kill, by_zombie]),
        ("death", vec![by_moss, by_zombie]),
        ("kill", vec![kill]),
    ] {
        let options = LogOptions::default().with_activity(kinds.parse().unwrap());
        let mut out = Vec::new();
        print_events(log.as_bytes(), &options, None, &mut out).unwrap();
        let printed = String::from_utf8(out).unwrap();
        let activity: Vec<&str> = printed.lines().skip(2).collect();
        assert_eq!(activity, expected, "{kinds}");
    }
}

#[test]
fn unreadable_files_are_named_and_do_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.log");
    std::fs::write(&empty, "").unwrap();
    let missing = folder.path().join("missing.log");
    let files = [folder.path().to_owned(), empty.clone(), missing];

    let error = run(&files, &LogOptions::default()).unwrap_err().to_string();

    let sentences: Vec<&str> = error.lines().collect();
    assert!(sentences[0].ends_with(" is a directory, not a log"));
    assert!(sentences[1].contains("missing.log cannot be read: "));
    assert!(run(&[empty], &LogOptions::default()).is_ok());
}

#[test]
fn a_damaged_archive_is_read_up_to_the_damage() {
    let log = b"[12:00:09 INFO]: Stopping server\n";
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    packer.write_all(log).unwrap();
    let mut packed = packer.finish().unwrap();
    packed.truncate(packed.len() - 4);

    let mut out = Vec::new();
    let read = print_events(&packed[..], &LogOptions::default(), None, &mut out);

    assert!(matches!(read, Err(Failure::Input(_))) && out.starts_with(b"{\"event\":\"stop\""));
}
