//! Skin lookups cost Mojang few requests, and delay neither reports nor answers.

use std::time::{Duration, Instant};

use oxeye_tests::backend::Setup;
use oxeye_tests::discord::Discord;
use oxeye_tests::mojang::Mojang;
use oxeye_tests::output::say_past_the_runner;
use oxeye_tests::plugin::Plugin;

use super::{GREEN, account, all_green, has_face, skin};

/// How many accounts are asked for a second, and at once after a quiet while.
const PER_SECOND: f64 = 1.0;
const AT_ONCE: f64 = 10.0;

/// The most rounds of a comparison. What lookups delay is delayed in each; what else this machine does is not.
const ROUNDS: usize = 5;

/// Reports that this many players are online, each with an account.
async fn syncs(server: &Plugin, players: usize) {
    let players: Vec<_> = (0..players)
        .map(|n| (format!("Player{n}"), account(n)))
        .collect();
    let players = players
        .iter()
        .map(|(name, uuid)| (name.as_str(), uuid.as_str()));
    server.syncs_as(&players.collect::<Vec<_>>()).await;
}

/// Measures how long something takes with lookups and without them: the medians of so many attempts of each, in turn.
/// An attempt gets 0 for the place with lookups or 1 for the other, and its number. Returns the medians of the first
/// round in which lookups cost less than `limit`, or else of the last round.
async fn compared(
    attempts: usize,
    limit: Duration,
    attempt: impl AsyncFn(usize, usize) -> Duration,
) -> [Duration; 2] {
    let mut medians = [Duration::MAX, Duration::ZERO];
    for round in 0..ROUNDS {
        if medians[0].saturating_sub(medians[1]) < limit {
            break;
        }
        let mut took = [Vec::new(), Vec::new()];
        for number in 0..attempts {
            for (place, took) in took.iter_mut().enumerate() {
                took.push(attempt(place, round * attempts + number).await);
            }
        }
        medians = took.map(|mut took| {
            took.sort_unstable();
            took[attempts / 2]
        });
    }
    medians
}

/// Checks that no more profiles were asked for than Mojang is promised, by the times at which it was asked. The first
/// of them came after `begin`.
#[track_caller]
fn are_few(times: &[Instant], begin: Instant) {
    for (index, earlier) in [begin].iter().chain(times).enumerate() {
        for (count, last) in (1_u32..).zip(&times[index..]) {
            // Accounts are asked for one after the other, so the first of these was sent after the one before it came.
            let secs = (*last - *earlier).as_secs_f64();
            let most = AT_ONCE + PER_SECOND * secs;
            assert!(f64::from(count) <= most, "{count} requests in {secs} s");
        }
    }
}

#[tokio::test]
async fn a_thousand_new_players_cost_mojang_one_request_a_second_and_no_join_a_millisecond() {
    let (mojang, oxeye, server) = all_green().await;
    let without = Setup::unlimited().start().await;
    let server_without = without.linked("survival").await;

    let begin = Instant::now();
    syncs(&server, 1000).await;
    syncs(&server_without, 1000).await;
    let servers = [&server, &server_without];
    let limit = Duration::from_millis(1);
    let [with, without] = compared(200, limit, async |place, number| {
        let begin = Instant::now();
        let player = format!("Late{number}");
        servers[place]
            .joins_as(&player, &account(5_000 + number))
            .await;
        begin.elapsed()
    })
    .await;
    let times = mojang.was_asked(14).await;

    say_past_the_runner(&format!(
        "joins while 1,000 skins are looked up: {with:.1?} at p50, without lookup {without:.1?}"
    ));
    let slower = with.saturating_sub(without);
    assert!(slower < limit, "{with:?} instead of {without:?}");
    are_few(&times, begin);
    let mut requests = mojang.requests();
    requests.sort();
    let asked = requests.len();
    requests.dedup();
    assert_eq!(requests.len(), asked, "an account was asked for twice");
    has_face(&oxeye, GREEN).await;
}

#[tokio::test]
async fn a_status_in_discord_does_not_wait_for_lookups_that_are_under_way() {
    let mojang = Mojang::start().await;
    mojang.knows_everybody(skin(GREEN));
    let mut places = Vec::new();
    for setup in [Setup::unlimited().mojang(&mojang), Setup::unlimited()] {
        let discord = Discord::start().await;
        let guild = discord.guild(1);
        let oxeye = setup.discord(&discord).start().await;
        discord.bot_is_up().await;
        let server = oxeye.linked_from(&guild, "survival").await;
        syncs(&server, 100).await;
        places.push((discord, guild, oxeye, server));
    }

    let limit = Duration::from_millis(50);
    let [with, without] = compared(15, limit, async |place, number| {
        let (_, guild, _, server) = &places[place];
        // The picture has to be drawn again.
        let player = format!("Player{}", 1_000 + number);
        server.joins_as(&player, &account(1_000 + number)).await;
        let asked = guild.member().sends("oxeye status", &[]);
        asked.response_times().await.first_answer
    })
    .await;

    say_past_the_runner(&format!(
        "first answer to /oxeye status with 100 players while skins are looked up: {with:.1?} at p50, without lookup {without:.1?}"
    ));
    let slower = with.saturating_sub(without);
    assert!(slower < limit, "{with:?} instead of {without:?}");
    assert!(mojang.requests().len() > 10, "nothing was under way");
}
