//! How a fleet shows that it knows the shared secret without sending it: a proof that is good for one worker
//! and one start of the fleet only, so that nobody who has heard it can use it elsewhere.

use std::fmt;

use oxeye_plugin_proto::hex;
use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;
use ring::hmac::{self, HMAC_SHA256};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The HMAC-SHA256 of a worker's certificate and an epoch, with the secret as its key; 64 hexadecimal digits
/// in a message. Nothing is compared with it but by [`Proof::is_of`].
#[derive(Clone)]
pub(crate) struct Proof([u8; 32]);

impl Proof {
    /// Returns the proof for the worker with this certificate. At a Unix socket there is none: who may be there
    /// is decided by its folder.
    pub(crate) fn of(secret: &Secret, worker: Option<Fingerprint>, epoch: u64) -> Self {
        let tag = hmac::sign(&key(secret), &message(worker, epoch));
        let mut bytes = [0; 32];
        bytes.copy_from_slice(tag.as_ref());
        Self(bytes)
    }

    /// Returns whether this is the proof for that worker. The time it takes reveals nothing.
    pub(super) fn is_of(&self, secret: &Secret, worker: Option<Fingerprint>, epoch: u64) -> bool {
        hmac::verify(&key(secret), &message(worker, epoch), &self.0).is_ok()
    }
}

fn key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(HMAC_SHA256, secret.expose().as_bytes())
}

/// Returns what is signed: it says what for, so that a proof for something else can never be used here.
fn message(worker: Option<Fingerprint>, epoch: u64) -> Vec<u8> {
    let worker = worker.map(|worker| worker.to_string()).unwrap_or_default();
    format!("oxeye-fleet worker\n{worker}\n{epoch}\n").into_bytes()
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write_lower(&self.0, f)
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(hidden)")
    }
}

impl Serialize for Proof {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Proof {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex::parse_32_bytes(&text);
        bytes
            .map(Self)
            .ok_or_else(|| D::Error::custom("a proof has 64 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_one_secret_one_worker_and_one_epoch() {
        let secret = Secret::new("what-both-of-them-know");
        let [attic, home] = [&b"attic"[..], b"home"].map(|one| Some(Fingerprint::of(one)));
        let sent = serde_json::to_string(&Proof::of(&secret, attic, 7)).unwrap();
        let proof: Proof = serde_json::from_str(&sent).unwrap();

        assert!(proof.is_of(&secret, attic, 7));
        assert!(!proof.is_of(&secret, home, 7));
        assert!(!proof.is_of(&secret, None, 7));
        assert!(!proof.is_of(&secret, attic, 8));
        assert!(!proof.is_of(&Secret::new("something else"), attic, 7));
        assert!(Proof::of(&secret, None, 7).is_of(&secret, None, 7));
    }

    #[test]
    fn a_proof_is_what_other_programs_compute() {
        // printf 'oxeye-fleet worker\n\n7\n' | openssl dgst -sha256 -hmac what-both-of-them-know
        let secret = Secret::new("what-both-of-them-know");

        let proof = Proof::of(&secret, None, 7);

        assert_eq!(
            proof.to_string(),
            "d19a8bdd6e8b5962b22697a7fd1505084b5f2e15996c412b0ccddd4ace5568e4"
        );
        assert_eq!(format!("{proof:?}"), "Proof(hidden)");
    }
}
