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
    Text::said_exited_early,
    Text::said_given_up,
    Text::said_crashes,
    Text::said_not_ready,
    Text::said_no_free_port,
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
    Text::said_worker_engine_away,
    Text::said_worker_list_late,
    Text::said_worker_gone,
    Text::said_wrong_secret,
    Text::said_set_clocks,
    Text::said_worker_disk,
    Text::said_connection_closed,
    Text::said_connection_broke,
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
    Text::said_engine_disk_full,
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
    |text, worker, _| text.said_worker_unusable(worker),
    |text, epoch, _| text.said_epoch_ahead(epoch),
    |text, bytes, _| text.said_path_too_long(bytes),
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
mod tests;
