//! Whether a certificate is valid now.

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};

/// Whether a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Valid,
    Expired,
    NotYet,
}

impl Validity {
    /// Reads from a certificate whether it is valid at a moment. Of all that is wrong with it for an authority,
    /// such as that it is self-signed, nothing else counts; the time is what rustls checks first.
    ///
    /// # Errors
    /// When it is not a certificate.
    pub(crate) fn of(
        certificate: &CertificateDer<'_>,
        now: UnixTime,
        provider: &CryptoProvider,
    ) -> Result<Self, Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        let checked = verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &RootCertStore::empty(),
            &[],
            now,
            provider.signature_verification_algorithms.all,
        );
        Ok(match checked {
            Err(Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            )) => Self::Expired,
            Err(Error::InvalidCertificate(
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
            )) => Self::NotYet,
            _ => Self::Valid,
        })
    }
}
