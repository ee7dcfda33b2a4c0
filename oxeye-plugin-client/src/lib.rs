//! A typed client for every route that plugins use, for plugins written in Rust.
//!
//! ```no_run
//! use oxeye_plugin_client::Client;
//! use oxeye_plugin_proto::{JoinRequest, LinkCode, PlayerName};
//!
//! # async fn example(code: LinkCode, alex: PlayerName) -> Result<(), oxeye_plugin_client::ClientError> {
//! // Once, with a link code from `/oxeye connect` or `oxeye link`. Store the key: it is never sent again.
//! let server = Client::new("https://oxeye.example.org").connect(&code).await?;
//! let key = server.api_key().clone();
//!
//! // At every later start.
//! let server = Client::with_key("https://oxeye.example.org", key);
//! server.join(JoinRequest::new(alex)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Calls on a [`LinkedClient`] fail while the backend is unreachable. To lose nothing then, push events to
//! a [`Spool`] and call [`deliver()`] regularly.
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
