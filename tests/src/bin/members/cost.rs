//! What it costs when the presences of a large guild are updated all the time.

use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context as _, Result};
use oxeye_tests::community::Community;
use oxeye_tests::process::{self, Memory};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::community;
use crate::plan::Plan;
use crate::unless;

/// Required.
const MAX_SHARE_OF_A_CORE: f64 = 5.0;
const MAX_BYTES: u64 = 60_000_000;
/// Discord tells the presences of those who are on when the bot comes: of one in so many.
const ONE_IS_ON_OF: u64 = 4;
/// What is left over from starting and joining settles first.
const SETTLING: Duration = Duration::from_secs(15);
const GAMES: [&str; 8] = [
    "Minecraft",
    "Factorio",
    "Celeste",
    "Stardew Valley",
    "Terraria",
    "Hades",
    "Portal 2",
    "Outer Wilds",
];

/// What one part cost.
struct Cost {
    updates: u64,
    share_of_a_core: f64,
    memory: Memory,
}

pub(crate) async fn print(plan: &Plan) -> Result<Vec<String>> {
    let community = community::of_members(plan.members).await;
    let without = process::memory(community.oxeye.process_id())?;
    for number in (0..plan.members).filter(|number| number % ONE_IS_ON_OF == 0) {
        community::member(&community, number).has_done(&doing(number));
    }
    let community = community::may_keep_everything(community).await;
    community::keep_everything_of(&community, plan.joined).await;
    tokio::time::sleep(SETTLING).await;

    let mut random = StdRng::seed_from_u64(plan.seed);
    let before = written(&community)?;
    let strangers = measure(&community, plan, || {
        random.random_range(plan.joined..plan.members)
    })
    .await?;
    let of_strangers = written(&community)?;
    let all = measure(&community, plan, || random.random_range(0..plan.members)).await?;
    let of_all = written(&community)?;
    community.discord.keeps_the_rules();
    print_costs(plan, without, &[("strangers", &strangers), ("all", &all)])?;

    let share = strangers.share_of_a_core.max(all.share_of_a_core);
    let grown = all.memory.peak.saturating_sub(without.resident);
    let wanted = u64::from(plan.updates) * plan.length.as_secs() / 60;
    let is_in_time = strangers.updates.min(all.updates) * 100 >= wanted * 95;
    Ok([
        unless(share < MAX_SHARE_OF_A_CORE, "less than 5 % of a core"),
        unless(grown < MAX_BYTES, "less than 60 MB more memory"),
        unless(is_in_time, "as many updates as wanted"),
        unless(of_all != before, "what those who joined did is written"),
        unless(
            of_strangers == before,
            "nothing is written of those who did not join",
        ),
    ]
    .into_iter()
    .flatten()
    .collect())
}

fn print_costs(plan: &Plan, without: Memory, costs: &[(&str, &Cost)]) -> Result<()> {
    println!(
        "{} members, {} of them joined; {:.0?} each; {} resident without members' sessions\n",
        plan.members,
        plan.joined,
        plan.length,
        process::megabytes(without.resident)
    );
    println!("| presences of | updates a minute | share of a core | more memory | at most |");
    println!("|---|---|---|---|---|");
    for (of, cost) in costs {
        println!(
            "| {of} | {:.0} | {:.2} % | {} | {} |",
            60.0 * f64::from(u32::try_from(cost.updates)?) / plan.length.as_secs_f64(),
            cost.share_of_a_core,
            process::megabytes(cost.memory.resident.saturating_sub(without.resident)),
            process::megabytes(cost.memory.peak.saturating_sub(without.resident)),
        );
    }
    Ok(())
}

/// Updates presences of the members that `next` names, at the pace of the plan.
async fn measure(
    community: &Community,
    plan: &Plan,
    mut next: impl FnMut() -> u64,
) -> Result<Cost> {
    let id = community.oxeye.process_id();
    let used_before = process::processor_time(id)?;
    let (began, pause) = (Instant::now(), Duration::from_secs(60) / plan.updates);
    let mut updates = 0;
    while began.elapsed() < plan.length {
        let member = next();
        community::member(community, member).does(&doing(member + updates));
        updates += 1;
        let due = began + pause * u32::try_from(updates)?;
        tokio::time::sleep_until(due.into()).await;
    }
    let took = began.elapsed();
    let used = process::processor_time(id)?.saturating_sub(used_before);
    Ok(Cost {
        updates,
        share_of_a_core: used.as_secs_f64() / took.as_secs_f64() * 100.0,
        memory: process::memory(id)?,
    })
}

/// A presence as large as those that Discord sends: a status in words and a game, or a track, or nothing.
fn doing(number: u64) -> Value {
    let game = GAMES[usize::try_from(number % 8).unwrap_or_default()];
    let words = json!({"type": 4, "id": "custom", "name": "Custom Status", "state": "later, alligator",
                       "created_at": 1_700_000_000_000_u64, "emoji": {"name": "owl"}});
    match number % 4 {
        0 => json!([]),
        1 => json!([words, {
            "type": 2, "id": "spotify:1", "name": "Spotify", "details": format!("Track {}", number % 900),
            "state": "Ann; Bo", "sync_id": format!("4uLU6hMCjMI75M1A2tK{:03}", number % 900),
            "session_id": "5d1ca32b1e3ae0d1", "party": {"id": "spotify:1"}, "flags": 48,
            "assets": {"large_image": "spotify:ab67616d0000b273c5649add07ed3720be9d5526", "large_text": "Slow"},
            "timestamps": {"start": 1_700_000_000_000_u64, "end": 1_700_000_240_000_u64},
            "created_at": 1_700_000_000_000_u64,
        }]),
        _ => json!([words, {
            "type": 0, "id": "a1b2c3", "name": game, "application_id": (1000 + number % 8).to_string(),
            "details": format!("Level {}", number % 60), "state": "In a party", "party": {"size": [2, 4]},
            "assets": {"large_image": "854349", "large_text": "The surface", "small_image": "854350"},
            "timestamps": {"start": 1_700_000_000_000_u64}, "created_at": 1_700_000_000_000_u64,
        }]),
    }
}

/// How long each file of members' sessions is, and when it was last written.
fn written(community: &Community) -> Result<Vec<(u64, SystemTime)>> {
    let file = community.oxeye.folder().join("oxeye-presence.db");
    let log = community.oxeye.folder().join("oxeye-presence.db-wal");
    [file, log]
        .iter()
        .map(|path| {
            let about = path
                .metadata()
                .with_context(|| format!("no {}", path.display()))?;
            Ok((about.len(), about.modified()?))
        })
        .collect()
}
