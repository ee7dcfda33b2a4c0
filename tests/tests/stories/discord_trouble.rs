//! Outages and errors of Discord: plugins never notice, and people get their answers as soon as
//! possible.

use std::time::Duration;

use oxeye_tests::backend::Setup;
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Call, ChannelKind, Discord, Fault};
use oxeye_tests::raw::Request;
use oxeye_tests::watched::WAIT_LIMIT;

/// Sets up a community with a server on which Alex plays.
async fn usual() -> Community {
    Community::with_alex().await.0
}

async fn still_answers(community: &Community) {
    let status = community.guild.member().types("oxeye status", &[]).await;
    assert!(status.text().contains("Alex"), "{}", status.text());
    status.picture();
}

#[tokio::test]
async fn plugins_are_served_while_discord_is_down_at_the_start() {
    let discord = Discord::start_down().await;
    let guild = discord.guild(1);
    let oxeye = Setup::new().discord(&discord).start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;
    assert_eq!(oxeye.online("survival").await, ["Alex"]);

    discord.comes_up();

    discord.bot_is_up().await;
    let answer = guild
        .moderator()
        .types("oxeye connect", &[("name", "hub")])
        .await;
    oxeye.redeem(&answer.link_code()).await;
}

#[tokio::test]
async fn an_outage_is_survived() {
    let usual = usual().await;

    usual.discord.goes_down();
    let begun = usual.discord.sessions();
    let health = usual.oxeye.ask(&Request::get("/readyz")).await;
    usual.discord.comes_up();
    let back = move |now: oxeye_tests::discord::Sessions| now != begun;
    usual.discord.sessions_until("the bot is back", back).await;

    assert_eq!(
        health.status, 200,
        "readiness does not depend on Discord: {health}"
    );
    still_answers(&usual).await;
}

#[tokio::test]
async fn a_request_to_reconnect_is_followed_by_a_resume() {
    let usual = usual().await;
    usual.discord.asks_to_reconnect();
    usual
        .discord
        .sessions_until("the session is resumed", |now| now.resumed == 1)
        .await;
    still_answers(&usual).await;
}

#[tokio::test]
async fn a_command_typed_while_the_bot_reconnects_is_answered() {
    let usual = usual().await;
    usual.discord.closes_the_gateway(4000);
    still_answers(&usual).await;
    usual.discord.invalidates_the_session(true);
    still_answers(&usual).await;
}

#[tokio::test]
async fn an_invalid_session_is_followed_by_a_new_one() {
    let usual = usual().await;
    usual.discord.invalidates_the_session(false);
    usual
        .discord
        .sessions_until("there is a new session", |now| now.begun == 2)
        .await;
    still_answers(&usual).await;
}

#[tokio::test]
async fn closed_connections_are_opened_again() {
    let usual = usual().await;
    for (count, code) in [(1, 4000), (2, 1001)] {
        usual.discord.closes_the_gateway(code);
        let what = format!("it is back after {code}");
        usual
            .discord
            .sessions_until(&what, move |now| now.resumed + now.begun > count)
            .await;
    }
    still_answers(&usual).await;
}

#[tokio::test]
async fn the_log_names_trouble_with_shards() {
    for (code, words) in [(4010, "invalid shard data"), (4011, "too many guilds")] {
        let usual = usual().await;
        usual.discord.closes_the_gateway(code);
        usual.oxeye.has_logged(words).await;
    }
}

#[tokio::test]
async fn a_refused_token_is_logged_and_not_tried_again_at_once() {
    let discord = Discord::start().await;
    discord.refuses_identify(Some(4004));
    let oxeye = Setup::new().discord(&discord).start().await;

    oxeye.has_logged("DISCORD_TOKEN").await;

    let ready = oxeye.ask(&Request::get("/readyz")).await;
    assert_eq!(ready.status, 200, "{ready}");
    assert!(
        ready.json()["discord"]
            .to_string()
            .contains("DISCORD_TOKEN"),
        "{ready}"
    );
    assert_eq!(discord.refused(), 1);
    oxeye.linked("survival").await.joins("Alex").await;
    assert!(
        !oxeye.log().contains(discord.token()),
        "the token is in the log"
    );
}

#[tokio::test]
async fn refused_intents_are_logged_and_not_tried_again_at_once() {
    for code in [4013, 4014] {
        let discord = Discord::start().await;
        discord.refuses_identify(Some(code));
        let oxeye = Setup::new().discord(&discord).start().await;

        oxeye.has_logged("Discord refused the bot").await;

        let ready = oxeye.ask(&Request::get("/readyz")).await;
        let doing = ready.json()["discord"].to_string();
        assert!(
            doing.contains("refused") && doing.contains("intents"),
            "{ready}"
        );
        assert_eq!((ready.status, discord.refused()), (200, 1));
    }
}

#[tokio::test]
async fn a_token_revoked_while_the_bot_is_connected_is_logged() {
    let usual = usual().await;
    usual.discord.refuses_identify(Some(4004));

    usual.discord.closes_the_gateway(4004);

    usual.oxeye.has_logged("Discord refused the bot").await;
    let ready = usual.oxeye.ask(&Request::get("/readyz")).await;
    assert!(ready.to_string().contains("DISCORD_TOKEN"), "{ready}");
    assert_eq!(usual.discord.refused(), 0, "it was not tried again");
    usual.oxeye.linked("hub").await.joins("Steve").await;
}

#[tokio::test]
async fn a_wrong_token_is_logged() {
    let discord = Discord::start().await;
    let oxeye = Setup::new()
        .discord(&discord)
        .set("DISCORD_TOKEN", "MTE.wrong.token")
        .start()
        .await;
    let line = oxeye.has_logged("DISCORD_TOKEN").await;
    assert!(!line.contains("MTE.wrong.token"), "{line}");
}

