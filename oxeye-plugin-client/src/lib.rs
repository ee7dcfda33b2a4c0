//! A typed client for every route of a backend: what a plugin written in Rust needs.
//!
//! | module      | what it holds                                                         |
//! |-------------|-----------------------------------------------------------------------|
//! | `client`    | [`Client`]: linking, and the way to a [`LinkedClient`]                |
//! | `linked`    | [`LinkedClient`]: the routes that need an API key                     |
//! | `spool`     | [`Spool`]: events wait on disk while the backend is away              |
//! | `deliver`   | [`deliver()`]: sends everything that waits                            |
//! | `transport` | one request: send, wait and try again, read the answer                |
//! | `retry`     | [`RetryPolicy`]: which failures pass, and how long to wait            |
//! | `boot`      | whether the backend has forgotten who is online                       |
//! | `address`   | the backend's address, checked once                                   |
//! | `error`     | [`ClientError`]: sentences for the people who run the plugin          |
//! | `refusal`   | why a backend refused a request, made safe to show                    |
//! | `script`    | a backend that answers as a test tells it to                          |
//!
//! The client reads no clock and no setting, and starts no task: a caller that drops a future
//! cancels the request.

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
pub use deliver::{Delivery, DeliveryError, NotTaken, deliver};
pub use error::ClientError;
pub use linked::{JoinReply, LinkedClient};
pub use retry::RetryPolicy;
pub use spool::{Spool, SpoolError, SpoolFound, SpoolLimits};
