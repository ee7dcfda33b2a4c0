//! A typed client for every route that plugins use, for plugins written in Rust.
//!
//! | module      | what it holds                                                         |
//! |-------------|-----------------------------------------------------------------------|
//! | `client`    | [`Client`]: links a server, which gives a [`LinkedClient`]            |
//! | `linked`    | [`LinkedClient`]: the routes that need an API key                     |
//! | `spool`     | [`Spool`]: keeps events on disk while the backend is unreachable      |
//! | `deliver`   | [`deliver()`]: sends everything that waits in a spool                 |
//! | `transport` | sends one request, retries it, and reads the answer                   |
//! | `retry`     | [`RetryPolicy`]: which failures to retry, and how long to wait        |
//! | `boot`      | whether the backend has forgotten who is online                       |
//! | `address`   | the backend's address                                                 |
//! | `error`     | [`ClientError`]: error messages for the people who run the plugin     |
//! | `refusal`   | makes the texts of a backend safe to show                             |
//! | `script`    | a backend with prepared answers, for tests                            |
//!
//! The client reads neither a clock nor a setting and starts no task. Dropping a future cancels its
//! request.

mod address;
mod boot;
mod client;
mod deliver;
mod error;
mod linked;
mod refusal;
mod retry;
#[cfg(test)]
mod script;
mod spool;
mod transport;

pub use client::Client;
pub use deliver::{Delivery, DeliveryError, RejectedEvent, deliver};
pub use error::ClientError;
pub use linked::{JoinReply, LinkedClient};
pub use retry::RetryPolicy;
pub use spool::{Spool, SpoolError, SpoolFound, SpoolLimits, Spooled};
