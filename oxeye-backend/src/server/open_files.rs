//! How many connections the limit on open files leaves room for.
//!
//! Each connection is an open file. Without room, `accept` fails at every address, and even the store cannot open a
//! file, so MAX_CONNECTIONS counts only as far as there is room.

/// Open files that are not connections of HTTP clients: the store and its readers, backups, Redis clients, Discord,
/// and connections that are being refused.
const RESERVED: usize = 256;

/// The fewest connections per address, however low the limit is.
const FEWEST: usize = 16;

/// Returns how many connections each of `addresses` addresses may have, of the number that is wanted, beside `others`
/// that we open ourselves.
pub(super) fn connections(wanted: usize, addresses: usize, others: usize) -> usize {
    match limit_of_this_process() {
        Some(limit) => within(limit.saturating_sub(others), wanted, addresses),
        None => wanted,
    }
}

fn within(limit: usize, wanted: usize, addresses: usize) -> usize {
    let room = limit.saturating_sub(RESERVED) / addresses;
    wanted.min(room.max(FEWEST))
}

/// Returns the soft limit on open files, where the system tells it in a file.
fn limit_of_this_process() -> Option<usize> {
    soft_limit(&std::fs::read_to_string("/proc/self/limits").ok()?)
}

/// Reads the limit from the text of `/proc/self/limits`. `unlimited` is no limit.
fn soft_limit(limits: &str) -> Option<usize> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_read() {
        let limits = |soft: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units\nMax open files            {soft:<20} 524288               files\n"
            )
        };

        assert_eq!(soft_limit(&limits("1024")), Some(1024));
        assert_eq!(soft_limit(&limits("unlimited")), None);
        assert_eq!(soft_limit(""), None);
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
