//! What somebody who sets or tests an alert can put right.

use oxeye_text::Text;

use super::BotError;
use crate::error::Mistake;
use crate::view::channel_link;

/// A mistake about an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AlertMistake {
    /// The channel is of a kind that cannot have an alert.
    WrongChannel(u64),
    /// Discord refuses a message for a reason that we do not know.
    NotAccepted { channel: u64, code: u32 },
    /// The guild has as many alerts as it may have.
    TooMany(usize),
    /// The channel has no alert; the others have one.
    NoAlert(u64, Vec<u64>),
    /// An alert is to notify everybody.
    Everyone,
}

impl AlertMistake {
    /// Returns what is wrong and what to do about it, as markdown.
    pub(super) fn sentence(&self, text: Text) -> String {
        match self {
            Self::WrongChannel(channel) => text.not_for_alerts(&channel_link(*channel)),
            Self::NotAccepted { channel, code } => {
                text.alert_not_accepted(&channel_link(*channel), &code.to_string())
            }
            Self::TooMany(count) => text.too_many_alerts(*count),
            Self::NoAlert(channel, others) if others.is_empty() => {
                text.no_alert(&channel_link(*channel))
            }
            Self::NoAlert(channel, others) => {
                let others: Vec<_> = others.iter().copied().map(channel_link).collect();
                text.no_alert_but(&channel_link(*channel), &text.list(&others))
            }
            Self::Everyone => text.alert_not_everyone(),
        }
    }
}

impl From<AlertMistake> for BotError {
    fn from(mistake: AlertMistake) -> Self {
        Mistake::Alert(mistake).into()
    }
}
