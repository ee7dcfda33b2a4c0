//! A worker, a fleet, and the socket between them.

mod contract;
mod elsewhere;
mod fleets;
mod hanging;
mod liar;
mod proxy;
mod secured;
mod site;
mod strangers;
