//! What is translated, and that everybody has the same words.

use std::path::Path;

use oxeye_catalogue::testing;

use super::*;

#[track_caller]
fn check(english: &str, german: &str) {
    assert_eq!(Text::of(Locale::German).said(english), german);
    assert_eq!(ENGLISH.said(english), english);
}

#[test]
fn what_the_fleet_says_is_translated_part_by_part() {
    check(
        "has crashed and is started again",
        "ist abgestürzt und wird wieder gestartet",
    );
    check(
        "is given up: crashes again and again",
        "wurde aufgegeben: stürzt immer wieder ab",
    );
    check(
        "waits until its worker has room: the worker has no room for another server (MAX_SERVERS is 3)",
        "wartet, bis sein Worker Platz hat: der Worker hat keinen Platz für einen weiteren Server (MAX_SERVERS ist 3)",
    );
    check(
        "the store cannot be written; cannot start /srv/start: no such file",
        "in die Datenbank lässt sich nicht schreiben; /srv/start lässt sich nicht starten: die Datei gibt es nicht",
    );
    check(
        "the world alex-1 is in use by auto-7",
        "die Welt alex-1 wird von auto-7 benutzt",
    );
    check(
        "the worker's ports are 8081-8088, not 22; SERVER_PORT_START and MAX_SERVERS should be the same for the fleet and the worker",
        "der Worker hat die Ports 8081-8088, nicht 22; SERVER_PORT_START und MAX_SERVERS sollten bei Flotte und Worker gleich sein",
    );
    check(
        "the image game:1 is not on the machine of the container engine: pull it with `docker pull` or `podman pull`, or correct FLEET_DOCKER_IMAGE",
        "das Image game:1 ist nicht auf dem Rechner der Container-Engine: hole es mit `docker pull` oder `podman pull`, oder korrigiere FLEET_DOCKER_IMAGE",
    );
    check(
        "is given up: there is no network games: make it with `docker network create` or `podman network create`, or leave FLEET_DOCKER_NETWORK empty",
        "wurde aufgegeben: ein Netzwerk games gibt es nicht: lege es mit `docker network create` oder `podman network create` an, oder lass FLEET_DOCKER_NETWORK leer",
    );
    check(
        "the container oxeye-a-auto-5 does not belong to this fleet and is left alone; remove or rename it",
        "der Container oxeye-a-auto-5 gehört nicht zu dieser Flotte und wird nicht angefasst; lösche ihn oder benenne ihn um",
    );
    check("auto-5 still runs", "auto-5 läuft noch");
    check("there is no auto-5", "auto-5 gibt es nicht");
    check(
        "the cluster answered 403 Forbidden: pods is forbidden",
        "der Cluster hat mit 403 Forbidden geantwortet: pods is forbidden",
    );
    check(
        "the claim ox-1 of the world alex-1 belongs to somebody else",
        "der Claim ox-1 der Welt alex-1 gehört jemand anderem",
    );
    check(
        "it answered: the worker speaks version 3 of the protocol, not 2; update both programs",
        "er hat geantwortet: der Worker spricht Version 3 des Protokolls, nicht 2; aktualisiere beide Programme",
    );
    check(
        "something went wrong; the log says what",
        "etwas ist schiefgegangen; im Log steht, was",
    );
}

#[test]
fn why_a_server_does_not_start_is_translated() {
    check(
        "is given up: the disk of the container engine is full",
        "wurde aufgegeben: die Platte der Container-Engine ist voll",
    );
    check(
        "has exited before it was ready",
        "hat sich beendet, bevor er bereit war",
    );
}

#[test]
fn why_a_worker_takes_no_more_is_translated_and_needs_no_plural() {
    check(
        "the worker creates no more servers this minute (FLEET_WORKER_CREATIONS_PER_MINUTE is 1)",
        "der Worker legt in dieser Minute keine weiteren Server an (FLEET_WORKER_CREATIONS_PER_MINUTE ist 1)",
    );
    check(
        "the worker keeps no more worlds (FLEET_WORKER_MAX_WORLDS is 1)",
        "der Worker bewahrt keine weiteren Welten auf (FLEET_WORKER_MAX_WORLDS ist 1)",
    );
}

#[test]
fn why_a_worker_cannot_be_used_is_translated() {
    check(
        "the fleet is starting and does not know its servers yet; the worker attic cannot be used: it answered: the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)",
        "die Flotte startet gerade und kennt ihre Server noch nicht; der Worker attic lässt sich nicht verwenden: er hat geantwortet: das Secret ist falsch (FLEET_WORKER_SECRET, oder FLEET_WORKER_SECRETS bei der Flotte)",
    );
    check(
        "it answered: the fleet's epoch 7 is more than ten minutes ahead of the worker's clock: set both clocks, then delete the file epoch of the fleet",
        "er hat geantwortet: die Epoche 7 der Flotte ist der Uhr des Workers um mehr als zehn Minuten voraus: stelle beide Uhren richtig und lösche dann die Datei epoch der Flotte",
    );
}

