//! A worker, a fleet, and the socket between them.

mod contract;
mod elsewhere;
mod fleets;
mod site;
mod strangers;
