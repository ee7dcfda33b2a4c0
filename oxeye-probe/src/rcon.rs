//! RCON: a connection on which a server accepts commands. We use only `list`.
//!
//! The server splits an answer into packets of 4096 bytes and does not mark the last one. A shorter
//! packet is the last one. After a full packet we send a request whose type does not exist; the answer
//! to it shows that the first answer is complete (wiki.vg, "RCON"). We send it only after the first
//! packet of the answer has arrived, because Minecraft closes a connection on which it receives two
//! packets at once.

mod list_answer;
mod packet;

use std::time::Duration;

use oxeye_process::Secret;
use tokio::{io::AsyncWriteExt as _, time::timeout};

use self::{
    list_answer::ListAnswer,
    packet::{Kind, Packet},
};
use crate::{
    Address, Listing, ProbeError,
    wire::{self, Wire},
};

/// Name of the protocol in error messages.
const PROTOCOL: &str = "RCON";

/// The setting in `server.properties` with the password.
const SECRET_SETTING: &str = "rcon.password";

/// Time limit for a command and its answer.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(5);

/// Length of a full packet, after which another one may follow.
const FULL_BODY_BYTES: usize = 4096;

/// Longest answer that we read. A thousand players with UUIDs need about 60 KiB.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Number of packets with answers to other requests that we skip in one exchange.
const MAX_FOREIGN_PACKETS: usize = 64;

/// Largest number of packets in one exchange. Minecraft needs 256 for the longest answer that we read.
const MAX_PACKETS: usize = 1024;

/// Length of the longest password that fits into the 1460 bytes that Minecraft reads at once.
const MAX_PASSWORD_BYTES: usize = 1446;

/// The forms of the command, best first. If a plugin has replaced `list`, Bukkit's prefix finds
/// Minecraft's own command. The plain form gives the names as the scoreboard decorates them.
const COMMANDS: [&str; 3] = ["list uuids", "minecraft:list uuids", "list"];

/// The address and password of a server's RCON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RconSettings {
    /// Where the server listens for RCON.
    pub address: Address,
    /// `rcon.password`.
    pub password: Secret,
}

/// A connection that is logged in. After an error, or when a future is dropped early, it is closed and
/// cannot be used any more.
pub struct Rcon {
    address: Address,
    wire: Option<Box<dyn Wire>>,
    last_id: i32,
    /// The form of the command that has given the most so far.
    best: Option<&'static str>,
}

impl Rcon {
    /// Connects and logs in.
    ///
    /// # Errors
    /// When the server cannot be reached, does not accept the password, or does not speak RCON.
    pub async fn connect(settings: &RconSettings) -> Result<Self, ProbeError> {
        let password = settings.password.expose();
        if password.is_empty() || password.len() > MAX_PASSWORD_BYTES || password.contains('\0') {
            let setting = SECRET_SETTING;
            return Err(ProbeError::UnusableSecret { setting });
        }
        let socket = wire::connect(&settings.address).await?;
        Self::log_in(Box::new(socket), settings).await
    }

    async fn log_in(wire: Box<dyn Wire>, settings: &RconSettings) -> Result<Self, ProbeError> {
        let mut rcon = Self {
            address: settings.address.clone(),
            wire: Some(wire),
            last_id: 0,
            best: None,
        };
        rcon.exchange(async |exchange| exchange.log_in(settings.password.expose()).await)
            .await?;
        Ok(rcon)
    }

    /// Asks who is online: first in the form that gave the most last time, then in the other forms until
    /// one of them gives the names.
    ///
    /// # Errors
    /// When the connection is closed, or no answer gives the number of players.
    pub async fn list(&mut self) -> Result<Listing, ProbeError> {
        let mut counted = None;
        if let Some(best) = self.best {
            match self.ask(best).await? {
                ListAnswer::Listing(names @ Listing::Names(_)) => return Ok(names),
                ListAnswer::Listing(count) => counted = Some((best, count)),
                ListAnswer::Unreadable => {}
            }
        }
        let tried = self.best;
        for command in COMMANDS.into_iter().filter(|form| Some(*form) != tried) {
            match self.ask(command).await? {
                ListAnswer::Listing(names @ Listing::Names(_)) => {
                    self.best = Some(command);
                    return Ok(names);
                }
                ListAnswer::Listing(count) => {
                    counted.get_or_insert((command, count));
                }
                ListAnswer::Unreadable => {}
            }
        }
        let (command, count) = counted.ok_or_else(|| ProbeError::NoListing {
            address: self.address.clone(),
        })?;
        self.best = Some(command);
        Ok(count)
    }

