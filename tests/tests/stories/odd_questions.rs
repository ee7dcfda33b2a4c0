//! What members can ask that makes no sense, and the exact answer to each: about players whom nobody may know, with
//! ids that are not theirs, far too often, and with buttons that are a year old.

use std::time::{Duration, Instant};

use oxeye_tests::chat::reading::readings;
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, ChannelKind, PendingAnswer, Person};
use oxeye_tests::odd_names::names;
use oxeye_tests::raw::Request;
use serde_json::json;

const YEAR: Duration = Duration::from_secs(365 * 86_400);
const SERVER_GONE: &str =
    "That server is no longer linked here. `/oxeye list` shows the linked servers.";
const OLD_BUTTON: &str = "This button is out of date. Run the command again.";
const A_MOMENT_AGO: &str = "That was refreshed a moment ago. Try again in a few seconds.";
const TOO_FAST: &str = "That was too fast. Press the button again.";

/// Checks that an answer says exactly this, to nobody but the member who asked.
#[track_caller]
fn says(answer: &Answer, expected: &str) {
    assert_eq!(answer.body["content"], expected);
    assert!(answer.ephemeral, "{answer:?}");
    assert_eq!(answer.body["allowed_mentions"]["parse"], json!([]));
    let has_more = ["embeds", "components"]
        .iter()
        .any(|part| answer.body[part][0].is_object());
    assert!(!has_more && answer.files.is_empty(), "{answer:?}");
}

/// Presses a button of a new message: whoever presses those of one message again and again is told to wait.
async fn presses_anew(person: &Person, id: &str) -> Answer {
    let status = person.types("oxeye status", &[]).await;
    person.presses_id(&status, id).await
}

async fn asks(member: &Person, player: &str) -> Answer {
    member.types("oxeye player", &[("name", player)]).await
}

