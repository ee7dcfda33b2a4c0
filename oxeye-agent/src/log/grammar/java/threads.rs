//! The threads on which forks and mods run parts of the game: a region, a dimension, or some of the
//! entities.
//!
//! | thread                              | of                                        |
//! |-------------------------------------|-------------------------------------------|
//! | `Region Scheduler Thread #2`        | Folia                                     |
//! | `Folia Region Scheduler Thread #2`  | newer versions of Folia, and its forks    |
//! | `dimthread_server_overworld`        | Dimensional Threading                     |
//! | `serverlevel-tick-worker [world]`   | SparklyPaper, Leaf                        |
//! | `ShreddedPaperTickThread-2`         | ShreddedPaper                             |
//! | `MCMT-Pool-Thread-2`                | MCMT and its ports                        |
//! | `Async-Tick-Pool-Thread-2`          | Async                                     |
//!
//! Players do not choose the names of threads, but plugins do, and many print chat on threads of their
//! own. So a thread counts only under one of these names.

/// What begins the name of a thread, before a number.
const NUMBERED: [&[u8]; 4] = [
    b"serverlevel-tick-worker-",
    b"ShreddedPaperTickThread-",
    b"MCMT-Pool-Thread-",
    b"Async-Tick-Pool-Thread-",
];

/// Whether the thread is one that runs a part of the game.
pub(super) fn runs_part_of_game(thread: &[u8]) -> bool {
    runs_region(thread) || runs_dimension(thread) || is_numbered(thread, &NUMBERED)
}

/// Whether the thread is `Region Scheduler Thread #2`. Forks put one word before it.
fn runs_region(thread: &[u8]) -> bool {
    const REGION: &[u8] = b"Region Scheduler Thread #";
    is_numbered(thread, &[REGION]) || {
        let word = thread
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let rest = thread[word..].strip_prefix(b" ");
        word > 0 && rest.is_some_and(|rest| is_numbered(rest, &[REGION]))
    }
}

/// Whether the thread is `dimthread_overworld`, with the path of any dimension, or
/// `serverlevel-tick-worker [world]`, with the name of any world.
fn runs_dimension(thread: &[u8]) -> bool {
    let is_path = |path: &[u8]| {
        let in_path = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./:".contains(byte);
        !path.is_empty() && path.iter().all(in_path)
    };
    let world = || {
        thread
            .strip_prefix(b"serverlevel-tick-worker [")?
            .strip_suffix(b"]")
    };
    thread.strip_prefix(b"dimthread_").is_some_and(is_path)
        || world().is_some_and(|world| !world.is_empty())
}

/// Whether the thread is one of these names and a number.
fn is_numbered(thread: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|name| {
        let number = thread.strip_prefix(*name);
        number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threads_of_forks_and_mods_run_parts_of_the_game() {
        for thread in [
            "Region Scheduler Thread #0",
            "Folia Region Scheduler Thread #12",
            "Luminol Region Scheduler Thread #1",
            "dimthread_overworld",
            "dimthread_server_the_nether",
            "dimthread_minigames:arena/3",
            "serverlevel-tick-worker [world_nether]",
            "serverlevel-tick-worker-8",
            "ShreddedPaperTickThread-2",
            "MCMT-Pool-Thread-3",
            "Async-Tick-Pool-Thread-4",
        ] {
            assert!(runs_part_of_game(thread.as_bytes()), "{thread}");
        }
    }

    #[test]
    fn other_threads_do_not_run_the_game() {
        for thread in [
            "",
            "Server thread",
            "Async Chat Thread - #1",
            "Netty Epoll Server IO #3",
            "Craft Scheduler Thread - 4 - Region",
            "Craft Async Scheduler Management Thread",
            "Folia Async Scheduler Thread #1",
            "Folia Region Scheduler Thread",
            "Folia Region Scheduler Thread #",
            "Chat of Region Scheduler Thread #1",
            " Region Scheduler Thread #1",
            "Region Scheduler Thread #1 chat",
            "dimthread_",
            "dimthread_chat of world",
            "my_dimthread_overworld",
            "serverlevel-tick-worker []",
            "serverlevel-tick-worker [world",
            "MCMT-Pool-Thread-",
            "User Authenticator #1",
        ] {
            assert!(!runs_part_of_game(thread.as_bytes()), "{thread}");
        }
    }
}
