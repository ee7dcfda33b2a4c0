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

/// Returns the median time of joins on each of two servers, which take turns.
async fn medians(servers: [&Plugin; 2], joins: usize) -> [Duration; 2] {
    let mut took = [Vec::new(), Vec::new()];
    for number in 0..joins {
        for (server, took) in servers.iter().zip(&mut took) {
            let begin = Instant::now();
            server
                .joins_as(&format!("Late{number}"), &account(5_000 + number))
                .await;
            took.push(begin.elapsed());
        }
    }
    took.map(|mut took| {
        took.sort_unstable();
        took[joins / 2]
    })
}

#[tokio::test]
async fn a_thousand_new_players_cost_mojang_one_request_a_second_and_no_join_a_millisecond() {
    let (mojang, oxeye, server) = all_green().await;
    let without = Setup::unlimited().start().await;
    let server_without = without.linked("survival").await;

    syncs(&server, 1000).await;
    syncs(&server_without, 1000).await;
    let [with, without] = medians([&server, &server_without], 200).await;
    let times = mojang.was_asked(14).await;

    say_past_the_runner(&format!(
        "joins while 1,000 skins are looked up: {with:.1?} at p50, without lookup {without:.1?}"
    ));
    let slower = with.saturating_sub(without);
    assert!(
        slower < Duration::from_millis(1),
        "{with:?} instead of {without:?}"
    );
    for (index, first) in times.iter().enumerate() {
        for (count, last) in (1_u32..).zip(&times[index..]) {
            let secs = (*last - *first).as_secs_f64();
            // The stand-in's clock reads a little after the request was sent.
            let most = AT_ONCE + PER_SECOND * (secs + 0.5);
            assert!(f64::from(count) <= most, "{count} requests in {secs} s");
        }
    }
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
    let mut first_answers = Vec::new();
    for setup in [Setup::unlimited(), Setup::unlimited().mojang(&mojang)] {
        let discord = Discord::start().await;
        let guild = discord.guild(1);
        let oxeye = setup.discord(&discord).start().await;
        discord.bot_is_up().await;
        let server = oxeye.linked_from(&guild, "survival").await;
        syncs(&server, 100).await;

        let mut took = Vec::new();
        for number in 1000..1015 {
            // The picture has to be drawn again.
            server
                .joins_as(&format!("Player{number}"), &account(number))
                .await;
            let asked = guild.member().sends("oxeye status", &[]);
            took.push(asked.response_times().await.first_answer);
        }
        took.sort_unstable();
        first_answers.push(took[took.len() / 2]);
    }

    let [without, with] = first_answers[..] else {
        panic!("two medians, not {first_answers:?}");
    };
    say_past_the_runner(&format!(
        "first answer to /oxeye status with 100 players while skins are looked up: {with:.1?} at p50, without lookup {without:.1?}"
    ));
    let slower = with.saturating_sub(without);
    assert!(
        slower < Duration::from_millis(50),
        "{with:?} instead of {without:?}"
    );
    assert!(mojang.requests().len() > 10, "nothing was under way");
}
