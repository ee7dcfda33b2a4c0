//! What to do about a board that Discord refuses. Pure: it makes no request and reads no clock.

use std::time::Duration;

use oxeye_db::{Board, StopReason, UnixSeconds};

use crate::rest::{RestError, code as discord};

/// How long a board that is refused is tried again before it is stopped.
const GIVE_UP_AFTER: Duration = Duration::from_secs(7 * 86_400);
/// A message that is deleted again within this time is not posted once more.
const DELETED_AGAIN: Duration = Duration::from_secs(86_400);

/// Why Discord refused a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is likely to pass, perhaps after this time.
    Transient(Option<Duration>),
    /// There was no answer, or one that says nothing of what Discord did.
    NoAnswer,
    /// Too many edits of messages that are older than an hour.
    TooManyOldEdits,
    /// Discord does not accept the token, which is not the board's fault.
    Token,
    /// The message does not exist.
    NoMessage,
    /// The channel does not exist, or has become another kind of channel.
    NoChannel,
    /// The channel takes posts with a title, not messages.
    Forum,
    /// A permission is missing.
    NoPermission,
    /// The thread is archived.
    Archived,
    /// The thread is locked.
    Locked,
    /// The message or its pictures are too large.
    TooLarge,
    /// Something else.
    Other,
}

impl Refusal {
    /// Returns what a failed request means.
    pub(crate) fn of(error: &RestError) -> Self {
        let RestError::Refused {
            status,
            code,
            retry_after,
            ..
        } = error
        else {
            return Self::NoAnswer;
        };
        match (*status, *code) {
            (_, discord::TOO_MANY_OLD_EDITS) => Self::TooManyOldEdits,
            (429, _) => Self::Transient(*retry_after),
            (500.., _) => Self::NoAnswer,
            (401, _) => Self::Token,
            (_, discord::UNKNOWN_MESSAGE) => Self::NoMessage,
            (_, discord::UNKNOWN_CHANNEL) => Self::NoChannel,
            // Discord answers each of these for forums.
            (_, discord::POST_NEEDED | discord::NO_TEXT_CHANNEL | discord::WRONG_CHANNEL_TYPE) => {
                Self::Forum
            }
            (_, discord::MISSING_ACCESS | discord::MISSING_PERMISSIONS) => Self::NoPermission,
            (_, discord::THREAD_ARCHIVED) => Self::Archived,
            (_, discord::THREAD_LOCKED) => Self::Locked,
            (413, _) | (_, discord::TOO_LARGE) => Self::TooLarge,
            _ => Self::Other,
        }
    }

    /// Returns the reason for which a board is stopped if this lasts.
    fn reason(self) -> StopReason {
        match self {
            Self::NoMessage => StopReason::MessageDeleted,
            Self::NoChannel => StopReason::ChannelDeleted,
            Self::NoPermission => StopReason::NoPermission,
            Self::Archived => StopReason::ThreadArchived,
            Self::Locked => StopReason::ThreadLocked,
            _ => StopReason::Refused,
        }
    }
}

/// What to do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cure {
    /// Try again soon.
    Retry(Option<Duration>),
    /// Find out whether Discord has carried it out, soon.
    FindOut,
    /// Edit less often.
    SlowDown,
    /// Post the message again.
    PostAgain,
    /// Try again rarely, and tell whoever posted it, if nobody was told yet.
    Wait(StopReason),
    /// Stop the board.
    Stop(StopReason),
}

