//! TLS for fleets on other machines. The fleet trusts exactly one certificate, so it needs no authority:
//! without one of the operator's, the worker makes its own, which does not expire.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oxeye_process::fingerprint::Fingerprint;
use oxeye_process::private_file;
use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::version::TLS13;
use tokio_rustls::TlsAcceptor;

use super::validity::Validity;
use crate::log_once::LogOnce;

/// The name in the certificate that a worker makes. Nobody checks it.
const NAME: &str = "oxeye-fleet-worker";

/// Digits of Base64 in a line of a PEM file.
const PEM_LINE: usize = 64;

/// By what fleets know this worker.
pub(crate) struct Identity {
    /// What `FLEET_WORKERS` has to name.
    pub(super) fingerprint: Fingerprint,
    /// Encrypts connections.
    pub(super) acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
    path: PathBuf,
    logged: Mutex<LogOnce>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    #[error("{}: {source}", .path.display())]
    Pem { path: PathBuf, source: pem::Error },
    #[error("{} has no certificate", .0.display())]
    NoCertificate(PathBuf),
    #[error("{}: {source}", .path.display())]
    NotWritten { path: PathBuf, source: io::Error },
    #[error("it cannot be made: {0}")]
    NotMade(#[from] rcgen::Error),
    #[error("{0}")]
    Tls(#[from] rustls::Error),
}

impl Identity {
    /// Reads the certificate of the operator and its key, or those in the data folder, which are made on the
    /// first start.
    ///
    /// # Errors
    /// When a file cannot be used, or the key is not that of the certificate.
    pub(super) fn read(
        files: Option<&(PathBuf, PathBuf)>,
        data: &Path,
    ) -> Result<Self, IdentityError> {
        if let Some(files) = files {
            return Self::of(files);
        }
        let own = data.join("worker.pem");
        if !own.exists() {
            make(&own)?;
        }
        Self::of(&(own.clone(), own))
    }

    /// Reads a certificate and its key.
    ///
    /// # Errors
    /// When a file cannot be used, or the key is not that of the certificate.
    pub(crate) fn of((certificate, key): &(PathBuf, PathBuf)) -> Result<Self, IdentityError> {
        let chain = chain(certificate)?;
        let first = chain.first();
        let first = first.ok_or_else(|| IdentityError::NoCertificate(certificate.clone()))?;
        let (first, fingerprint) = (first.clone(), Fingerprint::of(first));
        let path = key.clone();
        let key = PrivateKeyDer::from_pem_file(key)
            .map_err(|source| IdentityError::Pem { path, source })?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self {
            fingerprint,
            acceptor: Arc::new(config).into(),
            certificate: first,
            path: certificate.clone(),
            logged: Mutex::default(),
        })
    }

    /// Returns whether the certificate is valid now.
    pub(crate) fn validity(&self) -> Validity {
        let validity = Validity::of(
            &self.certificate,
            UnixTime::now(),
            &ring::default_provider(),
        );
        // Whatever rustls has taken for a certificate is one.
        validity.unwrap_or(Validity::Valid)
    }

    /// Tells operators, once, that no fleet takes the certificate.
    pub(super) fn warn_unless_valid(&self) {
        let why = match self.validity() {
            Validity::Valid => return,
            Validity::Expired => "has expired",
            Validity::NotYet => "is not valid yet",
        };
        if self.logged.lock().is_news(why) {
            let path = self.path.display();
            tracing::warn!(
                "the worker's certificate {path} {why}: every fleet refuses it; a new one needs a new FLEET_WORKERS, too"
            );
        }
    }
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, IdentityError> {
    let failed = |source| IdentityError::Pem {
        path: path.to_owned(),
        source,
    };
    let certificates = CertificateDer::pem_file_iter(path).map_err(failed)?;
    certificates.collect::<Result<_, _>>().map_err(failed)
}

/// Makes a certificate, and writes it to one file together with its key.
fn make(path: &Path) -> Result<(), IdentityError> {
    let made = rcgen::generate_simple_self_signed(vec![NAME.to_owned()])?;
    let contents = pem("CERTIFICATE", made.cert.der())
        + &pem("PRIVATE KEY", &made.signing_key.serialize_der());
    private_file::write_durably(path, contents.as_bytes()).map_err(|source| {
        IdentityError::NotWritten {
            path: path.to_owned(),
            source,
        }
    })
}

/// Returns a section of a PEM file.
pub(crate) fn pem(label: &str, contents: &[u8]) -> String {
    let digits = STANDARD.encode(contents);
    let mut section = format!("-----BEGIN {label}-----\n");
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % PEM_LINE == 0 {
            section.push('\n');
        }
        section.push(digit);
    }
    section + &format!("\n-----END {label}-----\n")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_certificate_is_made_once_and_is_private() {
        let data = tempfile::tempdir().unwrap();

        let first = Identity::read(None, data.path()).unwrap();
        let second = Identity::read(None, data.path()).unwrap();

        assert_eq!(first.fingerprint, second.fingerprint);
        let path = data.path().join("worker.pem");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let files = (path.clone(), path);
        let configured = Identity::read(Some(&files), Path::new("/nowhere")).unwrap();
        assert_eq!(configured.fingerprint, first.fingerprint);
    }

    #[track_caller]
    fn check_refused(certificate: &Path, key: &Path, words: &str) {
        let files = (certificate.to_owned(), key.to_owned());
        let Err(refused) = Identity::read(Some(&files), Path::new("/nowhere")) else {
            panic!("{certificate:?} and {key:?} are accepted");
        };
        assert!(refused.to_string().contains(words), "{refused}");
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other, missing, empty] = ["one.pem", "other.pem", "missing.pem", "empty.pem"]
            .map(|name| folder.path().join(name));
        make(&one).unwrap();
        make(&other).unwrap();
        fs::write(&empty, "").unwrap();

        check_refused(&missing, &one, "missing.pem");
        check_refused(&one, &missing, "missing.pem");
        check_refused(&empty, &one, "empty.pem has no certificate");
        check_refused(&one, &empty, "empty.pem");
        check_refused(&one, &other, "keys may not be consistent");
    }
}
