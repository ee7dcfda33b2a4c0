//! Addresses of clients, and limits on what a stranger may use.
//!
//! | module             | subject                                                      |
//! |--------------------|--------------------------------------------------------------|
//! | `network`          | which addresses count as one                                 |
//! | `trusted_proxies`  | the address of a client, seen through trusted proxies        |
//! | `address_limit`    | how often an address may ask for something                   |
//! | `open_connections` | which connections are open, and which is closed to make room |
//! | `open_files`       | how many of them there can be                                |
//! | `accepting`        | the next connection, whatever the network does meanwhile     |
//! | `guarded_body`     | a body that keeps something until it has been written        |

mod accepting;
mod address_limit;
mod guarded_body;
mod network;
mod open_connections;
mod open_files;
mod trusted_proxies;

pub use accepting::accept;
pub use address_limit::AddressLimit;
pub use guarded_body::GuardedBody;
pub use network::{address_network, site_network};
pub use open_connections::{Admitted, NoRoom, OpenConnection, OpenConnections};
pub use open_files::open_files_limit;
pub use trusted_proxies::TrustedProxies;
