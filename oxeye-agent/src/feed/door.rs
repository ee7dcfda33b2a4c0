//! The port by which it is known whether the server lives, and who hears of it.

use crate::clock::Clock;
use crate::source::SourceError;
use crate::watch::{Knock, Port};

use super::{Message, Messages};

/// A door at which somebody knocks.
#[derive(Debug)]
pub struct Door {
    port: Port,
    clock: Clock,
    messages: Messages,
}

impl Door {
    /// Nobody has knocked yet.
    #[must_use]
    pub fn new(clock: Clock, messages: Messages) -> Self {
        Self {
            port: Port::default(),
            clock,
            messages,
        }
    }

    /// Takes what came of a knock, and tells if the door has come alive or died by it.
    pub fn knocked(&mut self, knock: Knock) {
        if let Some(change) = self.port.knocked(knock, (self.clock)()) {
            // Nobody listens any more once the agent stops.
            let _ = self.messages.send(Message::Port(change));
        }
    }

    /// The same for a question that was asked: whoever answers it, in whatever way, lives.
    pub(super) fn asked<T>(&mut self, answer: &Result<T, SourceError>) {
        self.knocked(match answer {
            Ok(_) => Knock::Answered,
            Err(error) if error.is_refused() => Knock::Refused,
            Err(_) => Knock::Silent,
        });
    }
}
