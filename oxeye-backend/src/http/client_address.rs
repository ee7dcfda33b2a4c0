//! The address of the client, seen through trusted proxies.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::HeaderValue;
use axum::http::request::Parts;
use ipnet::IpNet;
use oxeye_process::clients;

/// The other end of the TCP connection. [`super::service`] adds it to every request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The address of the client: that of the peer, or the one that a trusted proxy reports.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl<S> FromRequestParts<S> for ClientAddress
where
    S: Send + Sync,
    TrustedProxies: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(TrustedProxies::from_ref(state).client_of(parts))
    }
}

/// The proxies that we believe when they say whose request they forward.
#[derive(Debug, Clone)]
pub(crate) struct TrustedProxies(clients::TrustedProxies);

impl TrustedProxies {
    pub(crate) fn new(networks: &[IpNet]) -> TrustedProxies {
        TrustedProxies(clients::TrustedProxies::new(networks))
    }

    /// Returns whether an address belongs to one of them.
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        self.0.contain(address)
    }

    /// Returns the client that sent the request.
    pub(crate) fn client_of(&self, parts: &Parts) -> ClientAddress {
        let peer = parts
            .extensions
            .get()
            .map_or(IpAddr::from([0, 0, 0, 0]), |Peer(ip)| *ip);
        let forwarded_for = parts.headers.get_all("x-forwarded-for").iter();
        ClientAddress(
            self.0
                .client_of(peer, forwarded_for.map(HeaderValue::as_bytes)),
        )
    }
}
