//! TLS with self-signed certificates.

use std::sync::Arc;

use oxeye_process::fingerprint::Fingerprint;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio_rustls::TlsAcceptor;

use super::*;

struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["other.test".to_owned()]).unwrap();
        Self {
            certificate: made.cert.der().clone(),
            key: PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap(),
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.certificate)
    }

    fn acceptor(self, version: &'static SupportedProtocolVersion) -> TlsAcceptor {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate], self.key)
            .unwrap();
        Arc::new(config).into()
    }
}

/// Connects with these TLS settings to a server with this identity.
async fn open(
    identity: Identity,
    version: &'static SupportedProtocolVersion,
    tls: Tls,
) -> Result<FirstRoster, SourceError> {
    let (ours, theirs) = pipe();
    let acceptor = identity.acceptor(version);
    let _server = spawn_server(async move {
        let Ok(wire) = acceptor.accept(theirs).await else {
            return;
        };
        let mut server = Server::accept(wire).await;
        server.introduce(&["Alex"]).await;
        server.idle().await;
    });
    let scheme = if tls == Tls::Off { "ws" } else { "wss" };
    let address = format!("{scheme}://mc.test:25585");
    let settings = ManagementSettings::new(&address, Secret::new(SECRET), Some(tls)).unwrap();
    Management::open(ours, &settings)
        .await
        .map(|(_, roster)| roster)
}

#[tokio::test(start_paused = true)]
async fn a_pinned_certificate_is_trusted_even_if_self_signed() {
    for version in [&TLS12, &TLS13] {
        let identity = Identity::new();
        let pinned = Tls::Fingerprint(identity.fingerprint());
        let roster = open(identity, version, pinned).await.unwrap();
        assert_eq!(named(&roster.players), ["Alex"]);
    }
}

#[tokio::test(start_paused = true)]
async fn any_other_certificate_is_refused_with_its_fingerprint() {
    let other = Tls::Fingerprint(Identity::new().fingerprint());
    for tls in [other, Tls::WebRoots] {
        let identity = Identity::new();
        let fingerprint = identity.fingerprint();
        let error = open(identity, &TLS13, tls).await.unwrap_err();

        assert!(
            matches!(error, SourceError::CertificateNotTrusted { presented, .. } if presented == fingerprint),
            "{error}"
        );
        assert!(
            error.to_string().contains(&fingerprint.to_string()),
            "{error}"
        );
    }
}

/// A certificate is not secret: an attacker can present it, but cannot sign with its key.
#[tokio::test(start_paused = true)]
async fn a_certificate_presented_without_its_key_is_refused() {
    for version in [&TLS12, &TLS13] {
        let owner = Identity::new();
        let pinned = Tls::Fingerprint(owner.fingerprint());
        let attacker = Identity {
            certificate: owner.certificate,
            ..Identity::new()
        };
        let error = open_with_any_key(attacker, version, pinned)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                SourceError::Tls { .. } | SourceError::CertificateNotTrusted { .. }
            ),
            "{error}"
        );
    }
}

async fn open_with_any_key(
    attacker: Identity,
    version: &'static SupportedProtocolVersion,
    tls: Tls,
) -> Result<FirstRoster, SourceError> {
    #[derive(Debug)]
    struct Shown(Arc<rustls::sign::CertifiedKey>);
    impl rustls::server::ResolvesServerCert for Shown {
        fn resolve(
            &self,
            _: rustls::server::ClientHello<'_>,
        ) -> Option<Arc<rustls::sign::CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }
    let key = ring::sign::any_supported_type(&attacker.key).unwrap();
    let shown = rustls::sign::CertifiedKey::new(vec![attacker.certificate], key);
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Shown(Arc::new(shown))));
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (ours, theirs) = pipe();
    let _server = spawn_server(async move {
        assert!(
            acceptor.accept(theirs).await.is_err(),
            "the handshake must fail"
        );
    });
    let settings =
        ManagementSettings::new("wss://mc.test:1", Secret::new(SECRET), Some(tls)).unwrap();
    Management::open(ours, &settings)
        .await
        .map(|(_, roster)| roster)
}

#[tokio::test(start_paused = true)]
async fn the_error_says_whether_tls_is_needed() {
    let error = open(Identity::new(), &TLS13, Tls::Off).await.unwrap_err();
    assert!(matches!(error, SourceError::TlsNeeded { .. }), "{error}");

    let (ours, theirs) = pipe();
    let _server = spawn_server(async move {
        Server::try_accept(theirs).await;
    });
    let settings = ManagementSettings::new("wss://mc.test:1", Secret::new(SECRET), None).unwrap();
    let error = Management::open(ours, &settings).await.err().unwrap();
    assert!(
        matches!(error, SourceError::TlsNotOffered { .. }),
        "{error}"
    );
}
