//! Channels of all kinds, threads, direct messages, guilds.

use super::*;

#[tokio::test]
async fn an_archived_thread_takes_no_edits_and_a_locked_one_no_messages() {
    let discord = Discord::start().await;
    let thread = discord.guild(1).general().thread("who is on");
    let bot = Bot(&discord);
    let (path, message) = (messages_of(&thread), bot.writes(&thread).await);
    let place = format!("/channels/{}", thread.id());
    let open = json!({"archived": false});

    thread.is_archived_and(false);
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (400, 50_083));
    assert_eq!(bot.tries("PATCH", &place, &open).await, (200, 0));
    assert!(!thread.is_archived());
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (200, 0));

    thread.is_archived_and(true);
    assert_eq!(bot.tries("PATCH", &place, &open).await, (403, 50_013));
    assert_eq!(bot.tries("POST", &path, &hello()).await, (400, 160_005));
    thread.is_opened();
    thread.is_archived_and(false);
    assert_eq!(bot.tries("POST", &path, &hello()).await, (200, 0));
    assert!(!thread.is_archived(), "a message unarchives the thread");
}

#[tokio::test]
async fn a_forum_takes_posts_but_no_messages() {
    let discord = Discord::start().await;
    let forum = discord.guild(1).channel(ChannelKind::Forum, "servers");
    let bot = Bot(&discord);
    let refused = bot.tries("POST", &messages_of(&forum), &hello()).await;
    assert_eq!(refused, (400, 40_058));

    let path = format!("/channels/{}/threads", forum.id());
    let post = json!({"name": "survival", "message": hello()});
    let created = bot.ask("POST", &path, Some(&post)).await;

    assert_eq!((created.status, forum.threads().len()), (201, 1));
    assert_eq!(created.json()["message"]["content"], "hello");
    assert_eq!(forum.threads()[0].messages().len(), 1);
}

#[tokio::test]
async fn a_channel_is_renamed_twice_in_ten_minutes() {
    let discord = Discord::start().await;
    let voice = discord.guild(1).channel(ChannelKind::Voice, "players");
    let bot = Bot(&discord);
    let path = format!("/channels/{}", voice.id());
    for name in ["1 online", "2 online"] {
        let renamed = bot.tries("PATCH", &path, &json!({"name": name})).await;
        assert_eq!(renamed, (200, 0));
    }

    let refused = bot.ask("PATCH", &path, Some(&json!({"name": "3"}))).await;

    let wait = refused.json()["retry_after"].as_f64().unwrap();
    assert!(refused.status == 429 && wait > 590.0, "{refused}");
    assert_eq!(voice.name(), "2 online");
}

#[tokio::test]
async fn a_voice_status_needs_its_permissions_and_a_voice_channel() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let voice = guild.channel(ChannelKind::Voice, "players");
    let bot = Bot(&discord);
    let status = json!({"status": "3 online"});
    let path = format!("/channels/{}/voice-status", voice.id());

    assert_eq!(bot.tries("PUT", &path, &status).await, (204, 0));
    assert_eq!(voice.voice_status().as_deref(), Some("3 online"));
    let elsewhere = format!("/channels/{}/voice-status", guild.id());
    assert_eq!(bot.tries("PUT", &elsewhere, &status).await, (400, 50_024));
    voice.denies_the_bot(Permissions::SET_VOICE_CHANNEL_STATUS);
    assert_eq!(bot.tries("PUT", &path, &status).await, (403, 50_013));
    voice.denies_the_bot(Permissions::CONNECT);
    assert_eq!(bot.tries("PUT", &path, &status).await, (403, 50_001));
}

#[tokio::test]
async fn somebody_who_takes_no_direct_messages_gets_none() {
    let discord = Discord::start().await;
    let person = discord.guild(1).moderator();
    let bot = Bot(&discord);
    let to = json!({"recipient_id": person.id().to_string()});
    let opened = bot.ask("POST", "/users/@me/channels", Some(&to)).await;
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/channels/{id}/messages");

    assert_eq!(bot.tries("POST", &path, &hello()).await, (200, 0));
    person.refuses_direct_messages();
    assert_eq!(bot.tries("POST", &path, &hello()).await, (403, 50_007));
    assert_eq!(person.direct_messages().len(), 1);
}

#[tokio::test]
async fn a_guild_is_closed_to_a_bot_that_was_removed() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let bot = Bot(&discord);
    let message = bot.writes(&guild.general()).await;
    let parts = ["", "/roles", "/channels", "/members/1100000000000000001"];
    for part in parts {
        let answer = bot.ask("GET", &format!("/guilds/1{part}"), None).await;
        assert_eq!(answer.status, 200, "{answer}");
    }

    guild.removes_the_bot();

    assert_eq!(bot.tries("GET", "/guilds/1", &hello()).await, (404, 10_004));
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (403, 50_001));
    guild.has_the_bot_again();
    assert_eq!(bot.tries("PATCH", &message, &hello()).await, (200, 0));
}
