//! The port by which it is known whether the server lives, and who hears of it.

use std::fs;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::UnixSeconds;
use oxeye_probe::Address;
use serde::{Deserialize, Serialize};

use super::{Message, Messages};
use crate::clock::Clock;
use crate::private_file::write_json;
use crate::source::SourceError;
use crate::watch::{Knock, Port};

/// The file in the data folder that remembers when somebody last opened.
const FILE: &str = "port.json";

/// The file is written at most so often, in seconds.
const REMEMBERED_EVERY_SECS: u64 = 15;

/// A door at which somebody knocks.
#[derive(Debug)]
pub struct Door {
    port: Port,
    clock: Clock,
    messages: Messages,
    file: PathBuf,
    remembered: Remembered,
}

/// When somebody last opened. Over a restart of the agent it tells a server that died meanwhile from
/// a port that was never the right one.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Remembered {
    address: String,
    answered_at: UnixSeconds,
}

impl Door {
    /// The door at this address. What an earlier run of the agent has found there counts.
    #[must_use]
    pub fn at(address: &Address, data_dir: &Path, clock: Clock, messages: Messages) -> Self {
        let (address, file) = (address.to_string(), data_dir.join(FILE));
        let remembered = fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice::<Remembered>(&text).ok())
            .filter(|remembered| remembered.address == address);
        let answered_at = remembered.as_ref().map(|remembered| remembered.answered_at);
        Self {
            port: Port::last_alive_at(answered_at),
            clock,
            messages,
            file,
            remembered: remembered.unwrap_or(Remembered {
                address,
                answered_at: UnixSeconds(0),
            }),
        }
    }

    /// Takes what came of a knock, and tells if the door has come alive or died by it.
    pub fn knocked(&mut self, knock: Knock) {
        let now = (self.clock)();
        if knock == Knock::Answered {
            self.remember(now);
        }
        if let Some(change) = self.port.knocked(knock, now) {
            // Nobody listens any more once the agent stops.
            let _ = self.messages.send(Message::Port(change));
        }
    }

    /// The same for a question that was asked: whoever answers it, in whatever way, lives.
    pub(super) fn asked<T>(&mut self, answer: &Result<T, SourceError>) {
        self.knocked(match answer {
            Ok(_) => Knock::Answered,
            Err(error) if error.shows_life() => Knock::Answered,
            Err(error) if error.is_refused() => Knock::Refused,
            Err(_) => Knock::Silent,
        });
    }

    fn remember(&mut self, now: UnixSeconds) {
        let age = now.saturating_since(self.remembered.answered_at).as_secs();
        if age < REMEMBERED_EVERY_SECS {
            return;
        }
        self.remembered.answered_at = now;
        if let Err(error) = write_json(&self.file, &self.remembered) {
            tracing::debug!("{} cannot be written: {error}", self.file.display());
        }
    }
}
