//! What all our programs have in common: clock, signals, settings, logging, private files. Each
//! program enables only the features it uses.
//!
//! | module           | what it holds                                               | feature         |
//! |------------------|-------------------------------------------------------------|-----------------|
//! | `secret`         | [`Secret`]: a password or token that is never printed       |                 |
//! | [`backoff`]      | how long to wait before the next attempt                    | `backoff`       |
//! | [`clients`]      | addresses of clients, and how much a stranger may use       | `clients`       |
//! | [`clock`]        | the only code that reads the wall clock                     | `clock`         |
//! | [`config`]       | settings in capitals: names, defaults, what a value may be  | `config`        |
//! | [`fingerprint`]  | the certificate that an operator trusts                     | `fingerprint`   |
//! | [`logging`]      | where log lines go, and which are too private to print      | `logging`       |
//! | [`private_file`] | files and folders that only their owner can read            | `private-files` |
//! | [`settings`]     | where the text of a setting comes from                      | `settings`      |
//! | [`signals`]      | the signals that stop a program                             | `signals`       |
//! | [`tar`]          | the format of tar archives                                  | `tar`           |
//! | [`tasks`]        | background tasks that a shutdown waits for                  | `tasks`         |
//! | [`token_file`]   | a token that is made on the first start and kept in a file  | `token-file`    |
//! | [`waiting`]      | waiting for a moment that may never come                    | `waiting`       |

#[cfg(feature = "backoff")]
pub mod backoff;
#[cfg(feature = "clients")]
pub mod clients;
#[cfg(feature = "clock")]
pub mod clock;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "fingerprint")]
pub mod fingerprint;
#[cfg(feature = "logging")]
pub mod logging;
#[cfg(feature = "private-files")]
pub mod private_file;
mod secret;
#[cfg(feature = "settings")]
pub mod settings;
#[cfg(feature = "signals")]
pub mod signals;
#[cfg(feature = "tar")]
pub mod tar;
#[cfg(feature = "tasks")]
pub mod tasks;
#[cfg(feature = "token-file")]
pub mod token_file;
#[cfg(feature = "waiting")]
pub mod waiting;

pub use secret::Secret;
