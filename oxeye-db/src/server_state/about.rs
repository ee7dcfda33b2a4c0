//! What a server says about itself. It decides nothing.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::{Ledger, ServerState, StoreChange, clamp};
use crate::server_about::{AboutEvent, ServerAbout};

/// What a server said about itself, and when. Without a time it has said nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    said: Arc<ServerAbout>,
    at: Option<UnixSeconds>,
    /// Counts changes.
    pub(super) version: u64,
}

impl ServerState {
    /// Takes what a server says about itself, unless it has said something later. Returns whether it
    /// said something new. This shows that the plugin is running, but not who is online.
    pub(crate) fn take_about(
        &mut self,
        event: &AboutEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> bool {
        self.advance_to(now);
        self.heard_at = Some(now);
        self.forget_failures();
        let at = clamp(event.at, now);
        let is_late = self.about.at.is_some_and(|said_at| at < said_at);
        if is_late || *self.about.said == event.about {
            return false;
        }
        let said = Arc::new(event.about.clone());
        ledger.note(StoreChange::AboutChanged(Arc::clone(&said), at));
        self.restore_about(said, at);
        self.about.version += 1;
        true
    }

    /// Restores what the file says about it.
    pub(crate) fn restore_about(&mut self, said: Arc<ServerAbout>, at: UnixSeconds) {
        self.about.said = said;
        self.about.at = Some(at);
    }

    /// Forgets all of it: another plugin may speak for the server from now on.
    pub(super) fn clear_about(&mut self) {
        self.about = About {
            version: self.about.version + 1,
            ..About::default()
        };
    }

    /// When the server said it.
    pub(super) fn about_said_at(&self) -> Option<UnixSeconds> {
        self.about.at
    }

    /// What the server says about itself.
    pub(crate) fn about(&self) -> &Arc<ServerAbout> {
        &self.about.said
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use oxeye_plugin_proto::{AboutText, ServerName};

    use super::*;
    use crate::ids::GuildId;
    use crate::ledger::SessionIds;
    use crate::players::Players;

    const NOW: UnixSeconds = UnixSeconds(1_000_000);

    fn server() -> ServerState {
        let name = ServerName::try_from("survival".to_owned()).unwrap();
        ServerState::new(GuildId::LOCAL, name, Duration::from_secs(3600), NOW)
    }

    /// Takes a report of this version and returns whether the file changes.
    fn says(state: &mut ServerState, version: &str, at: i64) -> bool {
        let about = ServerAbout {
            version: AboutText::new(version),
            ..ServerAbout::default()
        };
        let at = Some(UnixSeconds(at));
        let (players, sessions) = (Players::default(), SessionIds::default());
        let mut ledger = Ledger::new(&players, &sessions);
        state.take_about(&AboutEvent { about, at }, NOW, &mut ledger);
        !ledger.is_empty()
    }

    fn version(state: &ServerState) -> &str {
        state.about().version.as_ref().map_or("", AboutText::as_str)
    }

    #[test]
    fn the_latest_report_counts_even_if_an_earlier_one_arrives_after_it() {
        let mut state = server();
        assert!(says(&mut state, "1.21.11", NOW.0 - 10));
        assert!(!says(&mut state, "1.20.1", NOW.0 - 20));

        assert_eq!(version(&state), "1.21.11");
        assert!(says(&mut state, "26.2", NOW.0));
        assert_eq!(version(&state), "26.2");
    }

    #[test]
    fn of_two_reports_about_the_same_second_the_one_that_arrives_later_counts() {
        let mut state = server();
        says(&mut state, "1.20.1", NOW.0);

        assert!(says(&mut state, "1.21.11", NOW.0));

        assert_eq!(version(&state), "1.21.11");
    }

    #[test]
    fn a_report_that_changes_nothing_is_not_written_and_not_published() {
        let mut state = server();
        assert!(says(&mut state, "1.21.11", NOW.0 - 10));
        assert!(state.publish().is_some());

        assert!(!says(&mut state, "1.21.11", NOW.0));

        assert!(state.publish().is_none());
        assert!(says(&mut state, "26.2", NOW.0));
        assert!(state.publish().is_some());
    }

    #[test]
    fn a_plugin_that_is_linked_anew_has_said_nothing_yet() {
        let mut state = server();
        says(&mut state, "1.21.11", NOW.0);

        state.relink(NOW);

        assert_eq!(version(&state), "");
    }

    #[test]
    fn people_see_that_another_plugin_has_said_nothing_yet_and_then_what_it_says() {
        let mut state = server();
        says(&mut state, "1.21.11", NOW.0);
        state.publish();

        state.relink(NOW);
        assert!(state.publish().is_some());

        says(&mut state, "1.21.11", NOW.0);
        state.publish();
        state.relink(NOW);
        says(&mut state, "26.2", NOW.0);
        assert!(state.publish().is_some());
    }
}
