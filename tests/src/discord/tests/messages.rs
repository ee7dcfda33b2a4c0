//! Messages in channels.

use super::*;

fn embed() -> Value {
    json!({"embeds": [{"title": "survival", "timestamp": "2026-01-03T00:00:00Z"}]})
}

#[tokio::test]
async fn a_message_is_sent_edited_read_and_deleted() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);

    let message = bot.writes(&lobby).await;
    assert_eq!(lobby.messages()[0].text(), "hello");
    let edited = bot
        .ask("PATCH", &message, Some(&json!({"content": "bye"})))
        .await;
    assert_eq!(edited.json()["content"], "bye");
    assert_eq!(lobby.edits(), 1);
    assert_eq!(
        bot.ask("GET", &message, None).await.json()["content"],
        "bye"
    );
    assert_eq!(bot.ask("DELETE", &message, None).await.status, 204);

    assert!(lobby.messages().is_empty());
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (404, 10_008));
    let kinds: Vec<_> = discord.requests().iter().map(|one| one.call).collect();
    let expected = [
        Call::Post,
        Call::Edit,
        Call::ReadMessage,
        Call::DeleteMessage,
        Call::Edit,
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn each_missing_permission_is_refused_as_discord_does() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);
    let (path, message) = (messages_of(&lobby), bot.writes(&lobby).await);

    lobby.denies_the_bot(Permissions::EMBED_LINKS);
    assert_eq!(bot.tries("POST", &path, &embed()).await, (403, 50_013));
    assert_eq!(bot.tries("POST", &path, &hello()).await, (200, 0));
    lobby.denies_the_bot(Permissions::READ_MESSAGE_HISTORY);
    assert_eq!(bot.tries("GET", &message, &hello()).await, (403, 50_013));
    lobby.denies_the_bot(Permissions::SEND_MESSAGES);
    assert_eq!(bot.tries("POST", &path, &hello()).await, (403, 50_013));
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (200, 0));
    lobby.denies_the_bot(Permissions::VIEW_CHANNEL);
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (403, 50_001));
    lobby.is_deleted();
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (404, 10_003));
}

#[tokio::test]
async fn overwrites_of_a_channel_count_more_than_roles() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let (lobby, closed) = (
        guild.channel(ChannelKind::Text, "lobby"),
        guild.channel(ChannelKind::Text, "closed"),
    );
    let bot = Bot(&discord);

    guild.takes_from_the_bot(Permissions::SEND_MESSAGES);
    lobby.grants_the_bot(Permissions::SEND_MESSAGES);
    let open = bot.tries("POST", &messages_of(&lobby), &hello()).await;
    assert_eq!(open, (200, 0));
    let refused = bot.tries("POST", &messages_of(&closed), &hello()).await;
    assert_eq!(refused, (403, 50_013));

    guild.gives_to_the_bot(Permissions::ADMINISTRATOR);
    closed.denies_the_bot(Permissions::SEND_MESSAGES);
    let allowed = bot.tries("POST", &messages_of(&closed), &hello()).await;
    assert_eq!(allowed, (200, 0));
}

#[tokio::test]
async fn few_edits_of_messages_older_than_an_hour_are_allowed() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);
    let message = bot.writes(&lobby).await;
    discord.limits_old_edits(1, Duration::from_secs(60));

    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (200, 0));
    discord.messages_age(Duration::from_secs(3_601));
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (200, 0));
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (429, 30_046));
}

#[tokio::test]
async fn a_request_repeated_with_an_enforced_nonce_sends_nothing_new() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);
    let body = json!({"content": "hello", "nonce": "7", "enforce_nonce": true});
    for _ in 0..2 {
        let sent = bot.tries("POST", &messages_of(&lobby), &body).await;
        assert_eq!(sent, (200, 0));
    }
    assert_eq!(lobby.messages().len(), 1);
}

#[tokio::test]
#[should_panic(expected = "unknown field")]
async fn a_field_that_discord_does_not_know_fails_the_story() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let body = json!({"content": "hello", "embed": {}});
    let refused = Bot(&discord)
        .tries("POST", &messages_of(&lobby), &body)
        .await;
    assert_eq!(refused, (400, 50_035));
    drop(discord);
}

#[tokio::test]
#[should_panic(expected = "would mention people")]
async fn a_message_that_mentions_people_fails_the_story() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let body = json!({"content": "hello @everyone"});
    let refused = Bot(&discord)
        .tries("POST", &messages_of(&lobby), &body)
        .await;
    assert_eq!(refused, (400, 50_035));
    drop(discord);
}

#[tokio::test]
async fn an_edit_whose_answer_is_lost_is_carried_out_and_marked() {
    let discord = Discord::start().await;
    let lobby = discord.guild(1).channel(ChannelKind::Text, "lobby");
    let bot = Bot(&discord);
    let message = bot.writes(&lobby).await;
    discord.fails(Call::Edit, Fault::LostReply(502), 1);

    let body = json!({"content": "bye"});
    assert_eq!(bot.ask("PATCH", &message, Some(&body)).await.status, 502);

    let written = &lobby.written()[0];
    let lost: Vec<_> = written.iter().map(|one| one.reply_lost).collect();
    assert_eq!((lost, written[1].text.as_str()), (vec![false, true], "bye"));
    let shown = bot.ask("GET", &message, None).await.json();
    assert!(shown["edited_timestamp"].is_string(), "{shown}");
}
