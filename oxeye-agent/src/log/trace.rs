//! Which connection of a player a line tells of, without their address.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Four bytes of a digest of an address and its port. Two connections of one player are told apart by
/// it, and so many addresses have the same that it leads back to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trace(u32);

impl Trace {
    /// Of an address with its port, as printed; nothing if it is not printed.
    pub(crate) fn of(address: &[u8]) -> Option<Self> {
        // The name of a host stands before the slash as soon as anybody has looked it up.
        let address = &address[memchr::memrchr(b'/', address)?..];
        let digest = Sha256::digest(address);
        address.contains(&b':').then(|| {
            Self(u32::from_be_bytes([
                digest[0], digest[1], digest[2], digest[3],
            ]))
        })
    }
}
