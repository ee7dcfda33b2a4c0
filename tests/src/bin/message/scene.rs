//! A server with five players and 155 recent visitors, at the same distances in time whenever it is
//! played.

use anyhow::{Result, ensure};
use oxeye_tests::community::Community;
use oxeye_tests::crash::now;
use oxeye_tests::discord::Answer;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use serde_json::{Value, json};

use crate::faces;

const MINUTE: i64 = 60;
const VISITORS: usize = 155;

/// How long ago those who are online joined, in minutes.
const ONLINE: [(&str, i64); 5] = [
    ("moss_", 130),
    ("Quillon", 47),
    ("Bramble_Fox", 35),
    ("__Juniper__", 14),
    ("ember_owl_", 3),
];

/// How long ago the newest visitors left, in minutes. The others have numbers for names.
const NEWEST: [(&str, i64); 10] = [
    ("tuna_salad", 6),
    ("Wisp", 22),
    ("Nettle42", 41),
    ("Marrow", 65),
    (".Pocket Lynx", 95),
    ("Oddment", 130),
    ("Cobalt_Finch", 190),
    ("Hazel_Vane", 250),
    ("quietstorm", 310),
    ("Old_Rook", 400),
];

/// Returns what a member of the guild is shown.
pub(crate) async fn play() -> Result<Answer> {
    let community = Community::start().await;
    let server = community
        .oxeye
        .linked_from(&community.guild, "survival")
        .await;
    introduce(&server).await?;
    report_stays(&server).await?;
    send_skins(&server).await?;
    Ok(community.guild.member().types("oxeye status", &[]).await)
}

async fn introduce(server: &Plugin) -> Result<()> {
    let about = json!({
        "version": "1.21.11",
        "software": "Paper",
        "max_players": 20,
        "motd": "A quiet corner of the world",
        "icon": skins::base64(&faces::icon()),
    });
    accepted(server, "/about", &about).await
}

async fn report_stays(server: &Plugin) -> Result<()> {
    let now = now()?;
    let event = |kind: &str, player: &str, minutes_ago: i64| json!({"type": kind, "player": player, "at": now - minutes_ago * MINUTE});
    let mut events = Vec::new();
    for number in 0..VISITORS {
        let oldest = 400 + i64::try_from(number)?;
        let (name, left) = match NEWEST.get(number) {
            Some((name, left)) => ((*name).to_owned(), *left),
            None => (format!("visitor_{number}"), oldest),
        };
        events.push(event("join", &name, left + 30));
        events.push(event("leave", &name, left));
    }
    events.extend(ONLINE.map(|(name, joined)| event("join", name, joined)));
    let batch = json!({"epoch": 1, "first_seq": 1, "events": events});
    accepted(server, "/events", &batch).await?;
    Ok(())
}

/// Confirms who is online, and sends the skins for which the answer asks.
async fn send_skins(server: &Plugin) -> Result<()> {
    let hash = |name: &str| skins::texture_hash(name).to_string();
    let players = ONLINE.map(|(name, _)| json!({"player": name, "texture_hash": hash(name)}));
    accepted(server, "/sync", &json!({"players": players})).await?;
    for (number, (name, _)) in ONLINE.iter().enumerate() {
        let skin = json!({
            "player": name,
            "texture_hash": hash(name),
            "skin_data": skins::base64(&faces::skin(number)),
        });
        accepted(server, "/skin", &skin).await?;
    }
    Ok(())
}

async fn accepted(server: &Plugin, path: &str, body: &Value) -> Result<()> {
    let answer = server.ask(Request::post(path).json(body)).await;
    ensure!(answer.status == 200, "{path}: {answer}");
    Ok(())
}
