//! The gateway: one websocket per connection of the bot, JSON in text frames.

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::world::{TOKEN, World};
use super::{Shared, payloads};

/// The intents for members, presences, and the content of messages.
const PRIVILEGED: u64 = 1 << 1 | PRESENCES | 1 << 15;
/// The intent for presences.
pub(super) const PRESENCES: u64 = 1 << 8;
/// The intent for voice states.
pub(super) const VOICE_STATES: u64 = 1 << 7;

/// What the stand-in can tell a connection to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Send this payload, which already has its sequence number.
    Send(Value),
    /// Send op 7.
    Reconnect,
    /// Send op 9.
    Invalidate { resumable: bool },
    /// Send a close frame.
    Close(u16),
    /// Close the TCP connection without a close frame.
    HangUp,
}

/// A gateway session, with everything dispatched in it so that a RESUME can replay it.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    dispatched: Vec<Value>,
}

impl World {
    /// Dispatches an event in the current session. Without a connection it waits in the session for
    /// the RESUME; without a session nobody receives it, as at Discord.
    pub(super) fn dispatch(&mut self, kind: &str, data: &Value) {
        let Some(session) = &mut self.session else {
            return;
        };
        let sequence = session.dispatched.len() + 1;
        let payload = json!({"op": 0, "t": kind, "s": sequence, "d": data});
        session.dispatched.push(payload.clone());
        self.order(Order::Send(payload));
    }

    fn begin_session(&mut self) {
        let id = format!("session-{}", self.next_id());
        self.sessions.begun += 1;
        self.session = Some(Session {
            id: id.clone(),
            dispatched: Vec::new(),
        });
        let guilds = self.guilds_of_the_bot();
        let ready = payloads::ready(&self.address.to_string(), &id, &guilds);
        self.dispatch("READY", &ready);
        for guild in guilds {
            self.announce_guild(guild);
        }
    }

    /// Resumes a session; returns false if it does not exist.
    fn resume(&mut self, id: &str, sequence: usize) -> bool {
        let Some(session) = self.session.as_ref().filter(|session| session.id == id) else {
            return false;
        };
        let missed: Vec<_> = session.dispatched.iter().skip(sequence).cloned().collect();
        for payload in missed {
            self.order(Order::Send(payload));
        }
        self.sessions.resumed += 1;
        self.dispatch("RESUMED", &json!({}));
        true
    }
}

/// `GET /`: opens the websocket.
pub(super) async fn connect(State(world): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|socket| {
        Connection {
            socket,
            world,
            identified: false,
        }
        .run()
    })
}

struct Connection {
    socket: WebSocket,
    world: Shared,
    identified: bool,
}

/// Ends the connection.
struct ConnectionEnd;

impl Connection {
    async fn run(mut self) {
        let (orders, mut receiver) = unbounded_channel();
        let hello = json!({"op": 10, "d": {"heartbeat_interval": 41_250}});
        if self.send(&hello).await.is_err() {
            return;
        }
        while self.step(&orders, &mut receiver).await.is_ok() {}
        // Only the current connection may remove itself.
        self.world.change(|world| {
            let current = world.connection.as_ref();
            if current.is_some_and(|current| current.same_channel(&orders)) {
                world.connection = None;
            }
        });
    }

