//! What other parts of the fleet say, mostly over HTTP, for people who read German. The sentences are
//! English, so they are found by their English words in the catalogue.

use oxeye_catalogue::Locale;

use super::Text;

const ENGLISH: Text = Text::of(Locale::English);

/// Sentences and parts of sentences without arguments.
const WHOLE: &[fn(Text) -> String] = &[
    Text::said_engine_away,
    Text::said_store_not_writable,
    Text::said_disk_not_writable,
    Text::said_no_port,
    Text::said_starting,
    Text::said_internal,
    Text::said_no_server,
    Text::said_no_world,
    Text::said_worlds_with_worker,
    Text::said_no_worker,
    Text::said_worker_lost,
    Text::said_crashed,
    Text::said_crashed_empty,
    Text::said_given_up,
    Text::said_crashes,
    Text::said_waits_for_room,
    Text::said_all_ports_taken,
    Text::said_no_file,
    Text::said_not_executable,
    Text::said_is_link,
    Text::said_cannot_use_a_world,
    Text::said_cannot_make_world,
    Text::said_cannot_keep_record,
    Text::said_cannot_lock_worlds,
    Text::said_cannot_write_any_output,
    Text::said_no_proc,
    Text::said_worker_ports_differ,
    Text::said_worker_keeps_worlds,
    Text::said_engine_names_no_worlds,
    Text::said_certificate_expired,
    Text::said_certificate_not_yet,
    Text::said_worker_unknown_call,
    Text::said_cannot_speak_to_engine,
    Text::said_cannot_see_container,
    Text::said_cannot_list_containers,
    Text::said_cannot_see_image,
    Text::said_cannot_see_network,
    Text::said_cannot_see_volume,
    Text::said_cannot_make_container,
    Text::said_cannot_replace_container,
    Text::said_cannot_remove_container,
    Text::said_cannot_start_server,
    Text::said_cannot_make_network,
    Text::said_cannot_make_volume,
    Text::said_cannot_delete_world,
    Text::said_cannot_stop_server,
    Text::said_cannot_kill_server,
    Text::said_pull_image,
    Text::said_make_network,
    Text::said_name_network,
    Text::said_rename_container,
    Text::said_something_else_there,
    Text::said_another_worker,
    Text::said_it_answered,
    Text::said_it_is_silent,
    Text::said_no_worker_there,
    Text::said_update_both,
];

/// Sentences with one or two arguments.
const PATTERNS: &[fn(Text, &str, &str) -> String] = &[
    |text, program, _| text.said_cannot_start(program),
    |text, world, _| text.said_cannot_use_world(world),
    |text, world, _| text.said_cannot_write_output(world),
    |text, path, _| text.said_foreign_folder(path),
    |text, world, server| text.said_world_in_use(world, server),
    |text, ports, port| text.said_not_worker_port(ports, port),
    |text, most, _| text.said_worker_full(most),
    |text, most, _| text.said_worker_too_many(most),
    |text, most, _| text.said_worker_most_worlds(most),
    |text, fingerprint, _| text.said_other_certificate(fingerprint),
    |text, image, _| text.said_no_image(image),
    |text, network, _| text.said_no_network(network),
    |text, network, _| text.said_foreign_network(network),
    |text, volume, _| text.said_foreign_volume(volume),
    |text, container, _| text.said_foreign_container(container),
    |text, claim, world| text.said_foreign_claim(claim, world),
    |text, status, _| text.said_cluster_answered(status),
    |text, path, _| text.said_cannot_read(path),
    |text, own, other| text.said_other_protocol(own, other),
    |text, epoch, _| text.said_later_fleet(epoch),
    |text, server, _| text.said_there_is_no(server),
    |text, server, _| text.said_still_runs(server),
];

/// Stand for the arguments of a pattern. No sentence contains them.
const FIRST: &str = "\u{1}";
const SECOND: &str = "\u{2}";

impl Text {
    /// Translates what the fleet says: a sentence, several of them with `; ` in between, or one with its
    /// cause after `: `. What is not in the catalogue, such as an error of the operating system, stays as it
    /// is.
    pub(crate) fn said(self, english: &str) -> String {
        if let Some(whole) = WHOLE.iter().find(|whole| whole(ENGLISH) == english) {
            return whole(self);
        }
        for separator in ["; ", ": "] {
            if english.contains(separator) {
                let parts: Vec<_> = english
                    .split(separator)
                    .map(|part| self.said(part))
                    .collect();
                return parts.join(separator);
            }
        }
        let found = PATTERNS.iter().find_map(|pattern| {
            let [first, second] = arguments(&pattern(ENGLISH, FIRST, SECOND), english)?;
            Some(pattern(self, first, second))
        });
        found.unwrap_or_else(|| english.to_owned())
    }
}

/// Returns the arguments with which a pattern gives this sentence, if it does. A missing one is empty.
fn arguments<'a>(pattern: &str, sentence: &'a str) -> Option<[&'a str; 2]> {
    let (before, rest) = pattern.split_once(FIRST)?;
    let sentence = sentence.strip_prefix(before)?;
    match rest.split_once(SECOND) {
        None => Some([sentence.strip_suffix(rest)?, ""]),
        Some((between, after)) => {
            let (first, second) = sentence.split_once(between)?;
            Some([first, second.strip_suffix(after)?])
        }
    }
}

#[cfg(test)]
mod tests {
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
            "ist aufgegeben: stürzt immer wieder ab",
        );
        check(
            "waits until its worker has room: the worker runs at most 3 servers (MAX_SERVERS)",
            "wartet, bis sein Worker Platz hat: der Worker betreibt höchstens 3 Server gleichzeitig (MAX_SERVERS)",
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
            "das Image game:1 ist nicht auf dem Rechner der Container-Engine: hole es mit `docker pull` oder `podman pull`, oder berichtige FLEET_DOCKER_IMAGE",
        );
        check(
            "is given up: there is no network games: make it with `docker network create` or `podman network create`, or leave FLEET_DOCKER_NETWORK empty",
            "ist aufgegeben: ein Netzwerk games gibt es nicht: lege es mit `docker network create` oder `podman network create` an, oder lass FLEET_DOCKER_NETWORK leer",
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
            "the claim ox-1 of the world alex-1 is somebody else's",
            "der Claim ox-1 der Welt alex-1 gehört jemand anderem",
        );
        check(
            "it answered: the worker speaks version 2 of the protocol, not 1; update both programs",
            "er hat geantwortet: der Worker spricht Version 2 des Protokolls, nicht 1; aktualisiere beide Programme",
        );
        check(
            "something went wrong; the log says what",
            "etwas ist schiefgegangen; im Log steht, was",
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

    /// The dashboard translates in the browser, and has a list of its own.
    #[test]
    fn the_dashboard_knows_every_sentence_here() {
        let words = include_str!("../../web/words.js");
        let german = Text::of(Locale::German);
        let whole = WHOLE.iter().map(|whole| [ENGLISH, german].map(*whole));
        let patterns = PATTERNS.iter().map(|pattern| {
            let shown = |text| {
                pattern(text, FIRST, SECOND)
                    .replace(FIRST, "{}")
                    .replace(SECOND, "{}")
            };
            [ENGLISH, german].map(shown)
        });
        for [english, german] in whole.chain(patterns) {
            let line = format!("    \"{english}\": \"{german}\",\n");
            assert!(words.contains(&line), "words.js lacks {line}");
        }
    }

    #[test]
    fn the_fleet_says_every_sentence_here() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let folders =
            ["controller", "engine", "http", "rules", "worker"].map(|name| folder.join(name));
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
}
