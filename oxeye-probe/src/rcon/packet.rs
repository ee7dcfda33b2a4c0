//! One packet of RCON: its length, the id of a request, a kind, a body and two zero bytes. The numbers
//! have 32 bits, with the least significant byte first.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Length of the id, the kind and the two zero bytes.
const MIN_LENGTH: usize = 10;

/// Length of the longest packet that we read. Minecraft's own have at most 4106 bytes, but other
/// servers do not split their answers.
const MAX_LENGTH: usize = 64 * 1024;

/// The kind of the packet that answers a login. A command has the same number.
const LOGGED_IN: i32 = 2;

/// The kind of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    LogIn = 3,
    Command = 2,
    /// A kind that does not exist. The server answers it with "Unknown request" after all earlier
    /// answers.
    Nonexistent = 200,
}

/// A packet from the server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Packet {
    /// The id of the request that it answers.
    pub(super) id: i32,
    kind: i32,
    pub(super) body: Vec<u8>,
}

impl Packet {
    pub(super) fn is_logged_in(&self) -> bool {
        self.kind == LOGGED_IN
    }

    /// Reads the next packet. Returns `None` if no packet can have this length.
    pub(super) async fn read(
        wire: &mut (impl AsyncRead + Unpin + ?Sized),
    ) -> io::Result<Option<Self>> {
        let length = wire.read_i32_le().await?;
        let length = usize::try_from(length).unwrap_or(0);
        if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
            return Ok(None);
        }
        let id = wire.read_i32_le().await?;
        let kind = wire.read_i32_le().await?;
        let mut body = vec![0; length - 8];
        wire.read_exact(&mut body).await?;
        body.truncate(length - MIN_LENGTH);
        Ok(Some(Self { id, kind, body }))
    }
}

/// Returns the bytes of a request. `body` has at most 1446 bytes.
pub(super) fn request(id: i32, kind: Kind, body: &str) -> Vec<u8> {
    let length = (MIN_LENGTH + body.len()) as i32;
    let mut bytes = Vec::with_capacity(4 + MIN_LENGTH + body.len());
    for number in [length, id, kind as i32] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(body.as_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}
