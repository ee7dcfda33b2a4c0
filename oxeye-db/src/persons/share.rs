//! Which of what is known under a name belongs to somebody.

use crate::accounts::AccountId;

/// A part of what is known under a name in a guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// All of it.
    Whole,
    /// What knows this account.
    Account(AccountId),
    /// What knows no account.
    Unproven,
}

impl Share {
    /// Whether something is part of it, given the account that it knows.
    pub(crate) fn has(self, account: Option<AccountId>) -> bool {
        match self {
            Self::Whole => true,
            Self::Account(only) => account == Some(only),
            Self::Unproven => account.is_none(),
        }
    }

    /// Whether it is all that is known under the name.
    pub(crate) fn is_whole(self) -> bool {
        self == Self::Whole
    }

    /// Returns the account whose share it is.
    pub(crate) fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Whole | Self::Unproven => None,
        }
    }
}
