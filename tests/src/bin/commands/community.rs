//! A guild with a year behind it, on whose servers people play.

use std::time::Instant;

use anyhow::{Result, ensure};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::crash;
use oxeye_tests::discord::{Channel, ChannelKind, Discord, Guild, Person};
use oxeye_tests::fleet::Fleet;
use oxeye_tests::game_server::GameServer;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::process;
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use serde_json::{Value, json};

use crate::asked;
use crate::past::{self, account, name};
use crate::plan::Plan;

/// The guild.
pub(crate) const GUILD: u64 = 1;
/// Servers of the guild.
pub(crate) const SERVERS: usize = 8;
/// Players on each server now.
const ON_NOW: usize = 100;
/// Players who left each server a moment ago.
const LEFT_NOW: usize = 50;
/// Members whose sessions in voice are kept.
const IN_VOICE: u64 = 10;
const FIRST_IN_VOICE: u64 = 800;
/// Notices of the member who types the beginning of a name to have one removed: as many as a member may have.
pub(crate) const NOTICES: usize = 25;

/// The name of a server.
pub(crate) fn server(number: usize) -> String {
    format!("server_{number}")
}

/// Everything that takes part.
#[derive(Debug)]
pub(crate) struct Community {
    pub(crate) discord: Discord,
    pub(crate) guild: Guild,
    pub(crate) oxeye: Oxeye,
    /// A server without a plugin.
    pub(crate) watchable: GameServer,
    pub(crate) now: i64,
    /// Where boards and alerts are: Oxeye writes in one channel only so often.
    rooms: Vec<Channel>,
    /// Where counters are.
    voice_rooms: Vec<Channel>,
    plugins: Vec<Plugin>,
    _fleet: Fleet,
}

impl Community {
    /// Starts the backend, imports the past, and lets people join.
    pub(crate) async fn start(plan: &Plan) -> Result<Self> {
        let discord = Discord::start().await;
        let guild = discord.guild(GUILD);
        let fleet = Fleet::start().await;
        let setup = Setup::unlimited().discord(&discord);
        let setup = setup.set("DISCORD_PRESENCE", "voice");
        let setup = setup.set("WATCH_ADDRESSES", "any");
        let oxeye = setup.set("FLEET_URL", fleet.url()).start().await;
        discord.bot_is_up().await;
        asked::are_all(&discord.command_paths())?;
        let now = crash::now()?;
        let mut plugins = Vec::new();
        for number in 0..SERVERS {
            let plugin = oxeye.linked_in(GUILD.to_string(), &server(number)).await;
            plugins.push(plugin);
        }
        let began = Instant::now();
        let sessions = past::import(&oxeye, plan, now).await?;
        let took = began.elapsed();
        let rooms = |kind| (0..plan.times).map(move |number| (kind, format!("room-{number}")));
        let adds = |(kind, name): (ChannelKind, String)| guild.channel(kind, &name);
        let community = Self {
            rooms: rooms(ChannelKind::Text).map(adds).collect(),
            voice_rooms: rooms(ChannelKind::Voice).map(adds).collect(),
            watchable: GameServer::start().await,
            discord,
            guild,
            oxeye,
            now,
            plugins,
            _fleet: fleet,
        };
        for number in 0..SERVERS {
            community.people_are_on(number).await?;
        }
        community.is_linked(0).await?;
        community.has_notices().await;
        community.people_are_in_voice().await;
        let memory = process::memory(community.oxeye.process_id())?;
        println!("| {sessions} sessions of {} players | |", plan.players);
        println!("|---|---|");
        println!("| imported in | {took:.1?} |");
        println!(
            "| resident memory | {} |",
            process::megabytes(memory.resident)
        );
        Ok(community)
    }

    /// Lets the players of a server who played most join it, with skins that are the most expensive to draw.
    async fn people_are_on(&self, server: usize) -> Result<()> {
        let plugin = &self.plugins[server];
        let of_server = |one: usize| name(one * SERVERS + server);
        let all: Vec<_> = (0..ON_NOW + LEFT_NOW).map(of_server).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        plugin.syncs(&all).await;
        let numbers = (0..ON_NOW).map(|one| one * SERVERS + server);
        let player = |number: usize| {
            json!({"player": name(number), "uuid": account(number),
                "texture_hash": skins::texture_hash(&name(number)).to_string()})
        };
        let players: Vec<_> = numbers.clone().map(player).collect();
        let sync = Request::post("/sync").json(&json!({"players": players}));
        let answer = plugin.ask(sync).await;
        ensure!(answer.status == 200, "{answer}");
        for number in numbers {
            let seed = u32::try_from(number)?;
            let skin = json!({"player": name(number),
                "texture_hash": skins::texture_hash(&name(number)).to_string(),
                "skin_data": skins::base64(&skins::busy_skin(seed))});
            let answer = plugin.ask(Request::post("/skin").json(&skin)).await;
            ensure!(answer.status == 200, "{answer}");
            let death = json!({"player": name(number), "event_type": "death"});
            for _ in 0..=number % 7 {
                plugin.reports_activity(&death).await;
            }
        }
        Ok(())
    }

    /// Links the member of this number to the player of this number.
    async fn is_linked(&self, number: usize) -> Result<()> {
        let member = json!({"type": "linked_member", "guild_id": GUILD.to_string(),
            "user_id": self.guild.member().id().to_string(), "player": name(number), "linked_at": 1,
            "confirmed_by_user_id": "6", "hidden_since_at": null});
        let lines = format!("{}\n{member}\n", json!({"oxeye": 5, "exported_at": 1}));
        let answer = self
            .oxeye
            .operator(Request::post("/api/import").body(lines))
            .await;
        ensure!(answer.status == 200, "{answer}");
        Ok(())
    }

    /// Has a member told when these players come on.
    async fn has_notices(&self) {
        for number in 0..NOTICES {
            let name = name(number);
            let options = [("name", name.as_str())];
            self.notified().types("oxeye notify add", &options).await;
        }
    }

    /// Has members' sessions in voice kept, some of which go on.
    async fn people_are_in_voice(&self) {
        let kinds = [("kinds", "voice")];
        let moderator = self.guild.moderator();
        moderator.types("oxeye presence setup", &kinds).await;
        let channel = self.guild.channel(ChannelKind::Voice, "talk");
        for number in 0..IN_VOICE {
            let member = self.guild.another(FIRST_IN_VOICE + number);
            member.types("oxeye presence join", &[]).await;
            member.enters(&channel);
        }
    }

    /// Returns the member who has as many notices as there may be.
    pub(crate) fn notified(&self) -> Person {
        self.guild.another(900)
    }

    /// Returns another text channel for each number of the times that something is asked.
    pub(crate) fn room(&self, number: usize) -> &Channel {
        &self.rooms[number % self.rooms.len()]
    }

    /// Returns another voice channel for each number of the times that something is asked.
    pub(crate) fn voice_room(&self, number: usize) -> &Channel {
        &self.voice_rooms[number % self.voice_rooms.len()]
    }

    /// Returns another member for each number.
    pub(crate) fn stranger(&self, number: usize) -> Person {
        self.guild.another(1_000 + number as u64)
    }

    /// Asks the operator API about the guild.
    pub(crate) async fn api(&self, path: &str) -> Value {
        let url = format!("/api/guilds/{GUILD}/{path}");
        self.oxeye.api(Request::get(url)).await
    }
}
