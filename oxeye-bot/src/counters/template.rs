//! What an admin wants to read in a channel's status or name: free words with placeholders.

use std::str::FromStr;

use oxeye_db::{LinkState, ServerSummary};
use oxeye_text::{Standing, Text, cut, dot, neutralise, width};

/// Longest template and longest text made from one, in UTF-16 units: what the name of a channel can hold.
pub(crate) const LIMIT: usize = 100;
/// What an admin may want to type.
pub(crate) const EXAMPLE: &str = "🟢 {online}/{max}";
/// What stands for a number that is not known.
const UNKNOWN: &str = "?";

/// Words with placeholders, of which at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Value(Placeholder),
}

/// A part of a template that is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placeholder {
    /// The number of players.
    Online,
    /// The most players.
    Max,
    /// The state in words.
    State,
    /// The state as a coloured dot.
    Dot,
    /// The server's name.
    Server,
}

/// Every placeholder as it is written.
const PLACEHOLDERS: [(&str, Placeholder); 5] = [
    ("online", Placeholder::Online),
    ("max", Placeholder::Max),
    ("state", Placeholder::State),
    ("dot", Placeholder::Dot),
    ("server", Placeholder::Server),
];

/// Returns every placeholder as it is typed, for a sentence.
pub(crate) fn placeholders() -> String {
    let typed = PLACEHOLDERS.map(|(name, _)| format!("`{{{name}}}`"));
    typed.join(", ")
}

/// Why a text is not a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTemplate {
    /// It has no placeholder, so that it would never change.
    #[error("the template has no placeholder")]
    NoPlaceholder,
    /// It is longer than the name of a channel can be.
    #[error("the template is too long")]
    TooLong,
    /// It has braces around something else.
    #[error("the template has an unknown placeholder")]
    Unknown(String),
}

/// What the placeholders of a template stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Values {
    /// The number of players; `None` if it is not known.
    pub(crate) online: Option<usize>,
    /// The most players; `None` if it is not known.
    pub(crate) max: Option<u64>,
    /// The state.
    pub(crate) state: LinkState,
    /// Whether all that is known is that the address has never answered.
    pub(crate) has_never_answered: bool,
    /// The name of the server; `None` means all servers.
    pub(crate) server: Option<String>,
}

impl Values {
    /// Returns the values of one server.
    pub(crate) fn of_one(server: &ServerSummary) -> Self {
        Self {
            online: server.players(),
            max: server.about.max_players.map(u64::from),
            state: server.state,
            has_never_answered: Standing::from(server).has_never_answered(),
            server: Some(server.name.as_str().to_owned()),
        }
    }

    /// Returns the values of a server that was disconnected long ago.
    pub(crate) fn of_none() -> Self {
        Self {
            online: None,
            max: None,
            state: LinkState::Disconnected,
            has_never_answered: false,
            server: None,
        }
    }

    /// Returns the values of all servers of a guild together: the state is that of the one that does
    /// best. `online` is the number of players on all of them.
    pub(crate) fn of_all(servers: &[ServerSummary], online: Option<usize>) -> Self {
        let linked = servers
            .iter()
            .filter(|server| server.state != LinkState::Disconnected);
        // Servers without a limit say 2,147,483,647.
        let max = linked
            .clone()
            .map(|server| server.about.max_players.map(u64::from));
        let best = linked
            .map(|server| server.state)
            .min_by_key(|state| rank(*state));
        Self {
            online,
            max: max.sum::<Option<u64>>().filter(|_| best.is_some()),
            state: best.unwrap_or(LinkState::Disconnected),
            has_never_answered: false,
            server: None,
        }
    }
}

fn rank(state: LinkState) -> u8 {
    match state {
        LinkState::Online => 0,
        LinkState::Quiet => 1,
        LinkState::AwaitingSync => 2,
        LinkState::Starting => 3,
        LinkState::Down => 4,
        LinkState::Stale => 5,
        LinkState::Disconnected => 6,
    }
}

impl FromStr for Template {
    type Err = InvalidTemplate;

    fn from_str(typed: &str) -> Result<Self, InvalidTemplate> {
        let typed = typed.trim();
        if width(typed) > LIMIT {
            return Err(InvalidTemplate::TooLong);
        }
        let mut parts = Vec::new();
        let mut rest = typed;
        while let Some((words, tail)) = rest.split_once('{') {
            let (inside, tail) = tail
                .split_once('}')
                .ok_or_else(|| InvalidTemplate::Unknown(format!("{{{tail}")))?;
            parts.push(Part::Words(words.to_owned()));
            parts.push(Part::Value(placeholder(inside)?));
            rest = tail;
        }
        if parts.is_empty() {
            return Err(InvalidTemplate::NoPlaceholder);
        }
        parts.push(Part::Words(rest.to_owned()));
        Ok(Self(parts))
    }
}

fn placeholder(inside: &str) -> Result<Placeholder, InvalidTemplate> {
    let typed = inside.trim().to_lowercase();
    let mut known = PLACEHOLDERS.iter();
    let found = known.find(|(name, _)| *name == typed);
    found
        .map(|(_, placeholder)| *placeholder)
        .ok_or_else(|| InvalidTemplate::Unknown(format!("{{{inside}}}")))
}

impl Template {
    /// Returns the text for a channel's status or name. It mentions nobody.
    pub(crate) fn render(&self, text: Text, values: &Values) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Words(words) => words.clone(),
            Part::Value(placeholder) => value(*placeholder, text, values),
        });
        let line = parts.collect::<String>();
        cut(&without_mentions(&neutralise(line.trim())), LIMIT)
    }
}

