//! What people read when they have an address watched: what answers there, or why it is not watched.

use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{ServerAbout, ServerName, ServerSummary, UnixSeconds, WatchedAs};
use oxeye_plugin_proto::limits::MAX_SERVER_NAME_CHARS;

use crate::{Facts, Text, software};

/// What answered at an address.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Number of players online; `None` if the server hides it.
    pub online: Option<usize>,
    /// Whether the answer names all of them.
    pub names_everybody: bool,
    /// What the server says about itself.
    pub about: Arc<ServerAbout>,
}

/// An address that is watched from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// The server to which it belongs.
    pub server: ServerName,
    /// Whether something else reports for that server, too.
    pub has_plugin: bool,
    /// What answered there, or why nothing did.
    pub found: Result<Found, Unanswered>,
    /// How often it is asked.
    pub interval: Duration,
}

/// Why an address did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// Nothing answers there.
    NoAnswer,
    /// Something answers there that is no Minecraft server.
    NotMinecraft,
    /// Its name does not exist any more.
    UnknownHost,
    /// It leads to a place that is not asked.
    Forbidden,
    /// The DNS does not answer.
    NoDns,
    /// The machine that Oxeye runs on cannot reach that network.
    OwnNetwork,
}

/// Why an address is not watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchRefusal {
    /// There is no address in the text.
    NoAddress,
    /// The text is longer than any address.
    TooLong,
    /// The text is a URL.
    Url,
    /// The text is no host, with or without a port.
    Malformed,
    /// An IP address in a form that only some programs read, such as `0x7f.1`.
    OddIp,
    /// What stands for the port is none.
    InvalidPort,
    /// The port is below 1024.
    LowPort,
    /// The IP address is not public.
    NotPublic,
    /// The IP address cannot be that of a machine.
    NoMachine,
    /// The name resolves to an address that is not public.
    LeadsInside,
    /// The DNS does not have the name.
    UnknownHost,
    /// What answers there is no Minecraft server.
    NotMinecraft,
    /// The host, which would be the name of the server, is too long for one.
    NameTooLong,
    /// Another server of the guild has the name.
    NameTaken(ServerName),
    /// The guild watches this address already, for this server.
    AlreadyWatched(ServerName),
    /// This server has a watched address already.
    HasAddress(ServerName),
    /// The guild watches as many addresses as it may.
    FullHere(usize),
    /// Oxeye watches as many addresses as it may.
    Full(usize),
    /// Both a new name and a server were given.
    NameAndServer,
    /// The guild has tried too many addresses.
    TooManyTries,
    /// The guild has removed the bot.
    BotRemoved,
    /// Oxeye watches no addresses.
    Off,
}

/// A watched address, as an operator sees it.
#[derive(Debug, Clone)]
pub struct WatchedEntry {
    /// The server to which it belongs.
    pub server: ServerSummary,
    /// The address.
    pub address: String,
    /// When it last answered, if it ever did.
    pub answered_at: Option<UnixSeconds>,
    /// Why the last question came to nothing, if it did.
    pub unanswered: Option<Unanswered>,
}

impl Text {
    /// Renders a watched address as one line for the command line.
    #[must_use]
    pub fn watched_entry(self, entry: &WatchedEntry, now: UnixSeconds) -> String {
        let facts = Facts::in_terminal(self);
        let server = &entry.server;
        let has_plugin = server.watched == Some(WatchedAs::Beside);
        let answered = match entry.answered_at {
            Some(at) => Some(self.last_answer(&self.time_since(at, now))),
            // A server that has only its address says so as its state.
            None => has_plugin.then(|| self.no_answer_yet()),
        };
        let why = entry.unanswered.map(|why| facts.unanswered(why));
        let parts: Vec<_> = facts
            .summary(server, now)
            .into_iter()
            .chain(has_plugin.then(|| self.beside_a_plugin()))
            .chain(answered)
            .chain(why)
            .collect();
        let address = facts.name(&entry.address);
        self.watch_list_entry(&self.name_and_guild(server), &address, &parts.join(", "))
    }
}

impl Facts {
    /// Confirms that an address is watched, and says what answered there.
    #[must_use]
    pub fn watched(self, watched: &Watched) -> String {
        let server = self.emphasised(watched.server.as_str());
        let found = self.found(watched);
        match watched.has_plugin {
            true => self.text().address_watched(&server, &found),
            false => self.text().server_watched(&server, &found),
        }
    }

