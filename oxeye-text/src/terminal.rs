//! Servers as plain text for the command line, with the same facts as in Discord.

use oxeye_db::{GuildId, ServerName, ServerStatus, ServerSummary, UnixSeconds};

use crate::{Facts, Heads, Text};

impl Text {
    /// Renders a server's status as lines of plain text, without a line break at the end.
    #[must_use]
    pub fn status(self, status: &ServerStatus, now: UnixSeconds) -> String {
        let name = Facts::in_terminal(self).name(status.name.as_str());
        self.status_called(&name, status, now)
    }

    /// Renders the status of one of several servers, with its guild unless it is local.
    #[must_use]
    pub fn status_of_one(self, status: &ServerStatus, now: UnixSeconds) -> String {
        let name = self.name_in_guild(&status.name, status.guild);
        self.status_called(&name, status, now)
    }

    fn status_called(self, name: &str, status: &ServerStatus, now: UnixSeconds) -> String {
        let facts = Facts::in_terminal(self);
        let mut summary = facts.summary(status, now);
        summary.extend(facts.software(status));
        summary.extend(self.meaning(status));
        let mut lines = vec![format!("{name}: {}", summary.join(", "))];
        lines.extend(facts.roster(status, &Heads::none(), now));
        if !status.last_seen.is_empty() {
            lines.push(facts.last_seen_heading(status.window));
            lines.extend(facts.last_seen(&status.last_seen, now));
            let missing = status
                .last_seen_total
                .saturating_sub(status.last_seen.len());
            lines.extend((missing > 0).then(|| self.and_more_with_all(missing)));
        }
        lines.join("\n")
    }

    /// Renders one of several servers as one line, with its guild unless it is local.
    #[must_use]
    pub fn server(self, server: &ServerSummary, now: UnixSeconds) -> String {
        let summary = Facts::in_terminal(self).summary(server, now);
        let name = self.name_and_guild(server);
        format!("{name}: {}", summary.join(", "))
    }

    /// Returns the name of a server, with its guild unless it is local.
    pub(crate) fn name_and_guild(self, server: &ServerSummary) -> String {
        self.name_in_guild(&server.name, server.guild)
    }

    fn name_in_guild(self, name: &ServerName, guild: GuildId) -> String {
        let name = Facts::in_terminal(self).name(name.as_str());
        match guild {
            GuildId::LOCAL => name,
            guild => self.server_of_guild(&name, &guild.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::LinkState;
    use oxeye_db::testing::server_status;

    use super::*;
    use crate::Locale;

    const ENGLISH: Text = Text::of(Locale::English);

    #[test]
    fn the_command_line_shows_names_without_markdown_escapes() {
        let mut status = server_status(&[("Alex", 92_800)], &[("jeb_", 98_200)]);
        status.last_seen_total = 4;

        assert_eq!(
            ENGLISH.status(&status, UnixSeconds(100_000)),
            "survival: 1 online\nAlex (for 2h)\n\
             Last seen (within 24h):\n• jeb_ (30m ago)\n...and 3 more; --all shows them"
        );
    }

    #[test]
    fn one_of_several_servers_is_shown_with_its_guild_unless_it_is_local() {
        let mut status = server_status(&[], &[]);
        let first_line = |status: &ServerStatus| {
            let shown = ENGLISH.status_of_one(status, UnixSeconds(0));
            shown.lines().next().map(str::to_owned)
        };
        status.guild = GuildId::LOCAL;
        let local = first_line(&status);
        assert_eq!(local.as_deref(), Some("survival: nobody online"));
        status.guild = GuildId(7);
        let of_guild = first_line(&status);
        let expected = "survival (guild 7): nobody online";
        assert_eq!(of_guild.as_deref(), Some(expected));
    }

    #[test]
    fn a_server_that_has_not_reported_is_not_shown_as_empty() {
        let mut status = server_status(&[], &[]);
        status.state = LinkState::AwaitingSync;
        status.heard_at = Some(UnixSeconds(40));

        let text = ENGLISH.status(&status, UnixSeconds(100));

        assert!(
            text.starts_with("survival: waiting for the server to report, no word for 1m, "),
            "{text}"
        );
        assert!(!text.contains("nobody"), "{text}");
    }

    #[test]
    fn a_server_that_reports_no_names_is_shown_with_its_count() {
        let mut status = server_status(&[], &[("jeb_", 98_200)]);
        status.state = LinkState::AwaitingSync;
        status.heard_at = Some(UnixSeconds(99_990));
        status.reported_count = Some(7);

        assert_eq!(
            ENGLISH.status(&status, UnixSeconds(100_000)),
            "survival: 7 online, names not reported\n\
             Last seen (within 24h):\n• jeb_ (30m ago)"
        );

        status.last_seen.clear();
        status.last_seen_total = 0;
        status.reported_count = Some(0);

        let text = ENGLISH.status(&status, UnixSeconds(100_000));
        assert_eq!(text, "survival: nobody online");
    }

    #[test]
    fn a_roster_that_may_be_outdated_is_marked_as_last_known() {
        let mut status = server_status(&[("Alex", 40)], &[]);
        status.heard_at = Some(UnixSeconds(40));
        for state in [LinkState::Quiet, LinkState::AwaitingSync] {
            status.state = state;
            let text = ENGLISH.status(&status, UnixSeconds(100));
            assert!(text.ends_with("\nLast known: Alex (for 1m)"), "{text}");
        }
    }

    #[test]
    fn a_list_of_last_seen_that_was_not_asked_for_is_not_mentioned() {
        let mut status = server_status(&[], &[]);
        status.last_seen_total = 4;
        assert_eq!(
            ENGLISH.status(&status, UnixSeconds(0)),
            "survival: nobody online"
        );
    }

    #[test]
    fn an_empty_server_is_shown_as_empty() {
        assert_eq!(
            ENGLISH.status(&server_status(&[], &[]), UnixSeconds(0)),
            "survival: nobody online"
        );
    }

    #[test]
    fn names_cannot_garble_the_terminal() {
        let text = ENGLISH.status(&server_status(&[("a\u{202E}b", 0)], &[]), UnixSeconds(0));
        assert!(text.ends_with("\na\u{FFFD}b (for 0s)"), "{text}");
    }

    #[test]
    fn the_command_line_speaks_german() {
        let mut status = server_status(&[("Alex", 92_800)], &[("jeb_", 98_200)]);
        status.last_seen_total = 4;

        assert_eq!(
            Text::of(Locale::German).status(&status, UnixSeconds(100_000)),
            "survival: 1 online\nAlex (seit 2 Stunden)\n\
             Zuletzt gesehen (in den letzten 24 Stunden):\n• jeb_ (vor 30 Minuten)\n\
             … und 3 weitere; --all zeigt sie"
        );
    }
}
