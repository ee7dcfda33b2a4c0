//! Rate limits and faults at random.

use super::*;

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);
    let mut left = Vec::new();
    for _ in 0..5 {
        let sent = bot.ask("POST", &messages_of(&lobby), Some(&hello())).await;
        let header = sent.header("x-ratelimit-remaining").unwrap_or_default();
        left.push(header.to_owned());
    }
    assert_eq!(left, ["4", "3", "2", "1", "0"]);

    let refused = bot.ask("POST", &messages_of(&lobby), Some(&hello())).await;

    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.json()["global"], false);
}

#[tokio::test]
#[should_panic(expected = "after a 429 that asked for")]
async fn a_request_that_does_not_wait_as_long_as_asked_fails_the_story() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);
    let wait = Fault::RateLimited(Duration::from_secs(60));
    discord.fails(Call::Post, wait, 1);
    let refused = bot.tries("POST", &messages_of(&lobby), &hello()).await;
    assert_eq!(refused, (429, 0));

    let earlier = Duration::from_secs(1);
    discord.world.change(|world| world.rates.backdate(earlier));

    bot.writes(&lobby).await;
    drop(discord);
}

#[tokio::test]
async fn about_the_given_share_of_requests_fails_at_random() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let bot = Bot(&discord);
    discord.fails_at_random(0.5, 7);
    for number in 0..40 {
        let channel = guild.channel(ChannelKind::Text, &number.to_string());
        bot.ask("GET", &format!("/channels/{}", channel.id()), None)
            .await;
    }
    let requests = discord.requests();
    let failed = requests.iter().filter(|one| !one.succeeded()).count();
    assert!((10..=30).contains(&failed), "{failed} of 40 failed");
    let lost = requests.iter().filter(|one| one.status == 502).count();
    assert!(lost > 0, "some answers are lost");
}

#[tokio::test]
async fn a_channel_in_which_too_much_was_written_says_so_with_a_code() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let wait = Fault::WriteLimited(Duration::from_secs(10));
    discord.fails(Call::Post, wait, 1);
    let bot = Bot(&discord);
    let refused = bot.ask("POST", &messages_of(&lobby), Some(&hello())).await;
    assert_eq!(refused.status, 429);
    let body = refused.json();
    assert_eq!(
        (&body["code"], &body["retry_after"]),
        (&json!(20_028), &json!(10.0))
    );
}
