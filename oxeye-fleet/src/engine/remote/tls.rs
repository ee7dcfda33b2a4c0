//! TLS to a worker on another machine, whose one certificate is known by its fingerprint.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};

use oxeye_probe::Address;
use oxeye_process::fingerprint::Fingerprint;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, IpAddr, ServerName, UnixTime};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, PeerIncompatible, SignatureScheme,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connect_error::ConnectError;
use crate::worker::validity::Validity;

/// Connects to the worker at an address, if it has the key of the certificate with this fingerprint.
pub(super) async fn connect(
    address: &Address,
    fingerprint: Fingerprint,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let stream = TcpStream::connect((address.host(), address.port())).await?;
    stream.set_nodelay(true)?;
    let verifier = Arc::new(Pinned {
        provider: Arc::new(ring::default_provider()),
        fingerprint,
        presented: OnceLock::new(),
    });
    let config = config(&verifier).map_err(io::Error::other)?;
    // The certificate is known, so its names do not matter, and with an address none is sent.
    let name = ServerName::IpAddress(IpAddr::from(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
    let secured = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let secured = secured.await;
    secured.map_err(|error| reason(error, verifier.presented.get()))
}

fn config(verifier: &Arc<Pinned>) -> Result<ClientConfig, Error> {
    let verifier = Arc::clone(verifier);
    let config = ClientConfig::builder_with_provider(Arc::clone(&verifier.provider))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// Returns why a handshake failed.
fn reason(error: io::Error, presented: Option<&Fingerprint>) -> ConnectError {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(Error::InvalidCertificate(why)) = tls else {
        return ConnectError::Socket(error);
    };
    match (why, presented) {
        (CertificateError::Expired, _) => ConnectError::Expired,
        (CertificateError::NotValidYet, _) => ConnectError::NotValidYet,
        (CertificateError::ApplicationVerificationFailure, Some(presented)) => {
            ConnectError::OtherCertificate(*presented)
        }
        _ => ConnectError::Socket(error),
    }
}

/// Trusts one certificate, while it is valid.
#[derive(Debug)]
struct Pinned {
    provider: Arc<CryptoProvider>,
    fingerprint: Fingerprint,
    /// What the other side has, for the error.
    presented: OnceLock<Fingerprint>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let presented = *self.presented.get_or_init(|| Fingerprint::of(end_entity));
        if presented != self.fingerprint {
            return Err(CertificateError::ApplicationVerificationFailure.into());
        }
        match Validity::of(end_entity, now, &self.provider)? {
            Validity::Valid => Ok(ServerCertVerified::assertion()),
            Validity::Expired => Err(CertificateError::Expired.into()),
            Validity::NotYet => Err(CertificateError::NotValidYet.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    /// Proves that the other side has the key of the certificate.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
