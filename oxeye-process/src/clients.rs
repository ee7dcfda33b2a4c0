//! Who is at the other end of a connection, and how much of a program a stranger may use.
//!
//! | module             | subject                                                      |
//! |--------------------|--------------------------------------------------------------|
//! | `network`          | which addresses count as one                                 |
//! | `trusted_proxies`  | the address of a client, seen through trusted proxies        |
//! | `address_limit`    | how often an address may ask for something                   |
//! | `open_connections` | which connections are open, and which is closed to make room |
//! | `open_files`       | how many of them there can be                                |

mod address_limit;
mod network;
mod open_connections;
mod open_files;
mod trusted_proxies;

pub use address_limit::AddressLimit;
pub use network::{address_network, site_network};
pub use open_connections::{Admitted, NoRoom, OpenConnection, OpenConnections};
pub use open_files::open_files_limit;
pub use trusted_proxies::TrustedProxies;
