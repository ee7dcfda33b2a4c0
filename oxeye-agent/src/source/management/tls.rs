//! TLS to a management server, with the certificate that the operator trusts.

use std::io;
use std::sync::{Arc, OnceLock};

use oxeye_probe::wire::Wire;
use oxeye_probe::{Address, ProbeError};
use oxeye_process::fingerprint::Fingerprint;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_rustls::TlsConnector;

use crate::source::SourceError;

/// Which certificates are trusted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trust {
    /// Those that browsers trust.
    WebRoots,
    /// Exactly the one with this fingerprint.
    Only(Fingerprint),
}

/// Establishes TLS over the wire.
pub(super) async fn secure(
    wire: Box<dyn Wire>,
    address: &Address,
    trust: Trust,
) -> Result<Box<dyn Wire>, SourceError> {
    let no_tls = |source| SourceError::Tls {
        address: address.clone(),
        source,
    };
    let verifier = Arc::new(Verifier::new(trust).map_err(no_tls)?);
    let config = client_config(&verifier).map_err(no_tls)?;
    let name = ServerName::try_from(address.host().to_owned())
        .map_err(|_invalid| no_tls(CertificateError::NotValidForName.into()))?;
    match TlsConnector::from(Arc::new(config))
        .connect(name, wire)
        .await
    {
        Ok(secured) => Ok(Box::new(secured)),
        Err(error) => Err(handshake_error(error, address, verifier.presented.get())),
    }
}

fn client_config(verifier: &Arc<Verifier>) -> Result<ClientConfig, rustls::Error> {
    let verifier = Arc::clone(verifier);
    let config = ClientConfig::builder_with_provider(Arc::clone(&verifier.provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// Returns why the TLS handshake failed.
fn handshake_error(
    error: io::Error,
    address: &Address,
    presented: Option<&Fingerprint>,
) -> SourceError {
    let address = address.clone();
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (tls.cloned(), presented) {
        (Some(rustls::Error::InvalidCertificate(_)), Some(presented)) => {
            SourceError::CertificateNotTrusted {
                address,
                presented: *presented,
            }
        }
        (Some(rustls::Error::InvalidMessage(_)), _) => SourceError::TlsNotOffered { address },
        (Some(source), _) => SourceError::Tls { address, source },
        (None, _) => match ProbeError::network(&address, error) {
            ProbeError::Closed { address } => SourceError::TlsNotOffered { address },
            other => other.into(),
        },
    }
}

/// Checks the certificate that a server presents, and remembers its fingerprint for the error.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    trusted: Trusted,
    presented: OnceLock<Fingerprint>,
}

#[derive(Debug)]
enum Trusted {
    Roots(Arc<WebPkiServerVerifier>),
    Only(Fingerprint),
}

impl Verifier {
    fn new(trust: Trust) -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let trusted = match trust {
            Trust::Only(fingerprint) => Trusted::Only(fingerprint),
            Trust::WebRoots => {
                let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
                let web = WebPkiServerVerifier::builder_with_provider(
                    Arc::new(roots),
                    Arc::clone(&provider),
                );
                let web = web
                    .build()
                    .map_err(|error| rustls::Error::General(error.to_string()))?;
                Trusted::Roots(web)
            }
        };
        Ok(Self {
            provider,
            trusted,
            presented: OnceLock::new(),
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let presented = *self.presented.get_or_init(|| Fingerprint::of(end_entity));
        match &self.trusted {
            Trusted::Roots(web) => {
                web.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            // The certificate itself is known, so its signer, name and expiry do not matter. The
            // signature checks below prove that the server has its key.
            Trusted::Only(fingerprint) if *fingerprint == presented => {
                Ok(ServerCertVerified::assertion())
            }
            Trusted::Only(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