#[tokio::test]
async fn whoever_hides_or_is_forgotten_is_as_unknown_as_a_stranger() {
    let (community, server) = Community::with_alex().await;
    let Community { guild, oxeye, .. } = &community;
    server.syncs(&["Alex", "Steve", "Bob"]).await;
    server.syncs(&["Alex"]).await;
    let steve = guild.another(20);
    let claim = steve.types("oxeye me link", &[("name", "Steve")]).await;
    guild.moderator().presses(&claim, "Confirm").await;
    steve.types("oxeye me hide", &[]).await;
    let forgotten = oxeye.command(&["forget", "Bob", "--yes"]).await;
    assert_eq!(forgotten.code, Some(0), "{}", forgotten.log);

    let member = guild.member();
    for name in ["Steve", "STEVE", "Bob", "Eve"] {
        let shown = asks(&member, name).await;
        says(
            &shown,
            &format!("Nobody called **{name}** is known here. Check the spelling."),
        );
        let notice = member.types("oxeye notify add", &[("name", name)]).await;
        let unknown = format!(
            "No Minecraft server here has seen a player called **{name}**. Check the spelling."
        );
        says(&notice, &unknown);
        let offered = member.is_typing("oxeye player", "name", name).await;
        assert!(offered.is_empty(), "{offered:?}");
    }
    let of_nobody = asks(&member, "@everyone").await;
    says(
        &of_nobody,
        r"Nobody called **\@everyone** is known here. Check the spelling.",
    );
    let long = asks(&member, &"x".repeat(100)).await;
    let cut = format!(
        "Nobody called **{}…** is known here. Check the spelling.",
        "x".repeat(63)
    );
    says(&long, &cut);
    for name in ["", " ", "\u{2028}"] {
        let nobody = asks(&member, name).await;
        assert!(
            nobody.ephemeral && nobody.text() == "No player can have this name.",
            "{nobody:?}"
        );
    }
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn ids_of_another_guild_show_and_change_nothing() {
    let (community, server) = Community::with_alex().await;
    let Community {
        discord,
        guild,
        oxeye,
    } = &community;
    let theirs = discord.guild(2);
    let their_server = oxeye.linked_from(&theirs, "secret").await;
    their_server.syncs(&["Steve"]).await;
    let of_theirs = theirs.member().types("oxeye status", &[]).await;
    let id = of_theirs.component("Refresh").replace("ox1:r:", "");
    let their_member = theirs.member();
    their_member
        .types("oxeye notify add", &[("name", "Steve")])
        .await;
    let moderator = guild.moderator();
    let press = async |id: &str| presses_anew(&moderator, id).await;

    for foreign in [
        "r:ID",
        "s:ID",
        "p:ID:0",
        "c:ID:7d",
        "t:p:week:ID:f",
        "t:v:all:ID:3",
        "d:ID",
        "K:ID",
    ] {
        let foreign = format!("ox1:{}", foreign.replace("ID", &id));
        let refused = press(&foreign).await;
        assert_eq!(refused.body["content"], SERVER_GONE, "{foreign}");
        assert!(refused.ephemeral, "{foreign}");
    }
    let refused = press("ox1:w:1").await;
    says(
        &refused,
        "This notification is already off, or it is not yours.",
    );
    let their_player = r"No player called **Steve** can be linked to you: no Minecraft server here has seen one, or another member is linked to them. Play there first, or check the spelling. If somebody else is linked to your player, ask whoever runs this bot.";
    let forged = format!("ox1:m:{:x}:7fffffff:Steve", guild.another(21).id());
    for id in ["ox1:q:Steve", &forged] {
        says(&press(id).await, their_player);
    }
    let unknown =
        "No Minecraft server here has seen a player called **Steve**. Check the spelling.";
    says(&press("ox1:N:Steve").await, unknown);
    let nothing = "Oxeye keeps nothing here that belongs to you. If you play on a server here, say who you are with `/oxeye me link`.";
    says(&press("ox1:f:Steve").await, nothing);
    let list = theirs.member().types("oxeye list", &[]).await;
    assert!(list.text().contains("secret"), "{}", list.text());
    assert!(
        their_server.status().await.expect("an answer"),
        "their key still works"
    );
    their_server.syncs(&[]).await;
    their_server.joins("Alex").await;
    let listed = their_member.types("oxeye notify list", &[]).await;
    assert!(listed.text().contains("Steve"), "{}", listed.text());
    assert!(server.status().await.expect("an answer"));
}

#[tokio::test]
async fn a_menu_opens_no_server_of_another_guild() {
    let (community, _server) = Community::with_alex().await;
    let Community {
        discord,
        guild,
        oxeye,
    } = &community;
    oxeye.linked_from(guild, "creative").await;
    let theirs = discord.guild(2);
    let their_server = oxeye.linked_from(&theirs, "secret").await;
    their_server.syncs(&["Steve"]).await;
    let of_theirs = theirs.member().types("oxeye status", &[]).await;
    let id = of_theirs.component("Refresh").replace("ox1:r:", "");
    let lobby = guild.channel(ChannelKind::Text, "lobby");
    let channel = lobby.id_text();
    let options = [("channel", channel.as_str())];
    guild.moderator().types("oxeye board post", &options).await;
    let board = lobby.message_says("creative").await;
    let overview = guild.member().types("oxeye status", &[]).await;

    for value in [id.as_str(), "secret", "-1", ""] {
        for (message, menu) in [(&overview, "ox1:o"), (&board, "ox1:b")] {
            let member = guild.member();
            let refused = member.chooses_values(message, menu, &[value]).await;
            says(&refused, SERVER_GONE);
        }
    }
    let own = guild.member().chooses(&overview, "survival").await;
    assert!(own.text().contains("1 online"), "{}", own.text());
    discord.keeps_the_rules();
}

#[tokio::test]
async fn ids_that_nobody_makes_are_out_of_date() {
    let (community, _server) = Community::with_alex().await;
    let moderator = community.guild.moderator();
    let press = async |id: &str| presses_anew(&moderator, id).await;

    for odd in [
        "ox1:c:-:0d",
        "ox1:c:-:10000d",
        "ox1:t:p:0d:-:f",
        "ox1:t:p:10000d:-:f",
        "ox1:t:v:-1d:-:f",
        "ox1:p:1:-1",
        "ox1:R:0d",
        "ox1:R:-5",
        "ox1:h:-1",
        "ox1:",
        "ox9:r:1",
        "other",
        "ox1:r:9999999999999999999999",
    ] {
        says(&press(odd).await, OLD_BUTTON);
    }
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn times_and_zones_that_do_not_exist_are_explained() {
    let (community, _server) = Community::with_alex().await;
    let Community { discord, guild, .. } = &community;
    let (member, moderator) = (guild.member(), guild.moderator());
    let history = async |time: &str| member.types("oxeye history", &[("time", time)]).await;
    let unreadable = "I cannot read that time. Write it like `2026-11-29 20:15`, `29.11.2026 20:15`, `yesterday 20:15`, `20:15` or `2h ago`.";

    for time in [
        "<@1>",
        "@everyone",
        "1970-02-30 00:00",
        "-1",
        "99999999999999999999d ago",
        "24:60",
        &"9".repeat(100),
    ] {
        says(&history(time).await, unreadable);
    }
    for time in ["1970-01-01 00:00", "<t:0>", "<t:1:R>"] {
        let shown = history(time).await;
        let texts = readings(&shown.body);
        assert!(
            texts[0].text.starts_with("On at 1 Jan 1970 00:00 (UTC)"),
            "{texts:?}"
        );
        let begins = "Nothing is known about that time. The first session began on ";
        assert!(texts[1].text.starts_with(begins), "{texts:?}");
    }
    says(
        &history("2999-01-01 00:00").await,
        "That time is in the future. Choose one in the past.",
    );

    let panel = moderator.types("oxeye settings", &[]).await;
    let modal = moderator.opens(&panel, "time_zone", "?").await;
    for (typed, shown) in [
        ("<@1> @everyone <#2>", r"\<\@1\> \@everyone \<\#2\>"),
        ("Mars/Base", r"Mars\/Base"),
        ("[a](https://b)", r"\[a\]\(https\:\/\/b\)"),
    ] {
        let refused = moderator.submits(&panel, &modal, typed).await;
        let expected = format!(
            "There is no time zone **{shown}**. Time zones are written like Europe/Berlin or UTC."
        );
        says(&refused, &expected);
    }
    let typed = "`".repeat(4_000);
    let refused = moderator.submits(&panel, &modal, &typed).await;
    assert!(
        refused.ephemeral && refused.text().len() < 400,
        "{}",
        refused.text()
    );
    discord.keeps_the_rules();
}

#[tokio::test]
async fn the_buttons_of_a_message_that_is_a_year_old_still_work() {
    let (community, server) = Community::with_alex().await;
    let Community {
        discord,
        guild,
        oxeye,
    } = &community;
    server.joins("Steve").await;
    server.leaves("Steve").await;
    let member = guild.member();
    let status = member.types("oxeye status", &[]).await;
    let other_status = member.types("oxeye status", &[]).await;
    let top = member.types("oxeye top", &[]).await;
    let chart = member.types("oxeye chart", &[]).await;
    let claim = guild
        .another(30)
        .types("oxeye me link", &[("name", "Alex")])
        .await;
    let question = guild
        .moderator()
        .types("oxeye disconnect", &[("server", "survival")])
        .await;
    discord.messages_age(YEAR);
    server.joins("Eve").await;

    let refreshed = member.presses(&status, "Refresh").await;
    let all_time = member.presses(&top, "All time").await;
    let month = member.presses(&chart, "30 days").await;
    let of_another = guild.other_member().presses(&chart, "30 days").await;
    let expired = claim.component("Confirm");
    let expired = expired.replace(expired.split(':').nth(3).expect("when it expires"), "1");
    let expired = guild.moderator().presses_id(&claim, &expired).await;

    assert!(
        refreshed.text().contains("2 online"),
        "{}",
        refreshed.text()
    );
    assert!(all_time.text().contains("all time"), "{}", all_time.text());
    assert!(
        month.text().contains("the last 30 days"),
        "{}",
        month.text()
    );
    assert!(of_another.ephemeral && of_another.text().contains("the last 30 days"));
    let words = "This question has expired. Type `/oxeye me link` again.";
    assert_eq!(expired.body["content"], words);
    assert_eq!(expired.body["components"], json!([]), "{expired:?}");
    // Whatever such a button was about may be gone by then.
    let path = format!("/api/servers/{}/survival/remove", guild.id());
    oxeye.api(Request::post(path)).await;
    for (message, words) in [(&other_status, "Refresh"), (&question, "Disconnect")] {
        let gone = guild.moderator().presses(message, words).await;
        assert_eq!(gone.body["content"], SERVER_GONE, "{words}");
    }
    let gone = guild.another(31).presses(&month, "90 days").await;
    says(&gone, SERVER_GONE);
    discord.keeps_the_rules();
}

#[tokio::test]
async fn so_do_those_of_notices_players_lists_settings_and_help() {
    let (community, server) = Community::with_alex().await;
    let Community {
        discord,
        guild,
        oxeye,
    } = &community;
    let left = names(13);
    let left: Vec<_> = left.iter().map(String::as_str).collect();
    server.syncs(&left).await;
    server.syncs(&["Alex"]).await;
    let hub = oxeye.linked_from(guild, "hub").await;
    hub.syncs(&[]).await;
    oxeye.has_logged("registered the commands").await;
    let (member, moderator) = (guild.member(), guild.moderator());
    let awaited = [("name", left[0])];
    member.types("oxeye notify add", &awaited).await;
    hub.joins(left[0]).await;
    let told = member.is_told("is now on").await;
    let player = member.types("oxeye player", &[("name", "Alex")]).await;
    let survival = [("server", "survival")];
    let status = member.types("oxeye status", &survival).await;
    let all = member.presses(&status, "Show all").await;
    let panel = moderator.types("oxeye settings", &[]).await;
    let modal = moderator.opens(&panel, "time_zone", "?").await;
    let help = moderator.types("oxeye help", &[]).await;
    discord.messages_age(YEAR);

    let ended = member.presses(&told, "Turn off").await;
    let notified = member.presses(&player, "Notify me").await;
    let ranked = guild.other_member().presses(&player, "Leaderboard").await;
    let again = guild.another(40).presses(&status, "Show all").await;
    let next = moderator.presses(&help, "Next").await;
    let typed = moderator.submits(&panel, &modal, "europe/vienna").await;
    let tokyo = ["Asia/Tokyo"];
    let chosen = moderator.chooses_values(&panel, "time_zone", &tokyo).await;

    for (answer, words) in [
        (&ended, "You won't be notified any more when"),
        (&notified, "when **Alex** comes online"),
        (&ranked, "Top · playtime · all time"),
        (&next, "</oxeye "),
        (&typed, r"Time zone: **Europe\/Vienna**"),
        (&chosen, r"Time zone: **Asia\/Tokyo**"),
    ] {
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    assert!(!ended.has_component("Turn off"), "{ended:?}");
    assert!(ranked.ephemeral && again.ephemeral);
    assert_ne!(next.text(), help.text());
    let listed = |answer: &Answer| answer.text().matches("• ").count();
    assert!(listed(&all) > 10, "{all:?}");
    assert_eq!(listed(&again), listed(&all), "{again:?}");
    // Whoever may not change the settings any more does not change them with an old panel.
    let refused = member.chooses_values(&panel, "time_zone", &tokyo).await;
    assert!(refused.text().contains("Manage Server"), "{refused:?}");
    discord.keeps_the_rules();
}

#[tokio::test]
async fn fifty_presses_at_once_change_a_message_once_and_are_all_answered() {
    let (community, _server) = Community::with_alex().await;
    let Community { discord, guild, .. } = &community;
    let member = guild.member();
    let status = member.types("oxeye status", &[]).await;
    let chart = member.types("oxeye chart", &[]).await;
    let top = member.types("oxeye top", &[]).await;

    let begin = Instant::now();
    let refresh = status.component("Refresh");
    let by_one: Vec<_> = (0..50)
        .map(|_| member.sends_press(&status, &refresh))
        .collect();
    let by_many: Vec<_> = (0..50)
        .map(|number| {
            guild
                .another(100 + number)
                .sends_press(&chart, &chart.component("30 days"))
        })
        .collect();
    let own: Vec<_> = (0..50)
        .map(|_| member.sends_press(&top, &top.component("All time")))
        .collect();

    for (asked, refusal, pause) in [
        (by_one, A_MOMENT_AGO, Some(3_000)),
        (by_many, TOO_FAST, None),
        (own, TOO_FAST, Some(500)),
    ] {
        let changed = answers(asked, refusal).await;
        let changed = changed.iter().filter(|answer| !answer.ephemeral).count();
        // After a pause there may be another change, if this machine is that slow.
        let expected = match pause {
            Some(pause) => {
                let more = begin.elapsed().as_millis() / pause;
                1..=1 + usize::try_from(more).expect("a short story")
            }
            None => 0..=0,
        };
        assert!(expected.contains(&changed), "{changed}, not {expected:?}");
    }
    discord.keeps_the_rules();
}

/// Waits for all answers, and expects that each is either what was asked for or this refusal.
async fn answers(asked: Vec<PendingAnswer>, refusal: &str) -> Vec<Answer> {
    let mut all = Vec::new();
    for one in asked {
        let answer = one.answer().await;
        if answer.body["embeds"][0].is_null() {
            says(&answer, refusal);
        }
        all.push(answer);
    }
    all
}
