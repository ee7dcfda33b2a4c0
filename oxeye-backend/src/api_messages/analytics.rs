//! What members who joined do in Discord, with the field names of the design that it comes from, which its clients read:
//! `/api/analytics`, `/api/discord`, and `services` of `/api/health`. Times there are texts, and durations whole minutes; the same in
//! seconds stands beside them.
//!
//! | module     | subject                                            |
//! |------------|----------------------------------------------------|
//! | `counts`   | how many sessions are open, and how many are stale |
//! | `recovery` | members whose sessions go on after a restart       |
//! | `rows`     | sessions as rows of tables                         |
//! | `services` | how the parts of an installation are doing         |
//! | `doing`    | how many members do what now                       |
//! | `user`     | what one user did                                  |

pub(crate) mod counts;
pub(crate) mod doing;
pub(crate) mod recovery;
pub(crate) mod rows;
pub(crate) mod services;
pub(crate) mod user;

use oxeye_plugin_proto::UnixSeconds;

use super::activity::naive_utc;

/// Returns a time as JavaScript writes it: `2026-11-27T00:00:00.000Z`.
pub(crate) fn iso(at: UnixSeconds) -> String {
    format!("{}.000Z", naive_utc(at))
}

/// Returns seconds as whole minutes, rounded.
fn minutes(secs: u64) -> u64 {
    secs.saturating_add(30) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_minutes_are_written_as_the_clients_expect_them() {
        assert_eq!(iso(UnixSeconds(1_795_737_600)), "2026-11-27T00:00:00.000Z");
        assert_eq!([0, 29, 30, 89, 90].map(minutes), [0, 0, 1, 1, 2]);
    }
}
