//! The commands, and how it is seen that they were answered.

use oxeye_tests::discord::{PendingAnswer, Person};
use rand::Rng as _;
use rand::rngs::StdRng;

use crate::community::{Community, SERVERS, server};
use crate::past::{name, old_name};

/// Who asks.
#[derive(Debug, Clone, Copy)]
enum Asker {
    /// The member who is linked to a player.
    Linked,
    /// Another member each time.
    Stranger,
    /// Somebody who may manage the guild.
    Moderator,
}

/// A value for an option of a command.
#[derive(Debug, Clone, Copy)]
enum Value {
    Text(&'static str),
    Server,
    Player,
    /// A name that a player had before.
    OldName,
    /// A moment of the past year.
    Moment,
    /// Another text each time.
    New,
    TextChannel,
    VoiceChannel,
}

/// A command with its options.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) command: &'static str,
    options: &'static [(&'static str, Value)],
    /// What the answer says.
    pub(crate) words: &'static str,
    pub(crate) has_picture: bool,
    asker: Asker,
    /// Whether it may be asked in parallel with itself: it changes nothing.
    pub(crate) only_reads: bool,
}

const fn reads(
    command: &'static str,
    options: &'static [(&'static str, Value)],
    words: &'static str,
) -> Asked {
    Asked {
        command,
        options,
        words,
        has_picture: false,
        asker: Asker::Stranger,
        only_reads: true,
    }
}

const fn draws(
    command: &'static str,
    options: &'static [(&'static str, Value)],
    words: &'static str,
) -> Asked {
    Asked {
        has_picture: true,
        ..reads(command, options, words)
    }
}

const fn own(
    command: &'static str,
    options: &'static [(&'static str, Value)],
    words: &'static str,
) -> Asked {
    Asked {
        asker: Asker::Linked,
        only_reads: false,
        ..reads(command, options, words)
    }
}

const fn manages(
    command: &'static str,
    options: &'static [(&'static str, Value)],
    words: &'static str,
) -> Asked {
    Asked {
        asker: Asker::Moderator,
        only_reads: false,
        ..reads(command, options, words)
    }
}

/// Every command, the ones that read most first.
pub(crate) const ALL: &[Asked] = &[
    draws("oxeye status", &[("server", Value::Server)], "online"),
    reads("oxeye status", &[], "players online on 8 servers"),
    reads("oxeye list", &[], "players online on"),
    draws("oxeye chart", &[("server", Value::Server)], "Average"),
    draws(
        "oxeye chart",
        &[("range", Value::Text("30 days"))],
        "All servers together",
    ),
    draws(
        "oxeye chart",
        &[("range", Value::Text("365 days"))],
        "All servers together",
    ),
    draws(
        "oxeye chart",
        &[
            ("range", Value::Text("all time")),
            ("server", Value::Server),
        ],
        "Average",
    ),
    draws("oxeye top", &[], "Top · playtime"),
    draws(
        "oxeye top",
        &[("range", Value::Text("all time"))],
        "Top · playtime",
    ),
    draws(
        "oxeye top",
        &[
            ("range", Value::Text("this month")),
            ("what", Value::Text("visits")),
        ],
        "Top · visits",
    ),
    draws(
        "oxeye top",
        &[
            ("range", Value::Text("all time")),
            ("server", Value::Server),
        ],
        "Top · playtime",
    ),
    draws(
        "oxeye top",
        &[("what", Value::Text("deaths"))],
        "Top · deaths",
    ),
    draws("oxeye player", &[("name", Value::Player)], "in all"),
    draws("oxeye player", &[("name", Value::OldName)], "formerly"),
    reads("oxeye player", &[("name", Value::New)], "is known here"),
    reads("oxeye history", &[("time", Value::Moment)], "On at"),
    reads("oxeye history", &[("time", Value::Text("now"))], "On at"),
    reads("oxeye help", &[], "/oxeye"),
    reads("oxeye presence mine", &[], ""),
    reads("oxeye presence top", &[], ""),
    reads("oxeye notify add", &[("name", Value::Player)], "comes on"),
    reads("oxeye notify list", &[], ""),
    reads("oxeye notify remove", &[("name", Value::Player)], ""),
    reads("oxeye me link", &[("name", Value::Player)], ""),
    own("oxeye me data", &[], "is in the file"),
    own("oxeye me hide", &[], "is hidden here"),
    own("oxeye me show", &[], "is shown here"),
    own(
        "oxeye top",
        &[("range", Value::Text("all time"))],
        "Your place",
    ),
    manages("oxeye connect", &[("name", Value::New)], "oxeye-"),
    manages(
        "oxeye disconnect",
        &[("server", Value::Server)],
        "Disconnect",
    ),
    manages("oxeye rotate-key", &[("server", Value::Server)], ""),
    manages(
        "oxeye rename",
        &[
            ("server", Value::Text("server_7")),
            ("name", Value::Text("server_7")),
        ],
        "",
    ),
    manages("oxeye settings", &[], "Time zone"),
    manages(
        "oxeye watch",
        &[("address", Value::Text("127.0.0.1:1"))],
        "",
    ),
    manages("oxeye unwatch", &[("server", Value::Server)], ""),
    manages("oxeye alerts set", &[("channel", Value::TextChannel)], ""),
    manages("oxeye alerts off", &[("channel", Value::TextChannel)], ""),
    manages(
        "oxeye board post",
        &[("server", Value::Server), ("channel", Value::TextChannel)],
        "",
    ),
    manages("oxeye board off", &[("channel", Value::TextChannel)], ""),
    manages(
        "oxeye counter set",
        &[
            ("channel", Value::VoiceChannel),
            ("template", Value::Text("{online} online")),
        ],
        "",
    ),
    manages("oxeye counter off", &[("channel", Value::VoiceChannel)], ""),
];

impl Asked {
    /// Returns the command with the names of its options.
    pub(crate) fn label(&self) -> String {
        let options = self.options.iter().map(|(name, value)| match value {
            Value::Text(text) => format!(" {name}:{text}"),
            Value::OldName => format!(" {name}:former"),
            Value::New if *name == "name" => format!(" {name}:unknown"),
            _ => format!(" {name}"),
        });
        let options: String = options.collect();
        format!("/{}{options}", self.command)
    }

    /// Sends it with other values each time.
    pub(crate) fn sends(
        &self,
        community: &Community,
        players: usize,
        random: &mut StdRng,
        number: usize,
    ) -> PendingAnswer {
        let options = self.options.iter().map(|(option, value)| {
            let value = match value {
                Value::Text(text) => (*text).to_owned(),
                Value::Server => server(random.random_range(0..SERVERS)),
                Value::Player => name(random.random_range(0..players)),
                Value::OldName => {
                    let renamed = random.random_range(0..players / 20) * 20;
                    old_name(renamed).unwrap_or_default()
                }
                Value::Moment => format!(
                    "<t:{}>",
                    community.now - random.random_range(0..300 * 86_400)
                ),
                Value::New => format!("new {number} {}", random.random_range(0..1_000_000)),
                Value::TextChannel => community.lobby.id_text(),
                Value::VoiceChannel => community.voice.id_text(),
            };
            (*option, value)
        });
        let options: Vec<_> = options.collect();
        let options: Vec<_> = options
            .iter()
            .map(|(option, value)| (*option, value.as_str()))
            .collect();
        self.asker(community, number).sends(self.command, &options)
    }

    fn asker(&self, community: &Community, number: usize) -> Person {
        match self.asker {
            Asker::Linked => community.guild.member(),
            Asker::Stranger => community.stranger(number),
            Asker::Moderator => community.guild.moderator(),
        }
    }
}