    /// Confirms that the address of a server is no longer watched. `has_plugin` says whether something else reports for
    /// the server.
    #[must_use]
    pub fn unwatched(self, server: &ServerName, has_plugin: bool) -> String {
        let server = self.emphasised(server.as_str());
        match has_plugin {
            true => self.text().address_not_watched(&server),
            false => self.text().server_not_watched(&server),
        }
    }

    /// Says what answered at an address, or that Oxeye keeps asking.
    fn found(self, watched: &Watched) -> String {
        let seconds = watched.interval.as_secs();
        let found = match &watched.found {
            Ok(found) => found,
            Err(Unanswered::NoDns | Unanswered::OwnNetwork) => {
                return self.text().found_no_way_there(seconds);
            }
            Err(_) => return self.text().found_nothing(seconds),
        };
        let software = software::with_version(&found.about).map(|label| self.name(&label));
        let players = match found.online {
            Some(online) => self.text().online_of(online, found.about.max_players),
            None => self.text().found_no_number(),
        };
        let facts: Vec<_> = software.into_iter().chain([players]).collect();
        let what = self.text().found(&facts.join(", "));
        let is_only_counted =
            found.online.is_some_and(|online| online > 0) && !found.names_everybody;
        match is_only_counted && !watched.has_plugin {
            false => what,
            true => format!("{what} {}", self.text().found_no_names()),
        }
    }

    /// Says why the last question to an address came to nothing.
    fn unanswered(self, why: Unanswered) -> String {
        match why {
            Unanswered::NoAnswer => self.text().unanswered_no_answer(),
            Unanswered::NotMinecraft => self.text().unanswered_not_minecraft(),
            Unanswered::UnknownHost => self.text().unanswered_unknown_host(),
            Unanswered::Forbidden => self.text().unanswered_forbidden(),
            Unanswered::NoDns => self.text().unanswered_no_dns(),
            Unanswered::OwnNetwork => self.text().unanswered_own_network(),
        }
    }

