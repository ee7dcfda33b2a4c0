//! Why a question about keys is not answered, in Redis' own words.

/// Why a question is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("WRONGTYPE Operation against a key holding the wrong kind of value")]
    WrongType,
    #[error("ERR value is not an integer or out of range")]
    NoInteger,
    #[error("ERR syntax error")]
    Syntax,
    #[error("ERR invalid cursor")]
    InvalidCursor,
    /// The key belongs to a guild, and the client has not sent the operator token.
    #[error("NOAUTH Authentication required.")]
    NeedsAuthentication,
    #[error("ERR the store cannot be read now; the log of Oxeye says why")]
    Unreadable,
}