fn value(placeholder: Placeholder, text: Text, values: &Values) -> String {
    let or_unknown = |number: Option<String>| number.unwrap_or_else(|| UNKNOWN.to_owned());
    match placeholder {
        Placeholder::Online => or_unknown(values.online.map(|online| online.to_string())),
        Placeholder::Max => or_unknown(values.max.map(|max| max.to_string())),
        Placeholder::State if values.has_never_answered => text.state_never_answered(),
        Placeholder::State => text.state(values.state),
        Placeholder::Dot => dot(values.state).to_owned(),
        Placeholder::Server => {
            let name = values.server.clone();
            name.unwrap_or_else(|| text.all_servers())
        }
    }
}

/// Puts invisible spaces into what Discord would show as a mention of a member, a role or a channel.
fn without_mentions(line: &str) -> String {
    line.replace('@', "@\u{200B}").replace("<#", "<\u{200B}#")
}

#[cfg(test)]
mod tests {
    use oxeye_db::WatchedAs;
    use oxeye_db::testing::server_summary;
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    fn survival() -> Values {
        Values {
            online: Some(3),
            max: Some(20),
            state: LinkState::Online,
            has_never_answered: false,
            server: Some("survival".to_owned()),
        }
    }

    #[track_caller]
    fn check(template: &str, values: &Values, expected: &str) {
        let template: Template = template.parse().unwrap();
        assert_eq!(template.render(ENGLISH, values), expected);
    }

    #[test]
    fn placeholders_are_replaced_and_words_stay() {
        check("{dot} {online}/{max}", &survival(), "🟢 3/20");
        check("  Spieler: { Online } ", &survival(), "Spieler: 3");
        check("{server}{state}", &survival(), "survivalonline");
        check("a } b {online}", &survival(), "a } b 3");
        let down = Values {
            state: LinkState::Down,
            ..survival()
        };
        let template: Template = "{server} {state}".parse().unwrap();
        assert_eq!(template.render(GERMAN, &down), "survival läuft nicht");
        let never = Values::of_one(&ServerSummary {
            watched: Some(WatchedAs::Alone),
            ..server_summary(1, "hub", LinkState::Down)
        });
        assert_eq!(
            template.render(GERMAN, &never),
            "hub hat noch nie geantwortet"
        );
    }

    #[test]
    fn what_is_not_known_is_said_and_not_shown_as_zero() {
        let unknown = Values {
            online: None,
            max: None,
            state: LinkState::Stale,
            has_never_answered: false,
            server: None,
        };
        check(
            "{dot} {online}/{max} on {server}",
            &unknown,
            "🔴 ?/? on all servers",
        );
    }

    #[track_caller]
    fn refuse(template: &str, expected: &InvalidTemplate) {
        assert_eq!(template.parse::<Template>().as_ref(), Err(expected));
    }

    #[test]
    fn a_text_that_would_never_change_or_has_a_typing_error_is_refused() {
        refuse("", &InvalidTemplate::NoPlaceholder);
        refuse("Players", &InvalidTemplate::NoPlaceholder);
        refuse("online}", &InvalidTemplate::NoPlaceholder);
        refuse(
            "{players}",
            &InvalidTemplate::Unknown("{players}".to_owned()),
        );
        refuse("{}", &InvalidTemplate::Unknown("{}".to_owned()));
        refuse(
            "{{online}}",
            &InvalidTemplate::Unknown("{{online}".to_owned()),
        );
        refuse("{online", &InvalidTemplate::Unknown("{online".to_owned()));
        refuse(&"{online} ".repeat(25), &InvalidTemplate::TooLong);
        let longest = format!("{{online}}{}", "🟢".repeat(46));
        longest.parse::<Template>().unwrap();
        refuse(&format!("{longest}x"), &InvalidTemplate::TooLong);
    }

    #[test]
    fn nothing_in_a_name_mentions_anybody_or_breaks_the_line() {
        let values = Values {
            server: Some("@everyone <@1>\n<#2>".to_owned()),
            ..survival()
        };
        check(
            "<@&9> {server} {online}",
            &values,
            "<@\u{200B}&9> @\u{200B}everyone <@\u{200B}1>\u{FFFD}<\u{200B}#2> 3",
        );
    }

    #[test]
    fn the_longest_text_fits_into_the_name_of_a_channel() {
        let values = Values {
            server: Some("@".repeat(64)),
            ..survival()
        };
        let template: Template = "{server}{server}{online}".parse().unwrap();
        assert_eq!(width(&template.render(GERMAN, &values)), LIMIT);
    }

    #[test]
    fn all_servers_together_are_as_well_off_as_the_best_of_them() {
        let mut servers = [
            server_summary(1, "a", LinkState::Down),
            server_summary(2, "b", LinkState::Online),
            server_summary(3, "c", LinkState::Disconnected),
        ];
        let all = Values::of_all(&servers, Some(5));
        assert_eq!(
            (all.online, all.max, all.state),
            (Some(5), None, LinkState::Online)
        );

        for server in &mut servers[..2] {
            let about = oxeye_db::ServerAbout {
                max_players: Some(20),
                ..Default::default()
            };
            server.about = about.into();
        }

        assert_eq!(Values::of_all(&servers, Some(5)).max, Some(40));
        for server in &mut servers[..2] {
            let about = oxeye_db::ServerAbout {
                max_players: Some(u32::MAX),
                ..Default::default()
            };
            server.about = about.into();
        }
        assert_eq!(
            Values::of_all(&servers, Some(5)).max,
            Some(2 * u64::from(u32::MAX))
        );
        assert_eq!(Values::of_all(&servers[..1], None).state, LinkState::Down);
        let none = Values::of_all(&servers[2..], None);
        assert_eq!((none.max, none.state), (None, LinkState::Disconnected));
    }
}