    /// Says why an address is not watched, and what to do about it.
    #[must_use]
    pub fn watch_refusal(self, refusal: &WatchRefusal) -> String {
        let text = self.text();
        let server = |name: &ServerName| self.emphasised(name.as_str());
        match refusal {
            WatchRefusal::NoAddress => text.watch_no_address(),
            WatchRefusal::TooLong => text.watch_address_too_long(),
            WatchRefusal::Url => text.watch_url(),
            WatchRefusal::Malformed => text.watch_malformed(),
            WatchRefusal::OddIp => text.watch_odd_ip(),
            WatchRefusal::InvalidPort => text.watch_port(),
            WatchRefusal::LowPort => text.watch_low_port(),
            WatchRefusal::NotPublic => text.watch_not_public(),
            WatchRefusal::NoMachine => text.watch_no_machine(),
            WatchRefusal::LeadsInside => text.watch_leads_inside(),
            WatchRefusal::UnknownHost => text.watch_unknown_host(),
            WatchRefusal::NotMinecraft => text.watch_not_minecraft(),
            WatchRefusal::NameTooLong => text.watch_name_too_long(MAX_SERVER_NAME_CHARS),
            WatchRefusal::NameTaken(name) => text.watch_name_taken(&server(name)),
            WatchRefusal::AlreadyWatched(name) => text.watch_already(&server(name)),
            WatchRefusal::HasAddress(name) => text.watch_has_address(&server(name)),
            WatchRefusal::FullHere(limit) => text.watch_full_here(*limit),
            WatchRefusal::Full(limit) => text.watch_full(*limit),
            WatchRefusal::NameAndServer => text.watch_both(),
            WatchRefusal::TooManyTries => text.watch_too_many_tries(),
            WatchRefusal::BotRemoved => text.watch_bot_removed(),
            WatchRefusal::Off => text.watch_off(),
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::server_summary;
    use oxeye_db::{AboutText, GuildId, LinkState};

    use super::*;
    use crate::Locale;

    const ENGLISH: Facts = Facts::in_terminal(Text::of(Locale::English));
    const GERMAN: Facts = Facts::in_discord(Text::of(Locale::German));

    fn watched(online: usize, names_everybody: bool) -> Watched {
        let about = ServerAbout {
            software: AboutText::new("Paper"),
            version: AboutText::new("1.21.11"),
            max_players: Some(20),
            ..ServerAbout::default()
        };
        Watched {
            server: ServerName::try_from("my_server").unwrap(),
            has_plugin: false,
            found: Ok(Found {
                online: Some(online),
                names_everybody,
                about: Arc::new(about),
            }),
            interval: Duration::from_secs(30),
        }
    }

    #[test]
    fn what_answers_is_described_with_its_software_and_players() {
        assert_eq!(
            ENGLISH.watched(&watched(3, true)),
            "my_server is watched now. Found there: Paper 1.21.11, 3/20 online."
        );
        assert_eq!(
            GERMAN.watched(&watched(3, false)),
            "**my\\_server** wird jetzt beobachtet. Dort läuft: Paper 1\\.21\\.11, 3/20 online. \
             Seine Antworten nennen nicht alle Spieler, deshalb wird nur ihre Zahl gezeigt."
        );
        let empty = ENGLISH.watched(&watched(0, false));
        assert!(empty.ends_with("Paper 1.21.11, 0/20 online."), "{empty}");
    }

    #[test]
    fn an_address_that_does_not_answer_yet_is_watched_all_the_same() {
        let check = |why, words| {
            let watched = Watched {
                found: Err(why),
                ..watched(0, true)
            };
            let sentence = ENGLISH.watched(&watched);
            assert!(sentence.contains(words), "{sentence}");
        };
        check(Unanswered::NoAnswer, "Nothing answers there yet");
        check(Unanswered::NoDns, "cannot get there at the moment");
        check(Unanswered::OwnNetwork, "cannot get there at the moment");
    }

    #[test]
    fn how_often_an_address_is_asked_is_said_as_it_is_set() {
        let check = |seconds, english, german| {
            let watched = Watched {
                found: Err(Unanswered::NoAnswer),
                interval: Duration::from_secs(seconds),
                ..watched(0, true)
            };
            let sentence = ENGLISH.watched(&watched);
            assert!(sentence.ends_with(english), "{sentence}");
            let sentence = GERMAN.watched(&watched);
            assert!(sentence.ends_with(german), "{sentence}");
        };
        check(5, "asking every 5 seconds.", "fragt alle 5 Sekunden nach.");
        check(1, "asking every second.", "fragt jede Sekunde nach.");
    }

    #[test]
    fn a_watched_address_is_listed_with_its_state_and_its_last_answer() {
        let server = ServerSummary {
            watched: Some(WatchedAs::Beside),
            state_since: Some(UnixSeconds(40)),
            ..server_summary(1, "hub", LinkState::Down)
        };
        let entry = WatchedEntry {
            server,
            address: "mc.example.org".to_owned(),
            answered_at: Some(UnixSeconds(10)),
            unanswered: Some(Unanswered::UnknownHost),
        };
        assert_eq!(
            Text::of(Locale::English).watched_entry(&entry, UnixSeconds(100)),
            "hub (guild 7) at mc.example.org: down for 1m, beside its plugin, last answer 1m ago, \
             there is no host with this name"
        );
        let new = WatchedEntry {
            server: ServerSummary {
                watched: Some(WatchedAs::Alone),
                guild: GuildId::LOCAL,
                heard_at: None,
                ..server_summary(1, "hub", LinkState::AwaitingSync)
            },
            answered_at: None,
            unanswered: None,
            ..entry
        };
        assert_eq!(
            Text::of(Locale::German).watched_entry(&new, UnixSeconds(100)),
            "hub unter mc.example.org: hat noch nicht geantwortet"
        );
    }

    #[test]
    fn names_in_a_refusal_are_safe_to_show() {
        let name = ServerName::try_from("my_server").unwrap();
        let refusal = WatchRefusal::AlreadyWatched(name);
        assert_eq!(
            ENGLISH.watch_refusal(&refusal),
            "This address is watched already, as my_server."
        );
        assert_eq!(
            GERMAN.watch_refusal(&refusal),
            "Diese Adresse wird schon beobachtet, als **my\\_server**."
        );
    }
}