#[test]
fn what_the_catalogue_lacks_stays_as_it_is() {
    check(
        "cannot make a world: No space left on device (os error 28)",
        "eine Welt lässt sich nicht anlegen: No space left on device (os error 28)",
    );
    check(
        "as nobody has ever said; or: that",
        "as nobody has ever said; or: that",
    );
    check("", "");
}

const WORDS: &str = include_str!("../../../web/words.js");

fn source_of(files: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |file: &&str| std::fs::read_to_string(folder.join(file)).unwrap();
    let source: String = files.iter().map(read).collect();
    // Calls may go over several lines.
    source.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the texts in quotes that follow one of these beginnings.
fn quoted<'a>(source: &'a str, beginnings: &[&str]) -> Vec<&'a str> {
    let after = |beginning: &&str| {
        let beginning = format!("{beginning}\"");
        let places = source.split(&beginning);
        let texts = places.skip(1).filter_map(|rest| rest.split('"').next());
        texts.collect::<Vec<_>>()
    };
    beginnings.iter().flat_map(after).collect()
}

/// The dashboard translates in the browser what everybody may read: what happens to servers, why no new ones are
/// started, and why workers are missing. What an engine has said is for operators, who do not read it there.
#[test]
fn the_dashboard_knows_every_sentence_that_everybody_may_read() {
    let rules = [
        "rules/adopting.rs",
        "rules/driving.rs",
        "rules/exits.rs",
        "rules/losing.rs",
        "rules/results.rs",
        "rules/stopping.rs",
        "rules/ticking.rs",
        "controller/acting.rs",
    ];
    let (rules, access) = (source_of(&rules), source_of(&["engine/remote/access.rs"]));
    let remote = source_of(&["engine/remote.rs", "controller/shown.rs"]);
    let calls = [
        "report(id, ",
        "report( id, ",
        "report_with(id, ",
        "fail(id, ",
        "say(slot, ",
    ];
    let mut public = quoted(&rules, &calls);
    assert!(public.len() > 10, "{public:?}");
    public.extend(quoted(&access, &["=> "]));
    public.extend(quoted(&remote, &["Trouble::of(", "sentence: "]));

    for sentence in public {
        for part in sentence.split("; ").flat_map(|part| part.split(": ")) {
            let is_known = WORDS.contains(&format!("    \"{part}\": "));
            assert!(is_known, "words.js lacks {part:?}");
        }
    }
}

#[test]
fn the_dashboard_says_the_same_in_german_as_the_command_line() {
    let german = Text::of(Locale::German);
    let mut common = 0;
    for whole in WHOLE {
        let [english, german] = [ENGLISH, german].map(*whole);
        if WORDS.contains(&format!("    \"{english}\": ")) {
            let line = format!("    \"{english}\": \"{german}\",\n");
            assert!(WORDS.contains(&line), "words.js lacks {line}");
            common += 1;
        }
    }
    assert!(common > 10, "{common}");
}

#[test]
fn the_dashboard_has_no_sentence_that_nobody_says() {
    let (_, said) = WORDS.split_once("const SAID = {").unwrap();
    let (said, _) = said.split_once("};").unwrap();
    let lines = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"'));
    let sentences: Vec<_> = lines.filter_map(|line| line.split_once("\": ")).collect();
    assert!(sentences.len() > 30, "{sentences:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = ["controller", "engine/remote", "http", "rules"];
    let mut source = testing::source_below(folders.map(|name| folder.join(name))).unwrap();
    source.push_str(&source_of(&["engine/remote.rs"]));

    for (sentence, _) in sentences {
        let said = sentence.trim_end_matches("{}");
        assert!(source.contains(said), "nothing says {said:?}");
    }
}

#[test]
fn the_fleet_says_every_sentence_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders = ["controller", "engine", "http", "rules", "worker"].map(|name| folder.join(name));
    let mut source = testing::source_below(folders).unwrap();
    for file in ["controller.rs", "demo.rs", "worlds.rs"] {
        source.push_str(&std::fs::read_to_string(folder.join(file)).unwrap());
    }
    let whole = WHOLE.iter().map(|whole| whole(ENGLISH));
    let patterns = PATTERNS
        .iter()
        .map(|pattern| pattern(ENGLISH, FIRST, SECOND));
    for sentence in whole.chain(patterns) {
        for part in sentence.split(['\u{1}', '\u{2}']) {
            assert!(source.contains(part), "nothing says {part:?}");
        }
    }
}
