//! The settings for connecting to a management server.

use oxeye_probe::{Address, InvalidAddress};
use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;

/// Whether to use TLS, and which certificate to trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tls {
    /// No TLS, for a server on the same machine.
    Off,
    /// TLS with a certificate that browsers trust.
    WebRoots,
    /// TLS with exactly this certificate, which may be self-signed.
    Fingerprint(Fingerprint),
}

/// Why a text is not the address of a management server. The error does not repeat the text, which may
/// hold a secret. It can follow "ADDRESS, but".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidManagementAddress {
    /// It is not an address.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// The scheme is neither `ws` nor `wss`.
    #[error("a management address must begin with ws:// or wss://, or with the host")]
    Scheme,
    /// The scheme is `ws` with a way to check a certificate, or `wss` without TLS.
    #[error(
        "other settings contradict this: ws:// is without TLS, wss:// is with TLS, and a certificate's fingerprint requires wss://"
    )]
    SchemeAgainstTls,
}

/// Everything that is needed to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ManagementSettings {
    pub(super) address: Address,
    /// The path, which a reverse proxy may need. The server itself ignores it.
    pub(super) path: String,
    pub(super) secret: Secret,
    pub(super) tls: Tls,
}

impl ManagementSettings {
    /// Returns settings for an address of the form `ws://host:port`, `wss://host:port` or `host:port`.
    /// If `tls` is not given, `wss` trusts what browsers trust, and anything else is without TLS.
    ///
    /// # Errors
    ///
    /// When the address is none of these or contradicts `tls`.
    pub(crate) fn new(
        address: &str,
        secret: Secret,
        tls: Option<Tls>,
    ) -> Result<Self, InvalidManagementAddress> {
        let address = address.trim();
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, address),
        };
        let tls = match (scheme.as_deref(), tls) {
            (None | Some("ws"), None | Some(Tls::Off)) => Tls::Off,
            (Some("wss"), None) => Tls::WebRoots,
            (Some("ws"), Some(_)) | (Some("wss"), Some(Tls::Off)) => {
                return Err(InvalidManagementAddress::SchemeAgainstTls);
            }
            (None | Some("wss"), Some(tls)) => tls,
            (Some(_), _) => return Err(InvalidManagementAddress::Scheme),
        };
        let (host_and_port, path) = match rest.split_once('/') {
            Some((host_and_port, path)) => (host_and_port, format!("/{path}")),
            None => (rest, "/".to_owned()),
        };
        // The path becomes part of the first line of a request.
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidAddress::Host.into());
        }
        Ok(Self {
            address: host_and_port.parse()?,
            path,
            secret,
            tls,
        })
    }

    /// Returns the address of the server.
    #[must_use]
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        address: &str,
        tls: Option<Tls>,
        expected: Result<(&str, Tls), InvalidManagementAddress>,
    ) {
        let settings = ManagementSettings::new(address, Secret::new("s"), tls).map(|settings| {
            (
                format!("{}{}", settings.address, settings.path),
                settings.tls,
            )
        });
        let expected = expected.map(|(address, tls)| (address.to_owned(), tls));
        assert_eq!(settings, expected, "{address:?}");
    }

    #[test]
    fn the_scheme_determines_tls_unless_it_is_given() {
        let pin = || Tls::Fingerprint(Fingerprint::of(b"certificate"));
        check("localhost:1", None, Ok(("localhost:1/", Tls::Off)));
        check("ws://[::1]:1", None, Ok(("[::1]:1/", Tls::Off)));
        check("WSS://a:1/mc", None, Ok(("a:1/mc", Tls::WebRoots)));
        check("wss://a:1", Some(pin()), Ok(("a:1/", pin())));
        check("a:1", Some(pin()), Ok(("a:1/", pin())));
    }

    #[test]
    fn contradictions_and_other_schemes_are_refused() {
        let against = InvalidManagementAddress::SchemeAgainstTls;
        check("ws://a:1", Some(Tls::WebRoots), Err(against.clone()));
        check("wss://a:1", Some(Tls::Off), Err(against));
        check("http://a:1", None, Err(InvalidManagementAddress::Scheme));
        check("ws://a", None, Err(InvalidAddress::Port.into()));
        check(
            "ws://a:1/ HTTP/1.1\r\nX: y",
            None,
            Err(InvalidAddress::Host.into()),
        );
    }
}
