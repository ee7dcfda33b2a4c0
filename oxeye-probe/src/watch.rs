//! Watches an address that a person typed: finds out where it leads, whether that place may be asked,
//! which edition of Minecraft runs there, and what it says.
//!
//! The person may be hostile, and so may be whoever answers. So a host name is resolved for each
//! question, what it resolves to is checked, and the connection goes to exactly what was checked; and
//! one question costs a limited time and a limited amount of memory.
//!
//! | module      | what it holds                                                            |
//! |-------------|--------------------------------------------------------------------------|
//! | `typed`     | [`TypedAddress`]: what a person typed, checked as far as a text can be   |
//! | `policy`    | [`AddressPolicy`]: which IP addresses and ports may be asked             |
//! | `resolving` | where a name leads: SRV, A and AAAA                                      |
//! | `java`      | asks a Java server with the server list ping                             |
//! | `bedrock`   | asks a Bedrock server with the unconnected ping                          |
//! | `answer`    | [`WatchAnswer`]: what a server of either edition said                    |
//! | `error`     | [`WatchError`]: why nothing came of it, and whether that proves anything |
//! | `probe`     | [`AddressProbe`]: the question itself                                    |

mod answer;
mod bedrock;
mod error;
mod java;
mod policy;
mod probe;
mod resolving;
mod typed;

pub use self::{
    answer::{Edition, WatchAnswer},
    error::{RefusedAddress, WatchError},
    policy::{AddressPolicy, Forbidden},
    probe::{AddressProbe, Asked},
    typed::{InvalidTypedAddress, TypedAddress},
};

#[cfg(test)]
mod tests;
