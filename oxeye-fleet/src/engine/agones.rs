//! Runs game servers in Kubernetes, as GameServers of Agones that are made on demand.
//!
//! A container is the *claim* on a volume (PersistentVolumeClaim) that holds the world: it is there before
//! the first start and after an exit, and says for which slot it is. A start makes a GameServer, with the
//! same name every time, so that a start whose answer was lost cannot make a second one. A stop deletes
//! it: Agones knows no stopped GameServer. Our own probe decides when a server is ready, so its image
//! need not know Agones.
//!
//! | module     | subject                                                              |
//! |------------|----------------------------------------------------------------------|
//! | `api`      | the HTTP API of the cluster                                          |
//! | `objects`  | what we read of claims, GameServers and pods; labels and names         |
//! | `template` | what the operator decides, and the objects made of it                   |
//! | `snapshot` | what the cluster has, put together: pure                             |
//! | `calls`    | create, start, stop, kill and remove                                 |
//! | `watching` | notices exits, and where servers run                                 |
//! | `engine`   | the trait                                                            |

mod api;
mod calls;
mod engine;
mod objects;
mod snapshot;
mod template;
#[cfg(test)]
pub(crate) mod tests;
mod watching;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use parking_lot::Mutex;
use tokio::sync::mpsc;

use self::api::Api;
use self::template::Template;
use crate::engine::Exit;

pub use self::engine::AgonesEngine;

/// Why the engine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AgonesError {
    /// A file of the service account cannot be used.
    #[error("cannot use {path}: {error}")]
    Account {
        /// The file.
        path: String,
        /// Why not.
        error: io::Error,
    },
    /// The template cannot be read.
    #[error("cannot read {path}: {error}")]
    Template {
        /// The file.
        path: String,
        /// Why not.
        error: io::Error,
    },
    /// The HTTP client cannot be made, such as with a URL that is none.
    #[error("cannot use FLEET_AGONES_API: {0}")]
    Client(#[from] reqwest::Error),
}

/// The part of a cluster that belongs to one fleet.
#[derive(Debug)]
struct Cluster {
    api: Api,
    fleet: String,
    template: Template,
    /// The ports that GameServers of others had when we last looked.
    taken: Mutex<BTreeSet<u16>>,
    /// The machine that the server with a port runs on.
    machines: Mutex<BTreeMap<u16, String>>,
    exits: Mutex<Option<mpsc::Sender<Exit>>>,
}
