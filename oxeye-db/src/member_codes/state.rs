//! The codes that can still be typed, who guessed, and the servers at which codes can be typed.

use std::collections::HashMap;

use oxeye_plugin_proto::UnixSeconds;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::guesses::Guesses;
use super::pending::Pending;
use crate::ids::ServerId;
use crate::member_error::LinkMemberError;

/// What came of a code that the right player typed.
#[derive(Debug)]
pub enum MemberCodeOutcome {
    /// The member is linked to the player.
    Linked,
    /// The server could not show that the player's account is authenticated, or another authenticated account has
    /// had the player's name in this guild, so somebody else may be using the name.
    Unauthenticated,
    /// The member was not linked, for this reason.
    Refused(LinkMemberError),
}

/// The codes, and the servers at which they can be typed.
#[derive(Debug, Default)]
pub(crate) struct MemberCodes(pub(super) Mutex<State>);

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) pending: Pending<oneshot::Sender<MemberCodeOutcome>>,
    pub(super) guesses: Guesses,
    /// The servers whose plugin passes codes on, and until when that counts without another heartbeat.
    pub(super) carriers: HashMap<ServerId, UnixSeconds>,
}
