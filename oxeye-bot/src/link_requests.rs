//! How often members may ask to be linked to a player, and which of their questions counts.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use oxeye_db::GuildId;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::custom_id::MemberRequest;

/// Most questions of a member in [`PERIOD`].
const MOST: usize = 5;
const PERIOD: Duration = Duration::from_secs(3_600);
/// How many members we remember at most. Whoever is not remembered may ask.
const CAPACITY: usize = 16_384;

/// The latest questions of members, by guild and member. They are forgotten when Oxeye stops.
///
/// The times are monotonic: a wall clock that is set back must not silence anybody.
#[derive(Debug, Default)]
pub(crate) struct LinkRequests(Mutex<HashMap<(GuildId, u64), Asked>>);

#[derive(Debug)]
struct Asked {
    /// When the latest questions were asked, the oldest first.
    at: VecDeque<Instant>,
    newest: MemberRequest,
}

impl LinkRequests {
    /// Notes a question that is about to be shown. It replaces the member's earlier ones.
    ///
    /// # Errors
    /// How long the member has to wait, if they have asked too often.
    pub(crate) fn ask(
        &self,
        guild: GuildId,
        request: &MemberRequest,
        now: Instant,
    ) -> Result<(), Duration> {
        let mut members = self.0.lock();
        let key = (guild, request.user);
        let since = |at: Instant| now.saturating_duration_since(at);
        if !members.contains_key(&key) && members.len() >= CAPACITY {
            members.retain(|_, asked| asked.at.back().is_some_and(|at| since(*at) < PERIOD));
            if members.len() >= CAPACITY {
                return Ok(());
            }
        }
        let asked = members.entry(key).or_insert_with(|| Asked {
            at: VecDeque::with_capacity(MOST),
            newest: request.clone(),
        });
        if asked.at.len() >= MOST {
            let wait = asked.at.front().map(|at| PERIOD.saturating_sub(since(*at)));
            if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
                return Err(wait);
            }
            asked.at.pop_front();
        }
        asked.at.push_back(now);
        asked.newest = request.clone();
        Ok(())
    }

    /// Whether the member has asked another question since.
    pub(crate) fn is_replaced(&self, guild: GuildId, request: &MemberRequest) -> bool {
        let members = self.0.lock();
        let asked = members.get(&(guild, request.user));
        asked.is_some_and(|asked| asked.newest != *request)
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::UnixSeconds;
    use oxeye_db::testing::player;

    use super::*;

    const GUILD: GuildId = GuildId(7);

    fn request(user: u64, name: &str) -> MemberRequest {
        MemberRequest {
            user,
            player: player(name),
            expires_at: UnixSeconds(1_764_000_000),
        }
    }

    #[test]
    fn a_member_asks_at_most_five_times_in_any_hour() {
        let requests = LinkRequests::default();
        let start = Instant::now();
        let minute = |number: u64| start + Duration::from_secs(60 * number);
        let asks = |user, minute| requests.ask(GUILD, &request(user, "Alex"), minute);
        for asked in 0..5 {
            assert_eq!(asks(1, minute(asked)), Ok(()));
        }

        assert_eq!(asks(1, minute(10)), Err(Duration::from_secs(50 * 60)));
        assert_eq!(asks(2, minute(10)), Ok(()));
        let elsewhere = requests.ask(GuildId(8), &request(1, "Alex"), minute(10));
        assert_eq!(elsewhere, Ok(()));

        assert_eq!(asks(1, minute(60)), Ok(()));
        assert_eq!(asks(1, minute(60)), Err(Duration::from_secs(60)));
    }

    #[test]
    fn only_a_members_newest_question_counts() {
        let requests = LinkRequests::default();
        let now = Instant::now();
        let (first, second) = (request(1, "Alex"), request(1, "Steve"));
        assert!(!requests.is_replaced(GUILD, &first));

        requests.ask(GUILD, &first, now).unwrap();
        requests.ask(GUILD, &request(2, "Steve"), now).unwrap();
        assert!(!requests.is_replaced(GUILD, &first));

        requests.ask(GUILD, &second, now).unwrap();
        assert!(requests.is_replaced(GUILD, &first));
        assert!(!requests.is_replaced(GUILD, &second));
    }

    #[test]
    fn no_more_members_are_remembered_than_the_capacity() {
        let requests = LinkRequests::default();
        let start = Instant::now();
        for user in 0..20_000 {
            assert_eq!(requests.ask(GUILD, &request(user, "Alex"), start), Ok(()));
        }
        assert_eq!(requests.0.lock().len(), CAPACITY);

        let later = requests.ask(GUILD, &request(19_999, "Alex"), start + PERIOD);
        assert_eq!(later, Ok(()));
        assert_eq!(requests.0.lock().len(), 1);
    }
}
