//! The stand-in itself.

mod channels;
mod messages;
mod rates;

use super::*;
use crate::raw::{self, Request};
use serde_json::json;
use std::time::Duration;

/// A bot that sends whatever a test wants.
struct Bot<'a>(&'a Discord);

impl Bot<'_> {
    async fn ask(&self, method: &'static str, path: &str, body: Option<&Value>) -> raw::Answer {
        let address = self.0.world.read(|world| world.address);
        let token = format!("Bot {}", self.0.token());
        let request = Request::new(method, format!("/api/v10{path}"));
        let request = request.header("Authorization", &token);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        raw::ask(address, &request).await
    }

    /// Sends a request, and returns the status and the code of the error, 0 if there is none.
    async fn tries(&self, method: &'static str, path: &str, body: &Value) -> (u16, u64) {
        let answer = self.ask(method, path, Some(body)).await;
        let code = match answer.status {
            204 => 0,
            _ => answer.json()["code"].as_u64().unwrap_or_default(),
        };
        (answer.status, code)
    }

    /// Writes a message and returns its path.
    async fn writes(&self, channel: &Channel) -> String {
        let path = messages_of(channel);
        let answer = self.ask("POST", &path, Some(&hello())).await;
        assert_eq!(answer.status, 200, "{answer}");
        let id = answer.json()["id"].as_str().map(str::to_owned);
        format!("{path}/{}", id.expect("a message has an id"))
    }
}

fn hello() -> Value {
    json!({"content": "hello"})
}

fn messages_of(channel: &Channel) -> String {
    format!("/channels/{}/messages", channel.id())
}

async fn registers(discord: &Discord, command: Value) -> u16 {
    let path = format!("/applications/{}/commands", world::APPLICATION);
    let commands = json!([command]);
    Bot(discord).ask("PUT", &path, Some(&commands)).await.status
}

#[tokio::test]
async fn a_command_that_keeps_the_rules_is_registered() {
    let discord = Discord::start().await;
    let command = json!({"name": "oxeye", "description": "Shows who is on"});
    assert_eq!(registers(&discord, command).await, 200);
    assert_eq!(discord.commands()[0]["name"], "oxeye");
}

#[tokio::test]
#[should_panic(expected = "broke Discord's rules")]
async fn a_command_that_breaks_a_rule_is_refused_and_fails_the_story() {
    let discord = Discord::start().await;
    let command = json!({"name": "Not A Name", "description": "Shows who is on"});
    assert_eq!(registers(&discord, command).await, 400);
    drop(discord);
}
