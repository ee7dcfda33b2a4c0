//! How much memory the backend uses as its servers fill: the resident memory that the system
//! reports for its process.
//!
//! The bot is connected to a stand-in for Discord, and each plugin keeps its HTTP connection open.
//! Every player has a different name and no skin. The pictures come last, since a backend keeps the
//! last one of each server. Required: under 50 MB.

use anyhow::Result;
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::Discord;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::process::{megabytes, memory};
use oxeye_tests::raw::Request;

const SERVERS: usize = 100;

/// Players on each server.
const PLAYERS: usize = 100;

pub(crate) async fn print() -> Result<()> {
    let discord = Discord::start().await;
    let oxeye = Setup::unlimited().discord(&discord).start().await;
    discord.bot_is_up().await;
    println!("| {SERVERS} servers | resident memory |");
    println!("|---|---|");
    print_row("none linked yet", &oxeye)?;
    let mut servers = Vec::new();
    for number in 0..SERVERS {
        servers.push(oxeye.linked(&server_name(number)).await);
    }
    print_row("linked", &oxeye)?;
    for (number, server) in servers.iter().enumerate() {
        let online = players("Online", number);
        let online: Vec<_> = online.iter().map(String::as_str).collect();
        server.syncs(&online).await;
    }
    print_row(&format!("{PLAYERS} players online on each"), &oxeye)?;
    for (number, server) in servers.iter().enumerate() {
        come_and_go(server, &players("Gone", number)).await;
    }
    print_row(
        &format!("{PLAYERS} others in last seen of each as well"),
        &oxeye,
    )?;
    for number in 0..SERVERS {
        ask_for_picture(&oxeye, &server_name(number)).await?;
    }
    print_row("each one's status picture drawn as well", &oxeye)
}

fn server_name(number: usize) -> String {
    format!("server-{number}")
}

/// Returns names of typical length, no two alike.
fn players(word: &str, server: usize) -> Vec<String> {
    (0..PLAYERS)
        .map(|number| format!("{word}_{server:03}_{number:03}"))
        .collect()
}

async fn come_and_go(server: &Plugin, players: &[String]) {
    for player in players {
        server.joins(player).await;
    }
    for player in players {
        server.leaves(player).await;
    }
}

async fn ask_for_picture(oxeye: &Oxeye, server: &str) -> Result<()> {
    let path = format!("/api/servers/0/{server}/status.png");
    let answer = oxeye.operator(Request::get(path)).await;
    anyhow::ensure!(answer.status == 200, "no picture of {server}: {answer}");
    Ok(())
}

fn print_row(moment: &str, oxeye: &Oxeye) -> Result<()> {
    let resident = memory(oxeye.process_id())?.resident;
    println!("| {moment} | {} |", megabytes(resident));
    Ok(())
}
