//! Addresses of this machine, of which each party has one for itself.
//!
//! All of 127.0.0.0/8 belong to this machine. At an address of its own, a party can leave its port and come back to it:
//! the system gives it to nobody else meanwhile, as it would do sooner or later with a port of 127.0.0.1, at which
//! hundreds of others listen.

use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crate::watched::WAIT_LIMIT;

/// The numbers that one part of an address can have here. None is 0, because 127.0.0.0/16 is everybody's.
const NUMBERS: u32 = 254;

/// Returns an address that nobody else has in this program, and hardly anybody in another one.
pub fn own_address() -> Ipv4Addr {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let number = GIVEN.fetch_add(1, Ordering::Relaxed);
    let part = |number: u32| u8::try_from(1 + number % NUMBERS).unwrap_or(1);
    Ipv4Addr::new(
        127,
        part(std::process::id()),
        part(number / NUMBERS),
        part(number),
    )
}

/// Comes back to a port that we have left. A process that another story starts at this moment has a copy of all our
/// sockets until it becomes its program, and a port that we have closed is still taken meanwhile.
///
/// # Panics
/// If the port stays taken, or cannot be used.
pub(crate) fn back_at<T>(bind: impl Fn() -> io::Result<T>) -> T {
    let end = Instant::now() + WAIT_LIMIT;
    loop {
        match bind() {
            Ok(bound) => return bound,
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < end => {
                std::thread::yield_now();
            }
            Err(error) => panic!("the port cannot be used again: {error}"),
        }
    }
}
