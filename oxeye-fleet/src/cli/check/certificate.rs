//! The operator's certificate, on the machine of a worker.

use std::path::PathBuf;

use super::Finding;
use crate::text::Text;
use crate::worker::tls::Identity;
use crate::worker::validity::Validity;

/// `files` are the certificate and its key.
pub(super) fn finding(files: &(PathBuf, PathBuf), text: Text) -> Finding {
    let path = files.0.display().to_string();
    let identity = match Identity::of(files) {
        Ok(identity) => identity,
        Err(error) => return Finding::Wrong(text.no_certificate(&error.to_string())),
    };
    match identity.validity() {
        Validity::Valid => Finding::Fine(path),
        Validity::Expired => Finding::Wrong(text.certificate_expired(&path)),
        Validity::NotYet => Finding::Wrong(text.certificate_not_yet(&path)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use oxeye_catalogue::Locale;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;
    use crate::worker::tls::pem;

    #[track_caller]
    fn check(years: (i32, i32), expected: impl Fn(Text, &str) -> Result<String, String>) {
        let folder = tempfile::tempdir().unwrap();
        let files = (folder.path().join("a.crt"), folder.path().join("a.key"));
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        let made = params.self_signed(&key).unwrap();
        fs::write(&files.0, pem("CERTIFICATE", made.der())).unwrap();
        fs::write(&files.1, pem("PRIVATE KEY", &key.serialize_der())).unwrap();

        for text in Locale::ALL.map(Text::of) {
            let found = match finding(&files, text) {
                Finding::Fine(found) => Ok(found),
                Finding::Wrong(found) => Err(found),
            };
            assert_eq!(found, expected(text, &files.0.display().to_string()));
        }
    }

    #[test]
    fn a_certificate_that_no_fleet_takes_is_wrong() {
        check((2000, 3000), |_, path| Ok(path.to_owned()));
        check((2000, 2001), |text, path| {
            Err(text.certificate_expired(path))
        });
        check((2999, 3000), |text, path| {
            Err(text.certificate_not_yet(path))
        });
    }

    #[test]
    fn a_certificate_that_is_not_there_is_wrong() {
        let files = (PathBuf::from("/nowhere/a.crt"), PathBuf::from("a.key"));

        let Finding::Wrong(found) = finding(&files, Text::of(Locale::English)) else {
            panic!("it is fine");
        };
        assert!(found.contains("/nowhere/a.crt"), "{found}");
    }
}
