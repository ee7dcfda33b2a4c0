//! `MULTI` and `EXEC`, in which many clients wrap a pipeline. Nothing is written here, so what is left of a transaction
//! is its form: the requests between them are kept and answered together.

use super::commands::Command;
use super::replies::Replies;

/// The most bytes of requests that one client may have kept. Ten thousand questions take less than this.
const MAX_KEPT: usize = 2 * 1024 * 1024;

/// What a kept argument takes besides its bytes.
const PER_ARGUMENT: usize = 32;

/// A request that was kept.
pub(super) type Kept = (Command, Vec<Vec<u8>>);

/// The transaction that a client may have begun.
#[derive(Debug, Default)]
pub(super) struct Transaction(Option<Begun>);

#[derive(Debug, Default)]
struct Begun {
    kept: Vec<Kept>,
    bytes: usize,
    /// Whether one of its requests was refused, so that none of them is answered.
    is_discarded: bool,
}

impl Transaction {
    /// Notes that a request was refused.
    pub(super) fn refused(&mut self) {
        if let Some(begun) = &mut self.0 {
            begun.is_discarded = true;
            begun.kept = Vec::new();
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.0 = None;
    }

    /// `MULTI`.
    pub(super) fn begin(&mut self, replies: &mut Replies) {
        match &self.0 {
            Some(_) => replies.error("ERR MULTI calls can not be nested"),
            None => {
                self.0 = Some(Begun::default());
                replies.status("OK");
            }
        }
    }

    /// `WATCH`: nothing changes during a transaction that only reads.
    pub(super) fn watch(&self, replies: &mut Replies) {
        match &self.0 {
            Some(_) => replies.error("ERR WATCH inside MULTI is not allowed"),
            None => replies.status("OK"),
        }
    }

    /// `DISCARD`.
    pub(super) fn discard(&mut self, replies: &mut Replies) {
        match self.0.take() {
            Some(_) => replies.status("OK"),
            None => replies.error("ERR DISCARD without MULTI"),
        }
    }

    /// `EXEC`: returns the requests that are to be answered now, and begins the reply that holds the answers.
    pub(super) fn execute(&mut self, replies: &mut Replies) -> Vec<Kept> {
        match self.0.take() {
            None => replies.error("ERR EXEC without MULTI"),
            Some(begun) if begun.is_discarded => {
                replies.error("EXECABORT Transaction discarded because of previous errors.");
            }
            Some(begun) => {
                replies.array(begun.kept.len());
                return begun.kept;
            }
        }
        Vec::new()
    }

    /// Keeps a request for later if a transaction has begun. Returns whether it did.
    pub(super) fn keep(
        &mut self,
        command: Command,
        arguments: &[Vec<u8>],
        replies: &mut Replies,
    ) -> bool {
        let Some(begun) = &mut self.0 else {
            return false;
        };
        let lengths = arguments
            .iter()
            .map(|argument| argument.len() + PER_ARGUMENT);
        begun.bytes += PER_ARGUMENT + lengths.sum::<usize>();
        if begun.bytes > MAX_KEPT {
            self.refused();
            replies.error("ERR the transaction is too large");
            return true;
        }
        if !begun.is_discarded {
            begun.kept.push((command, arguments.to_vec()));
        }
        replies.status("QUEUED");
        true
    }
}