impl Cure {
    /// Returns what to do about a board after a refusal that could not be helped at once.
    pub(crate) fn of(board: &Board, refusal: Refusal, now: UnixSeconds) -> Self {
        let past = |since: UnixSeconds, time: Duration| since.plus(time) <= now;
        match refusal {
            Refusal::Transient(retry_after) => Self::Retry(retry_after),
            Refusal::NoAnswer => Self::FindOut,
            Refusal::TooManyOldEdits => Self::SlowDown,
            // The thread of a post is deleted with its message.
            Refusal::NoMessage | Refusal::NoChannel if is_gone(board, refusal) => {
                match board.reposted_at {
                    Some(at) if !past(at, DELETED_AGAIN) => Self::Stop(StopReason::MessageDeleted),
                    _ => Self::PostAgain,
                }
            }
            Refusal::NoChannel => Self::Stop(StopReason::ChannelDeleted),
            lasting => match board.blocked_since {
                Some(since) if past(since, GIVE_UP_AFTER) => Self::Stop(lasting.reason()),
                _ => Self::Wait(lasting.reason()),
            },
        }
    }
}

/// Whether a refusal means that the message is gone and a new one can take its place.
fn is_gone(board: &Board, refusal: Refusal) -> bool {
    let is_posted = board.message.is_some();
    is_posted && (refusal == Refusal::NoMessage || board.thread.is_some())
}

#[cfg(test)]
mod tests {
    use oxeye_db::{BoardId, GuildId};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const DAY: i64 = 86_400;

    fn board() -> Board {
        Board {
            id: BoardId(1),
            guild: GuildId(7),
            channel: 8,
            thread: None,
            message: Some(9),
            server: None,
            with_picture: true,
            locale: "en-US".to_owned(),
            posted_by: 1,
            posted_at: UnixSeconds(NOW.0 - 30 * DAY),
            shown: None,
            reposted_at: None,
            blocked_since: None,
            told_at: None,
            stopped: None,
        }
    }

    #[track_caller]
    fn check(board: &Board, (status, code): (u16, u32), expected: Cure) {
        let error = RestError::Refused {
            status,
            code,
            message: String::new(),
            retry_after: None,
        };
        assert_eq!(Cure::of(board, Refusal::of(&error), NOW), expected);
    }

    #[test]
    fn what_passes_is_tried_again() {
        check(&board(), (429, 0), Cure::Retry(None));
        check(&board(), (429, 20_028), Cure::Retry(None));
        check(&board(), (502, 0), Cure::FindOut);
        check(&board(), (429, 30_046), Cure::SlowDown);
        let lost = Refusal::of(&RestError::Lost("timeout".to_owned()));
        assert_eq!(Cure::of(&board(), lost, NOW), Cure::FindOut);
    }

    #[test]
    fn a_deleted_message_is_posted_again_unless_it_was_within_a_day() {
        let reposted = |days| Board {
            reposted_at: Some(UnixSeconds(NOW.0 - days * DAY)),
            ..board()
        };
        check(&board(), (404, 10_008), Cure::PostAgain);
        check(&reposted(1), (404, 10_008), Cure::PostAgain);
        check(
            &reposted(0),
            (404, 10_008),
            Cure::Stop(StopReason::MessageDeleted),
        );
    }

    #[test]
    fn a_deleted_channel_stops_a_board_but_the_thread_of_its_post_does_not() {
        let in_forum = Board {
            thread: Some(9),
            ..board()
        };
        let unposted = Board {
            message: None,
            thread: None,
            ..board()
        };
        check(&in_forum, (404, 10_003), Cure::PostAgain);
        for board in [board(), unposted] {
            check(
                &board,
                (404, 10_003),
                Cure::Stop(StopReason::ChannelDeleted),
            );
        }
    }

    #[test]
    fn what_is_missing_is_waited_for_a_week() {
        let blocked = |days| Board {
            blocked_since: Some(UnixSeconds(NOW.0 - days * DAY)),
            ..board()
        };
        for (refusal, reason) in [
            ((403, 50_001), StopReason::NoPermission),
            ((403, 50_013), StopReason::NoPermission),
            ((400, 50_083), StopReason::ThreadArchived),
            ((400, 160_005), StopReason::ThreadLocked),
            ((400, 50_035), StopReason::Refused),
        ] {
            check(&board(), refusal, Cure::Wait(reason));
            check(&blocked(6), refusal, Cure::Wait(reason));
            check(&blocked(7), refusal, Cure::Stop(reason));
        }
    }
}