#[tokio::test]
async fn a_callback_that_fails_once_is_sent_again() {
    let usual = usual().await;
    for fault in [
        Fault::Status(500),
        Fault::Status(502),
        Fault::RateLimited(Duration::from_millis(100)),
    ] {
        usual.discord.fails(Call::Callback, fault, 1);
        still_answers(&usual).await;
    }
}

#[tokio::test]
async fn a_callback_whose_reply_is_lost_is_not_sent_as_a_second_answer() {
    let usual = usual().await;
    let before = usual.discord.calls(Call::Callback);
    usual
        .discord
        .fails(Call::Callback, Fault::LostReply(502), 1);

    still_answers(&usual).await;

    usual.discord.calls_reach(Call::Callback, before + 2).await;
    still_answers(&usual).await;
}

#[tokio::test]
async fn the_text_is_shown_even_if_discord_refuses_the_picture() {
    let usual = usual().await;
    usual.discord.fails(Call::Callback, Fault::Status(413), 1);
    let status = usual.guild.member().types("oxeye status", &[]).await;
    usual.discord.fails(Call::Callback, Fault::Status(413), 1);
    let refreshed = usual.guild.member().presses(&status, "Refresh").await;

    for answer in [status, refreshed] {
        assert!(answer.text().contains("Alex"), "{}", answer.text());
        assert!(answer.files.is_empty());
    }
    still_answers(&usual).await;
}

#[tokio::test]
async fn an_answer_that_fails_six_times_is_still_given() {
    let usual = usual().await;
    usual.discord.fails(Call::Callback, Fault::Status(500), 6);
    let late = usual.guild.member().sends("oxeye list", &[]);
    let late = late.answer().await.text();
    assert!(late.contains("1 player online"), "{late}");
    still_answers(&usual).await;
}

#[tokio::test]
async fn an_answer_that_discord_refuses_becomes_one_friendly_sentence() {
    let usual = usual().await;
    usual.discord.fails(Call::Callback, Fault::Status(400), 1);

    let refused = usual.guild.member().sends("oxeye list", &[]);

    let text = refused.answer().await.text();
    assert!(text.contains("something went wrong"), "{text}");
    assert!(!text.contains("json") && !text.contains("400"), "{text}");
    let line = usual.oxeye.explains(&text).await;
    assert!(line.is_some_and(|line| line.contains("HTTP 400")), "{text}");
    still_answers(&usual).await;
}

#[tokio::test]
async fn the_bot_gives_up_on_an_answer_that_discord_never_takes_and_goes_on() {
    let usual = usual().await;
    usual.discord.fails(Call::Callback, Fault::Status(500), 100);

    let lost = usual.guild.member().sends("oxeye status", &[]);
    usual.oxeye.has_logged("did not accept an answer").await;
    usual.discord.recovers();

    still_answers(&usual).await;
    assert!(!lost.is_acknowledged());
}

#[tokio::test]
async fn forty_commands_at_once_are_answered_once_each_while_calls_fail_and_the_gateway_is_lost() {
    let usual = usual().await;
    let (discord, member) = (&usual.discord, usual.guild.member());
    let commands = [
        ("oxeye status", "1 online", true),
        ("oxeye list", "1 player online", false),
        ("oxeye top", "Top · playtime", true),
        ("oxeye chart", "survival", false),
        ("oxeye help", "/oxeye", false),
    ];
    discord.answers_fail_at_random(0.1, 7);
    let send = |(command, words, with_file)| (member.sends(command, &[]), words, with_file);

    let mut asked: Vec<_> = (0..4).flat_map(|_| commands.map(send)).collect();
    discord.asks_to_reconnect();
    asked.extend((0..4).flat_map(|_| commands.map(send)));

    for (number, (asked, words, with_file)) in asked.iter().enumerate() {
        let settled = asked.settles(WAIT_LIMIT, words, *with_file).await;
        assert!(settled.whole_answer.is_some(), "{number}: {settled:?}");
        assert_eq!(settled.followups, 0, "{number}: {settled:?}");
    }
    discord.recovers();
    discord.keeps_the_rules();
    still_answers(&usual).await;
}

#[tokio::test]
async fn commands_about_a_channel_wait_as_long_as_a_global_rate_limit_asks() {
    let usual = usual().await;
    let (guild, moderator) = (&usual.guild, usual.guild.moderator());
    let lobby = guild.channel(ChannelKind::Text, "lobby").id_text();
    let talk = guild.channel(ChannelKind::Voice, "talk").id_text();
    let counter = [("channel", talk.as_str()), ("template", "{online} online")];
    let commands: [(_, &[_], _); 3] = [
        (
            "alerts set",
            &[("channel", &*lobby)],
            "has been down for a minute",
        ),
        ("board post", &[("channel", &*lobby)], "The board is here"),
        ("counter set", &counter, "follows the numbers"),
    ];
    for (command, options, words) in commands {
        usual.discord.limits_everything(Duration::from_millis(900));
        let answer = moderator.types(&format!("oxeye {command}"), options).await;
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    usual.discord.keeps_the_rules();
}

#[tokio::test]
async fn registering_commands_is_retried_after_a_failure() {
    let discord = Discord::start().await;
    discord.fails(Call::Commands, Fault::Status(500), 2);
    let _oxeye = Setup::new().discord(&discord).start().await;
    discord.bot_is_up().await;
    assert!(discord.calls(Call::Commands) >= 3);
}

#[tokio::test]
async fn the_first_answer_may_be_slow_to_be_confirmed() {
    let usual = usual().await;
    usual
        .discord
        .fails(Call::Callback, Fault::Slow(Duration::from_millis(800)), 1);
    still_answers(&usual).await;
}
