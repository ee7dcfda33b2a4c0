//! How many connections the limit on open files leaves room for.
//!
//! Each connection is an open file. Without room, `accept` fails at every address, and even the store cannot open a
//! file, so MAX_CONNECTIONS counts only as far as there is room, and fewer watched addresses are asked at the same time.

use oxeye_process::clients::open_files_limit;

/// Open files that are not connections of HTTP clients: the store and its readers, backups, Redis clients, Discord,
/// connections that are being refused, and the first questions to watched addresses.
const RESERVED: usize = 256;

/// The questions at the same time that are part of the reserved files.
const RESERVED_QUESTIONS: usize = 32;

/// The fewest connections per address, however low the limit is.
const FEWEST: usize = 16;

/// Returns how many connections each of `addresses` addresses may have, of the number that is wanted, beside
/// `questions` to watched addresses.
pub(crate) fn connections(wanted: usize, addresses: usize, questions: usize) -> usize {
    let others = questions.saturating_sub(RESERVED_QUESTIONS);
    match open_files_limit() {
        Some(limit) => within(limit.saturating_sub(others), wanted, addresses),
        None => wanted,
    }
}

/// Returns how many watched addresses may be asked at the same time, at most `wanted`.
pub(crate) fn questions(wanted: usize) -> usize {
    open_files_limit().map_or(wanted, |limit| questions_within(limit, wanted))
}

/// Half of what is left beside the reserved files and as many connections.
fn questions_within(limit: usize, wanted: usize) -> usize {
    let spare = limit.saturating_sub(2 * RESERVED) / 2;
    wanted.min(RESERVED_QUESTIONS + spare)
}

fn within(limit: usize, wanted: usize, addresses: usize) -> usize {
    let room = limit.saturating_sub(RESERVED) / addresses;
    wanted.min(room.max(FEWEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_few_files_fewer_addresses_are_asked_at_the_same_time() {
        for (limit, expected) in [(64, 32), (512, 32), (700, 126), (1024, 256), (524_288, 256)] {
            assert_eq!(questions_within(limit, 256), expected, "{limit}");
        }
        assert_eq!(questions_within(1024, 10), 10);
    }

    #[test]
    fn all_addresses_together_leave_room_for_the_rest() {
        for (limit, wanted, addresses, expected) in [
            (524_288, 1024, 2, 1024),
            (1024, 1024, 1, 768),
            (1024, 1024, 2, 384),
            (1024, 100, 2, 100),
            (64, 1024, 2, FEWEST),
            (64, 4, 2, 4),
        ] {
            assert_eq!(
                within(limit, wanted, addresses),
                expected,
                "{limit} {wanted}"
            );
        }
    }
}
