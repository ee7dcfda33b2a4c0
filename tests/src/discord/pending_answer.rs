//! A question to the bot that waits for its answer.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::Shared;
use super::answer::{self, Answer};
use super::world::{Message, World};

/// A question to the bot that waits for its answer.
#[derive(Debug)]
pub struct PendingAnswer {
    world: Shared,
    pub(super) interaction: u64,
    before: Option<(u64, usize)>,
}

/// What has become of a question, for programs that measure. The times are from the moment when the interaction was
/// sent to the bot.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// Until its first answer was accepted, even if it was only "is thinking".
    pub first_answer: Option<Duration>,
    /// Until the message was whole.
    pub whole_answer: Option<Duration>,
    /// The message as it is now.
    pub answer: Option<Answer>,
    /// Further messages that nobody asked for.
    pub followups: usize,
    /// How often the bot has sent its first answer.
    pub attempts: usize,
    /// How late the last of these was.
    pub last_attempt: Option<Duration>,
}

/// How long the bot took, from the moment when the interaction was sent to it.
#[derive(Debug, Clone, Copy)]
pub struct ResponseTimes {
    /// Until its first answer arrived, even if it was only "is thinking".
    pub first_answer: Duration,
    /// Until the message with a file arrived.
    pub picture: Duration,
}

impl PendingAnswer {
    /// Creates one; `before` is the message with the pressed component, and its edition at that
    /// time.
    pub(super) fn new(world: Shared, interaction: u64, before: Option<(u64, usize)>) -> Self {
        Self {
            world,
            interaction,
            before,
        }
    }

    /// Waits for the answer, and returns it as first written.
    ///
    /// # Panics
    /// If there is no answer in time, or the bot has deleted it.
    pub async fn answer(&self) -> Answer {
        self.world
            .until("the bot answers", |world| self.find(world))
            .await
    }

    /// Waits until the answer says these words, and returns it then.
    pub async fn says(&self, words: &str) -> Answer {
        let what = format!("the answer says {words:?}");
        let says = |world: &World| {
            let answer = self.find(world)?;
            answer.text().contains(words).then_some(answer)
        };
        self.world.until(&what, says).await
    }

    /// Whether the bot has answered, or has at least said that it is thinking.
    pub fn is_acknowledged(&self) -> bool {
        self.world.read(|world| {
            world
                .interactions
                .get(&self.interaction)
                .is_some_and(|asked| asked.callback.is_some())
        })
    }

    /// Waits until the answer carries a file, and returns how long that took.
    pub async fn response_times(&self) -> ResponseTimes {
        let times = |world: &World| {
            world.keeps_the_rules();
            let asked = world.interactions.get(&self.interaction)?;
            let message = world.messages.get(&asked.original?)?;
            let first_answer = asked.answered?.duration_since(asked.sent);
            let picture = message.last_file?.checked_duration_since(asked.sent)?;
            Some(ResponseTimes {
                first_answer,
                // A file of the first answer is recorded a moment before the answer itself.
                picture: picture.max(first_answer),
            })
        };
        self.world
            .until("the bot answers with a picture", times)
            .await
    }

    /// Waits for the suggestions of autocomplete, and returns them as names with values, and how long they took.
    pub async fn choices(&self) -> (Vec<(String, String)>, Duration) {
        let suggested = |world: &World| {
            let asked = world.interactions.get(&self.interaction)?;
            let took = asked.answered?.duration_since(asked.sent);
            Some((asked.choices.clone()?, took))
        };
        let suggested = self.world.until("autocomplete answers", suggested).await;
        let (choices, took) = suggested;
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        let choices = choices.iter();
        let choices = choices.map(|choice| (text(&choice["name"]), text(&choice["value"])));
        (choices.collect(), took)
    }

    /// Waits until the answer says these words, with a file if it has to have one, and returns what has become of it
    /// by then, or after `limit`.
    pub async fn settles(&self, limit: Duration, words: &str, with_file: bool) -> Settled {
        let is_whole = |world: &World| {
            let asked = world.interactions.get(&self.interaction)?;
            asked.callback?;
            let id = asked.original?;
            let message = world.messages.get(&id)?;
            let is_written = self.is_new(id, message) && (!with_file || !message.files.is_empty());
            let text = is_written.then(|| answer::text(&Value::Object(message.body.clone())));
            text.filter(|text| text.contains(words)).map(drop)
        };
        let is_whole = self.world.within(limit, is_whole).await.is_some();
        self.world.read(|world| self.settled(world, is_whole))
    }

    fn settled(&self, world: &World, is_whole: bool) -> Settled {
        let Some(asked) = world.interactions.get(&self.interaction) else {
            return Settled::default();
        };
        let after = |at: Option<Instant>| Some(at?.saturating_duration_since(asked.sent));
        let message = asked
            .original
            .and_then(|id| Some((id, world.messages.get(&id)?)));
        let written = message.and_then(|(_, message)| message.last_write);
        let path = format!("/interactions/{}/", self.interaction);
        let attempts = world.requests.iter().rev();
        let attempts = attempts.filter(|request| request.path.starts_with(&path));
        let attempts: Vec<_> = attempts.map(|request| request.at).collect();
        Settled {
            first_answer: after(asked.answered),
            // A message that is whole at once is written a moment before its callback is noted.
            whole_answer: after(written.max(asked.answered)).filter(|_| is_whole),
            answer: message.map(|(id, message)| Answer::new(id, message)),
            followups: asked.followups,
            attempts: attempts.len(),
            last_attempt: after(attempts.into_iter().max()),
        }
    }

    /// Returns the answer once it exists.
    fn find(&self, world: &World) -> Option<Answer> {
        world.keeps_the_rules();
        let interaction = world.interactions.get(&self.interaction)?;
        interaction.callback?;
        let id = interaction.original?;
        let message = world.messages.get(&id)?;
        if !self.is_new(id, message) {
            return None;
        }
        assert!(!message.deleted, "the answer was deleted");
        Some(Answer::new(id, message))
    }

    /// Whether a message says something that it did not say before.
    fn is_new(&self, id: u64, message: &Message) -> bool {
        let is_as_before = |(before, edition)| id == before && message.edition <= edition;
        !message.thinking && !self.before.is_some_and(is_as_before)
    }
}
