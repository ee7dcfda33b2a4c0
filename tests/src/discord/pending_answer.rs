//! A question to the bot that waits for its answer.

use std::time::Duration;

use super::Shared;
use super::answer::Answer;
use super::world::World;

/// A question to the bot that waits for its answer.
#[derive(Debug)]
pub struct PendingAnswer {
    world: Shared,
    pub(super) interaction: u64,
    before: Option<(u64, usize)>,
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

    /// Returns the answer once it exists.
    fn find(&self, world: &World) -> Option<Answer> {
        world.keeps_the_rules();
        let interaction = world.interactions.get(&self.interaction)?;
        interaction.callback?;
        let id = interaction.original?;
        let message = world.messages.get(&id)?;
        let new = self
            .before
            .is_none_or(|(before, edition)| id != before || message.edition > edition);
        if !new || message.thinking {
            return None;
        }
        assert!(!message.deleted, "the answer was deleted");
        Some(Answer::new(id, message))
    }
}