    async fn step(
        &mut self,
        orders: &tokio::sync::mpsc::UnboundedSender<Order>,
        receiver: &mut UnboundedReceiver<Order>,
    ) -> Result<(), ConnectionEnd> {
        tokio::select! {
            frame = self.socket.recv() => match frame {
                Some(Ok(Frame::Text(text))) => {
                    let payload: Value = serde_json::from_str(&text).map_err(|_| ConnectionEnd)?;
                    self.receive(&payload, orders).await
                }
                Some(Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Binary(_))) => Ok(()),
                Some(Ok(Frame::Close(_)) | Err(_)) | None => Err(ConnectionEnd),
            },
            Some(order) = receiver.recv() => self.obey(order).await,
        }
    }

    async fn receive(
        &mut self,
        payload: &Value,
        orders: &tokio::sync::mpsc::UnboundedSender<Order>,
    ) -> Result<(), ConnectionEnd> {
        if payload.to_string().len() > 4096 {
            self.world
                .change(|world| world.violated("gateway: a payload is larger than 4096 bytes"));
            return self.close(4002).await;
        }
        match payload["op"].as_u64() {
            Some(1) => self.send(&json!({"op": 11})).await,
            Some(2) => self.identify(&payload["d"], orders).await,
            Some(6) => self.resume(&payload["d"], orders).await,
            Some(3) if self.identified => {
                self.world.change(|world| world.shows(&payload["d"]));
                Ok(())
            }
            Some(8) if self.identified => {
                let question = &payload["d"];
                self.world
                    .change(|world| world.is_asked_about_members(question));
                Ok(())
            }
            _ => self.close(4001).await,
        }
    }

    async fn identify(
        &mut self,
        data: &Value,
        orders: &tokio::sync::mpsc::UnboundedSender<Order>,
    ) -> Result<(), ConnectionEnd> {
        let refused = self.world.change(|world| {
            // serenity sends the token as it appears in its HTTP header, and Discord accepts that.
            let token = data["token"].as_str().unwrap_or_default();
            let wrong_token = (token.trim_start_matches("Bot ") != TOKEN).then_some(4004);
            let intents = data["intents"].as_u64().unwrap_or_default();
            let not_allowed = intents & PRIVILEGED & !world.allowed_intents;
            let not_allowed = (not_allowed != 0).then_some(4014);
            let refused = world.refuse_identify.or(wrong_token).or(not_allowed);
            if refused.is_some() {
                world.sessions.refused += 1;
            } else {
                world.connection = Some(orders.clone());
                world.intents = intents;
                world.begin_session();
                if !data["presence"]["activities"][0].is_null() {
                    world.shows(&data["presence"]);
                }
            }
            refused
        });
        self.identified = true;
        match refused {
            Some(code) => self.close(code).await,
            None => Ok(()),
        }
    }

    async fn resume(
        &mut self,
        data: &Value,
        orders: &tokio::sync::mpsc::UnboundedSender<Order>,
    ) -> Result<(), ConnectionEnd> {
        let session = data["session_id"].as_str().unwrap_or_default();
        let sequence = data["seq"]
            .as_u64()
            .and_then(|sequence| usize::try_from(sequence).ok());
        let resumed = self.world.change(|world| {
            let before = world.connection.replace(orders.clone());
            let resumed = world.resume(session, sequence.unwrap_or_default());
            if !resumed {
                world.connection = before;
            }
            resumed
        });
        self.identified = true;
        if resumed {
            Ok(())
        } else {
            self.send(&json!({"op": 9, "d": false})).await
        }
    }

    async fn obey(&mut self, order: Order) -> Result<(), ConnectionEnd> {
        match order {
            Order::Send(payload) => self.send(&payload).await,
            Order::Reconnect => self.send(&json!({"op": 7, "d": null})).await,
            Order::Invalidate { resumable } => {
                if !resumable {
                    self.world.change(|world| {
                        world.session = None;
                        world.connection = None;
                    });
                }
                self.send(&json!({"op": 9, "d": resumable})).await
            }
            Order::Close(code) => self.close(code).await,
            Order::HangUp => Err(ConnectionEnd),
        }
    }

    async fn send(&mut self, payload: &Value) -> Result<(), ConnectionEnd> {
        self.socket
            .send(Frame::Text(payload.to_string().into()))
            .await
            .map_err(|_| ConnectionEnd)
    }

    async fn close(&mut self, code: u16) -> Result<(), ConnectionEnd> {
        let frame = CloseFrame {
            code,
            reason: "closed by the story".into(),
        };
        let _ = self.socket.send(Frame::Close(Some(frame))).await;
        Err(ConnectionEnd)
    }
}
