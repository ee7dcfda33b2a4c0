//! A plugin: a Minecraft server that reports.

use std::net::SocketAddr;
use std::ops::Deref;

use oxeye_plugin_client::{JoinReply, LinkedClient};
use oxeye_plugin_proto::{
    ApiKey, JoinRequest, LeaveRequest, PlayerName, SkinRequest, SyncPlayer, SyncPlayers,
    SyncRequest, SyncResponse, TextureHash,
};

use serde_json::{Value, json};

use crate::raw::{self, Answer, Request};
use crate::skins;

/// A linked plugin. It reports the way the Fabric mod does unless a test says otherwise.
#[derive(Debug)]
pub struct Plugin {
    address: SocketAddr,
    client: LinkedClient,
}

impl Deref for Plugin {
    type Target = LinkedClient;

    fn deref(&self) -> &LinkedClient {
        &self.client
    }
}

impl Plugin {
    pub(crate) fn new(address: SocketAddr, client: LinkedClient) -> Self {
        Self { address, client }
    }

    /// Returns the key as text, for sending it in unusual ways.
    pub fn key(&self) -> &str {
        ApiKey::expose(self.client.api_key())
    }

    /// Sends any request with this plugin's key.
    pub async fn ask(&self, request: Request) -> Answer {
        raw::ask(self.address, &request.bearer(self.key())).await
    }

    /// Reports a join without a skin.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn joins(&self, player: &str) {
        let reply = self
            .client
            .join(join(player, None))
            .await
            .expect("the join is accepted");
        assert!(
            matches!(reply, JoinReply::SkinKnown),
            "a skin without a hash was asked for"
        );
    }

    /// Reports a join with a skin, and sends the skin if the backend asks for it. Returns whether
    /// it did.
    ///
    /// # Panics
    /// If either is refused.
    pub async fn joins_with_skin(&self, player: &str, texture: &str, png: &[u8]) -> bool {
        let hash = skins::texture_hash(texture);
        let reply = self
            .client
            .join(join(player, Some(hash)))
            .await
            .expect("the join is accepted");
        let wanted = matches!(reply, JoinReply::SkinWanted);
        if wanted {
            let skin = SkinRequest {
                player: name(player),
                texture_hash: hash,
                skin_data: skins::base64(png),
                texture_url: None,
            };
            self.client.skin(skin).await.expect("the skin is accepted");
        }
        wanted
    }

    /// Reports a join with the account's UUID, as servers do that send no skins.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn joins_as(&self, player: &str, uuid: &str) {
        let join = json!({"player": player, "uuid": uuid});
        let answer = self.ask(Request::post("/join").json(&join)).await;
        assert_eq!(answer.status, 200, "{answer}");
    }

    /// Reports everyone who is on, each with the account's UUID.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn syncs_as(&self, players: &[(&str, &str)]) {
        let players = players.iter();
        let players = players.map(|(name, uuid)| json!({"player": name, "uuid": uuid}));
        let sync = json!({"players": players.collect::<Vec<_>>()});
        let answer = self.ask(Request::post("/sync").json(&sync)).await;
        assert_eq!(answer.status, 200, "{answer}");
    }

    /// Reports a leave.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn leaves(&self, player: &str) {
        let leave = LeaveRequest {
            player: name(player),
            at: None,
        };
        self.client
            .leave(leave)
            .await
            .expect("the leave is accepted");
    }

    /// Reports what a player did.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn reports_activity(&self, event: &Value) {
        let answer = self.ask(Request::post("/activity").json(event)).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.json()["server_time"].is_i64(), "{answer}");
    }

    /// Sends numbered events about what players did.
    pub async fn sends_activity(&self, epoch: u64, first_seq: u64, events: &Value) -> Answer {
        let batch = json!({"epoch": epoch, "first_seq": first_seq, "events": events});
        self.ask(Request::post("/activity").json(&batch)).await
    }

    /// Reports stays of one player, each as the times of a join and a leave.
    ///
    /// # Panics
    /// If any of it is refused.
    pub async fn reports_stays(&self, player: &str, stays: &[(i64, i64)]) {
        let events = stays.iter().flat_map(|(joined, left)| {
            [("join", joined), ("leave", left)]
                .map(|(what, at)| json!({"type": what, "player": player, "at": at}))
        });
        let events: Vec<_> = events.collect();
        let batch = json!({"epoch": 1, "first_seq": 1, "events": events});
        let answer = self.ask(Request::post("/events").json(&batch)).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.json().get("refused").is_none(), "{answer}");
    }

    /// Reports everyone who is on.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn syncs(&self, players: &[&str]) -> SyncResponse {
        let valid = players
            .iter()
            .map(|player| SyncPlayer {
                player: name(player),
                texture_hash: None,
                uuid: None,
            })
            .collect();
        let players = SyncPlayers {
            valid,
            skipped: Vec::new(),
        };
        let sync = SyncRequest {
            players,
            heartbeat_secs: None,
            reason: None,
        };
        self.client.sync(sync).await.expect("the sync is accepted")
    }
}

fn join(player: &str, texture_hash: Option<TextureHash>) -> JoinRequest {
    JoinRequest {
        player: name(player),
        texture_hash,
        uuid: None,
        at: None,
    }
}

fn name(player: &str) -> PlayerName {
    PlayerName::try_from(player).expect("stories use valid player names")
}
