//! The engine against a stand-in of the cluster, with real sockets.

mod cluster;
mod contract;
pub(crate) mod host;
mod objects;
mod routes;
mod trouble;
