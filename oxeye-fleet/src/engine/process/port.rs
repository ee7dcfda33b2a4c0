//! Whether a port is free, for all addresses of this machine.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use super::refused;
use crate::rules::CallFailure;

/// Tries to listen on a port. A system without IPv6 is no reason to fail.
pub(super) fn check(port: u16) -> Result<(), CallFailure> {
    let addresses = [
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    ];
    for address in addresses {
        match TcpListener::bind((address, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                return Err(CallFailure::PortTaken);
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(refused(&format!("cannot use port {port}"), &error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_taken_whichever_address_somebody_listens_on() {
        for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0"] {
            let other = TcpListener::bind(address).unwrap();
            let port = other.local_addr().unwrap().port();

            assert_eq!(check(port), Err(CallFailure::PortTaken), "{address}");
        }
    }
}
