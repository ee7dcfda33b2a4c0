//! How long a member waits for `/oxeye status`, and a script for the whole list of last seen.
//!
//! There is one server with 100 players online, each with a stored skin of their own, and 10,000
//! more in last seen. A member of a guild at the stand-in for Discord asks repeatedly. We
//! measure from the moment the stand-in sends the interaction until it has received the bot's first
//! answer, and until it has received the message with the picture. Bot and stand-in share the
//! machine, so no network delay is included. Before each "drawn" request one player joins or
//! leaves, so the picture has to be drawn again; "kept" requests follow right after.
//!
//! Required: under 150 ms, picture included.

use std::time::Instant;

use anyhow::{Result, ensure};
use oxeye_tests::backend::{OPERATOR_TOKEN, Oxeye, Setup};
use oxeye_tests::discord::{Discord, Guild};
use oxeye_tests::load::Latencies;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::{Connection, Request};
use oxeye_tests::skins;

const SERVER: &str = "survival";

const PLAYERS: u32 = 100;

const REMEMBERED: usize = 10_000;

/// How often each request is made.
const TIMES: usize = 30;

pub(crate) async fn print() -> Result<()> {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let oxeye = Setup::unlimited().discord(&discord).start().await;
    discord.bot_is_up().await;
    let server = oxeye.linked_from(&guild, SERVER).await;
    populate(&server).await;
    print_answers_in_discord(&guild, &server).await?;
    println!();
    print_lists(&oxeye, &guild).await
}

async fn populate(server: &Plugin) {
    server.syncs(&[]).await;
    for number in 0..REMEMBERED {
        let player = format!("Remembered_{number}");
        server.joins(&player).await;
        server.leaves(&player).await;
    }
    for number in 0..PLAYERS {
        joins(server, &format!("Player_{number}"), number).await;
    }
}

/// Makes a player join with the skin of this number.
async fn joins(server: &Plugin, player: &str, number: u32) {
    let skin = skins::busy_skin(number);
    server.joins_with_skin(player, player, &skin).await;
}

/// The measured answers to one kind of request.
#[derive(Default)]
struct Answers {
    first: Latencies,
    with_picture: Latencies,
    last_picture: Vec<u8>,
}

impl Answers {
    async fn ask(&mut self, guild: &Guild) {
        let asked = guild.member().sends("oxeye status", &[]);
        let took = asked.response_times().await;
        self.first.push(took.first_answer);
        self.with_picture.push(took.picture);
        let answer = asked.answer().await;
        answer.picture();
        self.last_picture.clone_from(&answer.files[0].bytes);
    }

    fn print(&mut self, picture: &str) {
        println!(
            "| {picture} | {} kB | {} | {:.1?} | {:.1?} | {:.1?} | {:.1?} |",
            self.last_picture.len() / 1000,
            self.first.count(),
            self.first.quantile(500),
            self.first.max(),
            self.with_picture.quantile(500),
            self.with_picture.max(),
        );
    }
}

async fn print_answers_in_discord(guild: &Guild, server: &Plugin) -> Result<()> {
    let (mut drawn, mut kept) = (Answers::default(), Answers::default());
    for time in 0..TIMES {
        if time % 2 == 0 {
            joins(server, "Guest", PLAYERS).await;
        } else {
            server.leaves("Guest").await;
        }
        drawn.ask(guild).await;
        ensure!(
            drawn.last_picture != kept.last_picture,
            "the picture was not drawn again"
        );
        kept.ask(guild).await;
        ensure!(
            drawn.last_picture == kept.last_picture,
            "the picture was not kept"
        );
    }
    println!(
        "| picture of {PLAYERS} players | file | asked | first answer, p50 | max | with picture, p50 | max |"
    );
    println!("|---|---|---|---|---|---|---|");
    drawn.print("drawn");
    kept.print("kept");
    Ok(())
}

/// Prints how long the whole list of last seen takes, and the part that is returned without a
/// limit.
async fn print_lists(oxeye: &Oxeye, guild: &Guild) -> Result<()> {
    println!("| last seen over HTTP | asked | body | p50 | max |");
    println!("|---|---|---|---|---|");
    for limit in [100, REMEMBERED] {
        let id = guild.id();
        let path = format!("/api/servers/{id}/{SERVER}/status?limit={limit}");
        let request = Request::get(path).bearer(OPERATOR_TOKEN);
        let mut connection = Connection::open(oxeye.address()).await?;
        let mut latencies = Latencies::default();
        let mut bytes = 0;
        for _ in 0..TIMES {
            let sent = Instant::now();
            let answer = connection.ask(&request).await?;
            latencies.push(sent.elapsed());
            let listed = answer.json()["last_seen_players"].as_array().map(Vec::len);
            ensure!(listed == Some(limit), "{listed:?} are not {limit} players");
            bytes = answer.body.len();
        }
        println!(
            "| {limit} of {REMEMBERED} players | {} | {} kB | {:.1?} | {:.1?} |",
            latencies.count(),
            bytes / 1000,
            latencies.quantile(500),
            latencies.max(),
        );
    }
    Ok(())
}