    async fn ask(&mut self, command: &str) -> Result<ListAnswer, ProbeError> {
        let answer = self
            .exchange(async |exchange| exchange.command(command).await)
            .await?;
        Ok(ListAnswer::read(&answer))
    }

    /// Runs one exchange within its time limit. The wire is put back only after a success: the rest of
    /// an unfinished answer would be taken for the next one.
    async fn exchange<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Exchange<'_>) -> Result<T, ProbeError>,
    ) -> Result<T, ProbeError> {
        let mut wire = self
            .wire
            .take()
            .ok_or_else(|| ProbeError::closed(&self.address))?;
        let mut exchange = Exchange {
            address: &self.address,
            wire: &mut *wire,
            last_id: self.last_id,
            foreign: 0,
            received: 0,
        };
        let result = timeout(EXCHANGE_TIMEOUT, work(&mut exchange))
            .await
            .unwrap_or_else(|_elapsed| Err(ProbeError::no_answer(&self.address)))?;
        self.last_id = exchange.last_id;
        self.wire = Some(wire);
        Ok(result)
    }
}

/// A request and its answer.
struct Exchange<'rcon> {
    address: &'rcon Address,
    wire: &'rcon mut dyn Wire,
    last_id: i32,
    foreign: usize,
    received: usize,
}

impl Exchange<'_> {
    async fn log_in(&mut self, password: &str) -> Result<(), ProbeError> {
        let id = self.send(Kind::LogIn, password).await?;
        loop {
            let packet = self.receive().await?;
            // A failed login is the only answer without the id of the request.
            if packet.id == -1 {
                let address = self.address.clone();
                let setting = SECRET_SETTING;
                return Err(ProbeError::WrongSecret { address, setting });
            }
            if packet.id == id && packet.is_logged_in() {
                return Ok(());
            }
            self.skip_foreign()?;
        }
    }

    async fn command(&mut self, command: &str) -> Result<String, ProbeError> {
        let id = self.send(Kind::Command, command).await?;
        let mut answer = self.answer_to(id).await?;
        if answer.len() >= FULL_BODY_BYTES {
            let end = self.send(Kind::Nonexistent, "").await?;
            loop {
                let packet = self.receive().await?;
                if packet.id == end {
                    break;
                }
                if packet.id == id {
                    answer.extend_from_slice(&packet.body);
                } else {
                    self.skip_foreign()?;
                }
                if answer.len() > MAX_ANSWER_BYTES {
                    return Err(ProbeError::not_understood(self.address, PROTOCOL));
                }
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Returns the first packet of an answer.
    async fn answer_to(&mut self, id: i32) -> Result<Vec<u8>, ProbeError> {
        loop {
            let packet = self.receive().await?;
            if packet.id == id {
                return Ok(packet.body);
            }
            self.skip_foreign()?;
        }
    }

    /// Sends a request and returns its id, which is never negative.
    async fn send(&mut self, kind: Kind, body: &str) -> Result<i32, ProbeError> {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let packet = packet::request(self.last_id, kind, body);
        let sent = async {
            self.wire.write_all(&packet).await?;
            self.wire.flush().await
        };
        sent.await
            .map_err(|error| ProbeError::network(self.address, error))?;
        Ok(self.last_id)
    }

    async fn receive(&mut self) -> Result<Packet, ProbeError> {
        self.received += 1;
        if self.received > MAX_PACKETS {
            return Err(ProbeError::flood(self.address));
        }
        match Packet::read(&mut *self.wire).await {
            Ok(Some(packet)) => Ok(packet),
            Ok(None) => Err(ProbeError::not_understood(self.address, PROTOCOL)),
            Err(error) => Err(ProbeError::network(self.address, error)),
        }
    }

    /// Skips a packet that is not for us.
    fn skip_foreign(&mut self) -> Result<(), ProbeError> {
        self.foreign += 1;
        if self.foreign > MAX_FOREIGN_PACKETS {
            return Err(ProbeError::not_understood(self.address, PROTOCOL));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
