//! What members ask the bot, and how it is seen that it was answered.

use anyhow::{Result, ensure};

use crate::scenes::ALL;

/// What a member does step by step, each on what the one before has shown.
pub(crate) type Scene = &'static [Asked];

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asker {
    /// The member who is linked to a player.
    Linked,
    /// Another member in each scene.
    Stranger,
    /// Somebody who may manage the guild.
    Moderator,
}

/// A value for an option of a command, which stays the same in a scene.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Text(&'static str),
    Server,
    Player,
    /// A player whom nothing else is asked about.
    OwnPlayer,
    /// A name that a player had before.
    OldName,
    /// A moment of the past year.
    Moment,
    /// Another text in each scene.
    New,
    /// Another one in each scene.
    Renamed,
    /// A text channel of this scene.
    Room,
    /// A voice channel of this scene.
    VoiceRoom,
    /// The address of a server that can be watched.
    Address,
}

/// What a member does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    /// Types a command with options.
    Types(&'static str, &'static [(&'static str, Value)]),
    /// Presses the button with these words.
    Presses(&'static str),
    /// Opens the server of the scene in the menu.
    Opens,
    /// Chooses a value from the menu of this setting.
    Chooses(&'static str, &'static str),
    /// Chooses to type another value of this setting, and types it into the modal.
    Fills(&'static str, &'static str),
}

/// A command, a button, a menu or a modal.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) deed: Deed,
    /// What the answer says and no refusal does.
    pub(crate) words: &'static str,
    pub(crate) has_picture: bool,
    pub(crate) asker: Asker,
    /// Whether strangers may do it in parallel: it changes nothing that another one shows.
    pub(crate) in_parallel: bool,
    /// The most times that the scene which begins with it may be played: Oxeye refuses more of them in a minute.
    pub(crate) most_times: usize,
}

const fn asked(deed: Deed, words: &'static str) -> Asked {
    assert!(!words.is_empty(), "every refusal would count as an answer");
    Asked {
        deed,
        words,
        has_picture: false,
        asker: Asker::Stranger,
        in_parallel: true,
        most_times: usize::MAX,
    }
}

/// A stranger types a command.
pub(crate) const fn types(
    command: &'static str,
    options: &'static [(&'static str, Value)],
    words: &'static str,
) -> Asked {
    asked(Deed::Types(command, options), words)
}

/// A stranger presses a button.
pub(crate) const fn presses(button: &'static str, words: &'static str) -> Asked {
    asked(Deed::Presses(button), words)
}

/// A stranger opens a server in a menu.
pub(crate) const fn opens(words: &'static str) -> Asked {
    asked(Deed::Opens, words).draws()
}

/// A moderator chooses a value of a setting.
pub(crate) const fn chooses(
    setting: &'static str,
    value: &'static str,
    words: &'static str,
) -> Asked {
    asked(Deed::Chooses(setting, value), words).by(Asker::Moderator)
}

/// A moderator types a value of a setting.
pub(crate) const fn fills(
    setting: &'static str,
    value: &'static str,
    words: &'static str,
) -> Asked {
    asked(Deed::Fills(setting, value), words).by(Asker::Moderator)
}

impl Asked {
    /// Has it answered with a picture.
    pub(crate) const fn draws(self) -> Self {
        Self {
            has_picture: true,
            ..self
        }
    }

    /// Has it asked by somebody of whom there is one.
    pub(crate) const fn by(self, asker: Asker) -> Self {
        Self {
            asker,
            in_parallel: false,
            ..self
        }
    }

    /// Has its scene played no more often.
    pub(crate) const fn at_most(self, most_times: usize) -> Self {
        Self { most_times, ..self }
    }

    /// Returns the command with the names of its options, or what is pressed or chosen.
    pub(crate) fn label(&self) -> String {
        match self.deed {
            Deed::Types(command, options) => {
                let options = options.iter().map(|(name, value)| match value {
                    Value::Text(text) => format!(" {name}:{text}"),
                    Value::OldName => format!(" {name}:former"),
                    Value::New if *name == "name" => format!(" {name}:new"),
                    _ => format!(" {name}"),
                });
                let options: String = options.collect();
                format!("`/{command}{options}`")
            }
            Deed::Presses(button) => format!("... *{button}*"),
            Deed::Opens => "... a server in the menu".to_owned(),
            Deed::Chooses(setting, value) => format!("... {setting}: {value}"),
            Deed::Fills(setting, value) => format!("... {setting}: {value}, typed"),
        }
    }
}

/// Returns the scenes that strangers may play in parallel.
pub(crate) fn in_parallel() -> Vec<Scene> {
    let scenes = ALL.iter().copied();
    let harmless = scenes.filter(|scene| scene.iter().all(|asked| asked.in_parallel));
    harmless.collect()
}

/// Checks that each of these commands is asked.
pub(crate) fn are_all(paths: &[String]) -> Result<()> {
    ensure!(!paths.is_empty(), "no commands are registered");
    let is_asked = |path: &String| {
        let mut all = ALL.iter().copied().flatten();
        all.any(|asked| matches!(asked.deed, Deed::Types(command, _) if command == path))
    };
    let missing: Vec<_> = paths.iter().filter(|path| !is_asked(path)).collect();
    ensure!(missing.is_empty(), "nobody asks {missing:?}");
    Ok(())
}
