//! One run of a scene: who is in it, with which values, and what was shown last.

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::discord::{Answer, PendingAnswer, Person, Settled};
use rand::Rng as _;
use rand::rngs::StdRng;

use crate::asked::{Asked, Asker, Deed, Value};
use crate::community::{Community, SERVERS, server};
use crate::past::{OWN_PLAYERS, name, old_name};

/// A scene that is being played.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    community: &'a Community,
    number: usize,
    server: String,
    player: String,
    own_player: String,
    old_name: String,
    moment: i64,
    /// The answer to the step before.
    shown: Option<Answer>,
}

impl<'a> Run<'a> {
    /// Begins one with other people and values for each number.
    pub(crate) fn new(
        community: &'a Community,
        players: usize,
        random: &mut StdRng,
        number: usize,
    ) -> Self {
        let others = players - OWN_PLAYERS;
        let renamed = random.random_range(0..others / 20) * 20;
        Self {
            community,
            number,
            server: server(random.random_range(0..SERVERS)),
            player: name(random.random_range(0..others)),
            own_player: name(others + number % OWN_PLAYERS),
            old_name: old_name(renamed).unwrap_or_default(),
            moment: community.now - random.random_range(0..300 * 86_400),
            shown: None,
        }
    }

    /// Does the next step.
    pub(crate) async fn sends(&self, asked: &Asked) -> Result<PendingAnswer> {
        let who = self.who(asked.asker);
        Ok(match asked.deed {
            Deed::Types(command, options) => {
                let values: Vec<_> = options
                    .iter()
                    .map(|(option, value)| (*option, self.value(*value)))
                    .collect();
                let options: Vec<_> = values
                    .iter()
                    .map(|(option, value)| (*option, value.as_str()))
                    .collect();
                who.sends(command, &options)
            }
            Deed::Presses(button) => {
                let on = self.with_component(button)?;
                ensure!(!on.is_disabled(button), "{button} is disabled");
                who.sends_press(on, &on.component(button))
            }
            Deed::Opens => {
                let on = self.with_component("ox1:o")?;
                let menu = on.menu();
                let option = menu.iter().find(|(label, _)| label.contains(&self.server));
                let (_, value) = option.context("the menu has not the server")?;
                who.sends_values(on, "ox1:o", &[value])
            }
            Deed::Chooses(setting, value) => {
                who.sends_values(self.with_component(setting)?, setting, &[value])
            }
            Deed::Fills(setting, typed) => {
                let on = self.with_component(setting)?;
                let modal = who.opens(on, setting, "?").await;
                who.sends_submit(on, &modal, typed)
            }
        })
    }

    /// Remembers what was shown, for the next step.
    pub(crate) fn saw(&mut self, settled: &Settled) {
        self.shown.clone_from(&settled.answer);
    }

    /// Says what came instead of an answer, and what the backend has logged about it.
    pub(crate) async fn explains(&self, settled: &Settled) -> String {
        let Some(text) = settled.answer.as_ref().map(Answer::text) else {
            return "nothing".to_owned();
        };
        match self.community.oxeye.explains(&text).await {
            Some(line) => format!("{text:?}, logged as: {line}"),
            None => format!("{text:?}"),
        }
    }

    /// Returns what was shown last, if it has this button or menu.
    fn with_component(&self, words: &str) -> Result<&Answer> {
        let shown = self.shown.as_ref().context("nothing was shown")?;
        ensure!(
            shown.has_component(words),
            "nothing is called {words} there: {}",
            shown.text()
        );
        Ok(shown)
    }

    fn value(&self, value: Value) -> String {
        let community = self.community;
        match value {
            Value::Text(text) => text.to_owned(),
            Value::Server => self.server.clone(),
            Value::Player => self.player.clone(),
            Value::OwnPlayer => self.own_player.clone(),
            Value::OldName => self.old_name.clone(),
            Value::Moment => format!("<t:{}>", self.moment),
            Value::New => format!("new {}", self.number),
            Value::Renamed => format!("renamed {}", self.number),
            Value::Room => community.room(self.number).id_text(),
            Value::VoiceRoom => community.voice_room(self.number).id_text(),
            Value::Address => community.watchable.address(),
        }
    }

    fn who(&self, asker: Asker) -> Person {
        let guild = &self.community.guild;
        match asker {
            Asker::Linked => guild.member(),
            Asker::Stranger => self.community.stranger(self.number),
            Asker::Moderator => guild.moderator(),
        }
    }
}
