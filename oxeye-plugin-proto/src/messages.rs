//! The body of every request and answer, one file per route. Unknown fields are ignored, and an
//! optional field may be missing or `null`.

mod about;
mod activity;
mod connect;
mod error;
mod event;
mod events;
mod heartbeat;
mod join;
mod leave;
mod member_code;
mod skin;
mod sync;
mod sync_players;

pub use about::{AboutRequest, IconData, InvalidIconData};
pub use activity::{ActivityEvent, ActivityRequest, ActivityResponse};
pub use connect::{ConnectRequest, ConnectResponse};
pub use error::ErrorResponse;
pub use event::Event;
pub use events::{
    EpochResponse, EventBatch, EventsRequest, EventsResponse, InvalidBatch, RefusedEvent,
};
pub use heartbeat::{GameServerState, HeartbeatRequest, HeartbeatResponse};
pub use join::JoinRequest;
pub use leave::LeaveRequest;
pub use member_code::MemberCodeRequest;
pub use skin::{InvalidSkinData, SkinRequest};
pub use sync::{MissingSkin, SyncReason, SyncRequest, SyncResponse};
pub use sync_players::{SkippedPlayer, SyncPlayer, SyncPlayers};
