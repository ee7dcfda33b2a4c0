//! The engine against a stand-in of the cluster, with real sockets.

mod cluster;
mod contract;
mod host;
mod objects;
mod routes;
mod trouble;
