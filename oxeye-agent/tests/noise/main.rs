//! Whatever chat, commands and plugins print, nobody joins, leaves, dies or makes an advancement because of
//! it.
//!
//! Real players join and leave servers of several kinds. Among these lines are others that a server may
//! print, most of them made to look like a join, a leave, a start or a stop. With
//! `OXEYE_AGENT_NOISE_LINES=1000000`, a million lines are read instead of a few thousand.

mod java;
mod java_kinds;
mod others;

use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// The default number of lines, which takes a second or two.
const DEFAULT_LINES: u32 = 12_000;
const STEPS_PER_LOG: usize = 100;

/// Names that Mojang, Floodgate and servers in offline mode allow.
const PLAYERS: [&str; 16] = [
    "Steve",
    "Alex_2",
    ".Crossplay",
    "joined",
    "left",
    "lost",
    "logged",
    "UUID",
    "Done",
    "Stopping",
    "The",
    "Zoë",
    // Chat by the first of these looks like a line about the second.
    "x",
    "<x>",
    "[Server]",
    "*",
];
/// Names of people who never play.
const STRANGERS: [&str; 4] = ["Herobrine", "Nobody", "*x", "Notch"];

/// Texts that look like joins, leaves, starts and stops.
const COMINGS_AND_GOINGS: [&str; 54] = [
    "{n} joined the game",
    "{n} left the game.",
    "the game",
    "joined the game",
    "lost connection: Disconnected",
    "logged in with entity id 7",
    "{n} lost connection: Disconnected",
    "{n} (formerly known as x) joined the game",
    "{n}[/192.0.2.7:5] logged in with entity id 7 at (1.0, 2.0, 3.0)",
    "{n}[local] logged in with entity id 7",
    "[/192.0.2.7:5] logged in with entity id 7",
    "UUID of player {n} is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c",
    "Done (1.0s)! For help, type \"help\"",
    "Stopping server",
    "Stopping the server",
    "This crash report has been saved to: /srv/x.txt",
    "Starting minecraft server version 1.21",
    "[12:00:00] [Server thread/INFO]: {n} joined the game",
    "[12:00:00 INFO]: {n} left the game",
    "> [12:00:00] [Server thread/INFO]: {n} left the game",
    "[connected player] {n} (/192.0.2.7:5) has disconnected",
    "[{n}] -> UpstreamBridge has disconnected",
    "Player disconnected: {n}, xuid: 1",
    "Player connected: {n}, xuid: 1",
    "[Server] Player disconnected: {n}, xuid: 1",
    "[Server] Starting Server",
    "Starting Server",
    "Server started.",
    "Server stop requested.",
    "Starting Minecraft: BE server version v1.21",
    "Starting Pumpkin 0.1.0",
    "The server has stopped.",
    "Booting up {n} 3.4.0...",
    "Shutting down the proxy",
    "{n} logged out due to x",
    "{n}[/192.0.2.7:5] logged out due to x",
    "{n}[/192.0.2.7:5] logged in with entity id 7 at (world, 1, 2, 3)",
    "[NetworkSession: {n}] Session closed due to x",
    "An unrecoverable error has occurred and the server has crashed",
    "[connected player] {n} (/192.0.2.7:5) has connected",
    "[server connection] {n} -> lobby has connected",
    "[{n}|/192.0.2.7:5] <-> ServerConnector [lobby] has connected",
    "System chat: {n} left the game",
    "§e{n} left the game",
    "  {n} left the game",
    "pumpkin::world: {n} left the game",
    "x/INFO {n} left the game",
    "1 10:49:20 h p: {n} left the game",
    "1 10:49:20 h p: [12:00:05] [Server thread/INFO]: {n} joined the game",
    "{n} » 1 10:49:20 h p: [12:00:05] [Server thread/INFO]: Stopping server",
    "{n} 1 10:49:20 h p: [12:00:05] [Server thread/INFO]: Stopping server",
    "Stopping the server..",
    "CONSOLE: Stopping the server..",
    "Disconnecting 1,234 connections",
];

/// Texts that look like deaths and advancements.
const DEEDS: [&str; 19] = [
    "{n} drowned",
    "drowned",
    "died",
    "was slain by {n}",
    "was slain by {n} using [x]",
    "{n} was slain by {n}",
    "{n} was killed by [Intentional Game Design]",
    "{n} fell from a high place",
    "fell out of the world",
    "whilst trying to escape {n}",
    "has made the advancement [Stone Age]",
    "{n} has made the advancement [Stone Age]",
    "{n} has completed the challenge [{n}]",
    "has reached the goal [x]",
    "§c{n} blew up",
    "System chat: {n} drowned",
    "<{n}> {n} drowned",
    "[12:00:00] [Server thread/INFO]: {n} drowned",
    "Actually, the message was too long to deliver fully. Sorry! Here's a stripped version: {n} drowned",
];

/// Text by somebody who wants to imitate the server.
fn spoof() -> impl Strategy<Value = String> {
    let names: Vec<&str> = PLAYERS.iter().chain(&STRANGERS).copied().collect();
    let texts: Vec<&str> = COMINGS_AND_GOINGS.iter().chain(&DEEDS).copied().collect();
    let text = prop::sample::select(texts);
    (text, prop::sample::select(names)).prop_map(|(text, name)| text.replace("{n}", name))
}

/// Text that may or may not imitate the server.
fn text() -> impl Strategy<Value = String> {
    let two = (spoof(), spoof()).prop_map(|(a, b)| format!("{a} {b}"));
    prop_oneof![4 => spoof(), 1 => "\\PC{0,40}", 1 => two]
}

/// Reads logs until there are enough lines.
fn run<S: Strategy>(log: &S, read: impl Fn(S::Value))
where
    S::Value: Debug,
{
    let config = Config {
        cases: lines() / STEPS_PER_LOG as u32,
        failure_persistence: None,
        ..Config::default()
    };
    let run = TestRunner::new(config).run(log, |log| {
        read(log);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}

fn lines() -> u32 {
    #[expect(
        clippy::disallowed_methods,
        reason = "a variable says how many lines to read"
    )]
    let given = std::env::var("OXEYE_AGENT_NOISE_LINES").ok();
    given.map_or(DEFAULT_LINES, |lines| {
        lines.parse().expect("a number of lines")
    })
}
