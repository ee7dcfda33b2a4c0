//! A question to the bot, until it is answered.

use std::time::Duration;

use super::Shared;
use super::answer::Answer;
use super::world::World;

/// Something a person has asked for.
#[derive(Debug)]
pub struct Asked {
    world: Shared,
    pub(super) interaction: u64,
    before: Option<(u64, usize)>,
}

/// How long the bot took, from the moment the interaction was sent to it.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// Until its first answer had arrived, be it only "is thinking".
    pub first_answer: Duration,
    /// Until the message had arrived with a file on it.
    pub picture: Duration,
}

impl Asked {
    /// `before`: the message the question was asked on, and its edition then.
    pub(super) fn new(world: Shared, interaction: u64, before: Option<(u64, usize)>) -> Self {
        Self {
            world,
            interaction,
            before,
        }
    }

    /// Waits for the answer, as it stands when it is first written.
    pub async fn answer(&self) -> Answer {
        self.world
            .until("the bot answers", |world| self.find(world))
            .await
            .unwrap_or_else(|| panic!("the answer was deleted"))
    }

    /// Whether the bot has answered, or at least said that it is thinking.
    pub fn is_acknowledged(&self) -> bool {
        self.world.look(|world| {
            world
                .interactions
                .get(&self.interaction)
                .is_some_and(|asked| asked.callback.is_some())
        })
    }

    /// Waits until the answer carries a file, and says how long that took.
    pub async fn took(&self) -> Took {
        let took = |world: &World| {
            world.keeps_the_rules();
            let asked = world.interactions.get(&self.interaction)?;
            let message = world.messages.get(&asked.original?)?;
            let first_answer = asked.answered?.duration_since(asked.sent);
            let picture = message.last_file?.checked_duration_since(asked.sent)?;
            Some(Took {
                first_answer,
                // A file of the first answer is noted a moment before the answer itself.
                picture: picture.max(first_answer),
            })
        };
        self.world
            .until("the bot answers with a picture", took)
            .await
    }

    /// The answer once it is there; inside, `None` when it is deleted.
    fn find(&self, world: &World) -> Option<Option<Answer>> {
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
        Some((!message.deleted).then(|| Answer::new(id, message)))
    }
}
