//! Who has most of something: `/oxeye top`, `oxeye top` and the leaderboards of the API.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::discord::Person;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::json;

/// Starts with a server on which 25 players were today, p01 longest and p25 shortest, and nobody is now.
async fn with_players() -> (Community, Plugin) {
    let (community, server) = Community::with_alex().await;
    server.leaves("Alex").await;
    let path = format!("/api/servers/{}/survival/status", community.guild.id());
    let status = community.oxeye.api(Request::get(path)).await;
    let now = status["heard_at"].as_i64().expect("it was heard");
    let from = now - 7_200;
    let names: Vec<_> = (1..=25).map(|number| format!("p{number:02}")).collect();
    let stays = names.iter().zip(0..);
    let stays = stays.map(|(name, number)| (name.as_str(), from, from + (25 - number) * 240));
    let stays: Vec<_> = stays.collect();
    let guild = community.guild.id();
    community.oxeye.had_stays(guild, "survival", &stays).await;
    (community, server)
}

/// Has a moderator confirm that a member is a player.
async fn is_player(community: &Community, member: &Person, name: &str) {
    let asked = member.types("oxeye me link", &[("name", name)]).await;
    let moderator = community.guild.moderator();
    moderator.presses(&asked, "Confirm").await;
}

#[tokio::test]
async fn members_see_who_played_most_page_by_page_and_their_own_place() {
    let (community, _server) = with_players().await;
    let (member, other) = (community.guild.member(), community.guild.other_member());
    is_player(&community, &member, "p17").await;
    let all = [("range", "all time")];

    let top = member.types("oxeye top", &all).await;
    let second = member.presses(&top, "Next").await;
    let of_another = other.presses(&top, "Next").await;
    let german = community.guild.prefers("de").member();
    let in_german = german.types("oxeye top", &all).await;

    assert!(!top.ephemeral, "it is for everybody");
    let text = top.text();
    for words in [
        "Top · playtime · all time · all servers",
        r"**1\.** p01 · 1h 40m",
        r"**10\.** p10 · 1h 4m",
        "Your place: 17 of 26 · 36m (p17)",
        "Days in UTC",
        "1/3",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    assert!(!text.contains("p11"), "{text}");
    for shown in [&top, &second] {
        let [file] = &shown.files[..] else {
            panic!("one picture in {shown:?}")
        };
        assert_eq!(file.name, "top.png");
        assert!(file.bytes.len() < 150_000);
        assert_eq!(shown.picture().width(), 960);
    }
    let alt = top.files[0].description.clone().unwrap_or_default();
    assert!(
        alt.contains("all time · all servers; 1. p01 · 1h 40m; 2. "),
        "{alt}"
    );
    assert!(top.is_disabled("Previous") && top.is_disabled("All time"));
    assert!(!second.ephemeral, "the page replaces the first one");
    let text = second.text();
    assert!(text.contains("p11") && text.contains("2/3"), "{text}");
    assert!(!text.contains("p10"), "{text}");
    assert!(of_another.ephemeral, "it was not theirs to turn");
    let text = of_another.text();
    assert!(
        text.contains("p11") && !text.contains("Your place"),
        "{text}"
    );
    let text = in_german.text();
    for words in [
        "Rangliste · Spielzeit · seit Beginn",
        "Dein Platz: 17 von 26",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn the_own_place_is_on_its_page_and_whoever_hides_has_none() {
    let (community, _server) = with_players().await;
    let (member, other) = (community.guild.member(), community.guild.other_member());
    is_player(&community, &member, "p17").await;
    let all = [("range", "all time")];
    let top = other.types("oxeye top", &all).await;

    let own = member.presses(&top, "My place").await;
    let none = other.presses(&top, "My place").await;
    member.types("oxeye me hide", &[]).await;
    let hiding = member.types("oxeye top", &all).await;
    let last = other.presses_id(&hiding, "ox1:t:p:all:-:4294967295").await;

    assert!(
        own.ephemeral && own.text().contains("2/3"),
        "{}",
        own.text()
    );
    assert!(own.text().contains("p17 · 36m"), "{}", own.text());
    assert!(none.text().contains("`/oxeye me link`"), "{}", none.text());
    assert!(!hiding.text().contains("Your place"), "{}", hiding.text());
    // Places go on without a gap: nobody learns that somebody hides.
    let text = last.text();
    assert!(
        text.contains("3/3") && text.contains(r"**24\.** p25"),
        "{text}"
    );
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn whatever_players_did_can_be_ranked() {
    let (community, server) = with_players().await;
    for (player, deaths) in [("p05", 3), ("p20", 5)] {
        for _ in 0..deaths {
            let death = json!({"player": player, "event_type": "death"});
            server.reports_activity(&death).await;
        }
    }
    let member = community.guild.member();

    let offered = member.is_typing("oxeye top", "what", "de").await;
    let deaths = [("what", "deaths"), ("range", "all time")];
    let deaths = member.types("oxeye top", &deaths).await;
    let visits = [("what", "visits"), ("range", "all time")];
    let visits = member.types("oxeye top", &visits).await;
    let on_one = [("what", "deaths"), ("server", "survival")];
    let on_one = member.types("oxeye top", &on_one).await;
    let unknown = member.types("oxeye top", &[("what", "@everyone")]).await;

    assert!(offered.contains(&("deaths".to_owned(), "deaths".to_owned())));
    let text = deaths.text();
    for words in [
        "Top · deaths · ",
        r"**1\.** p20 · 5",
        r"**2\.** p05 · 3",
        "Days in UTC",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    let text = visits.text();
    assert!(text.contains(r"**1\.** Alex · 1 visit"), "{text}");
    assert!(text.contains(r"**1\.** p01 · 1 visit"), "{text}");
    for refused in [&on_one, &unknown] {
        assert!(refused.ephemeral, "{}", refused.text());
    }
    assert!(
        on_one.text().contains("Leave out `server`"),
        "{}",
        on_one.text()
    );
    let text = unknown.text();
    assert!(
        text.contains(r"\@everyone") && text.contains("playtime, visits"),
        "{text}"
    );
    community.discord.keeps_the_rules();
}

/// Returns the names in the order in which a text has them.
fn in_order<'a>(text: &str, names: &[&'a str]) -> Vec<&'a str> {
    let found = names
        .iter()
        .filter_map(|name| Some((text.find(name)?, *name)));
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn those_who_have_equally_much_come_in_one_order_everywhere() {
    let (community, server) = Community::with_alex().await;
    let Community { guild, oxeye, .. } = &community;
    let guild_id = guild.id();
    let path = format!("/api/servers/{guild_id}/survival/status");
    let status = oxeye.api(Request::get(path)).await;
    let now = status["heard_at"].as_i64().expect("it was heard");
    let names = ["alex", "Zoe", "Bob"];
    let stays = names.map(|name| (name, now - 7_200, now - 3_600));
    oxeye.had_stays(guild_id, "survival", &stays).await;
    for player in names {
        let death = json!({"player": player, "event_type": "death"});
        server.reports_activity(&death).await;
    }
    let member = guild.member();
    let then = format!("<t:{}:R>", now - 5_000);
    let at = now - 5_000;

    let mut said = Vec::new();
    for options in [
        [("what", "visits"), ("range", "all time")],
        [("what", "deaths"), ("range", "all time")],
    ] {
        said.push(member.types("oxeye top", &options).await.text());
    }
    said.push(
        member
            .types("oxeye history", &[("time", &then)])
            .await
            .text(),
    );
    let of_guild = format!("/api/guilds/{guild_id}");
    for path in [
        format!("{of_guild}/leaderboard?what=visits&range=all"),
        format!("{of_guild}/leaderboard?what=deaths&range=all"),
        format!("{of_guild}/activity/top?by=deaths"),
        format!("{of_guild}/online?at={at}"),
        format!("/api/servers/{guild_id}/survival/online?at={at}"),
        format!("/api/servers/{guild_id}/survival/players"),
    ] {
        said.push(oxeye.api(Request::get(path)).await.to_string());
    }

    let command = oxeye
        .command(&["top", "--what", "visits", "--range", "all"])
        .await;
    said.push(command.out);

    for text in said {
        assert_eq!(in_order(&text, &names), ["Bob", "Zoe", "alex"], "{text}");
    }
}

#[tokio::test]
async fn a_button_pressed_again_and_again_changes_the_message_once() {
    let (community, _server) = with_players().await;
    let member = community.guild.member();
    let top = member.types("oxeye top", &[("range", "all time")]).await;

    let mut turned = 0;
    for _ in 0..50 {
        let pressed = member.presses(&top, "Next").await;
        turned += usize::from(!pressed.ephemeral);
    }

    assert_eq!(turned, 1);
    community.discord.keeps_the_rules();
}

#[tokio::test]
async fn an_id_that_was_made_up_shows_nothing_of_others() {
    let (community, _server) = with_players().await;
    let theirs = community.discord.guild(2);
    let their_server = community.oxeye.linked_from(&theirs, "secret").await;
    their_server.syncs(&["Steve"]).await;
    let of_theirs = [("server", "secret")];
    let of_theirs = theirs.member().types("oxeye top", &of_theirs).await;
    let top = community.guild.member().types("oxeye top", &[]).await;

    let id = of_theirs.component("All time");
    let foreign = community.guild.another(30).presses_id(&top, &id).await;
    let mut odd = Vec::new();
    for (number, id) in [
        "ox1:t:p:week:999999:f",
        "ox1:t:p:0d:-:f",
        "ox1:t:p:10000d:-:f",
        "ox1:t:cffffffff:week:-:f",
        "ox1:t:p:week:-:-1",
        "ox1:t:p:week",
    ]
    .into_iter()
    .enumerate()
    {
        let person = community.guild.another(40 + number as u64);
        odd.push(person.presses_id(&top, id).await);
    }

    assert!(foreign.text().contains("no longer linked here"));
    assert!(!foreign.text().contains("secret"), "{}", foreign.text());
    assert!(odd[0].text().contains("no longer linked here"));
    for refused in &odd[1..] {
        assert!(refused.ephemeral, "{}", refused.text());
        assert!(refused.text().contains("out of date"), "{}", refused.text());
    }
}

#[tokio::test]
async fn the_command_line_and_the_api_say_the_same() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    let visits = [
        ("Alex", 0),
        ("Alex", 100),
        ("Alex", 200),
        ("jeb_", 0),
        ("Steve", 0),
    ];
    let from = now - 1_000;
    let visits = visits.map(|(name, at)| (name, from + at, from + at + 60));
    oxeye.had_stays(0, "survival", &visits).await;

    let first = oxeye
        .command(&["top", "--what", "visits", "--range", "all", "--limit", "2"])
        .await;
    let second = [
        "top", "--what", "visits", "--range", "all", "--limit", "2", "--page", "2",
    ];
    let second = oxeye.command(&second).await;
    let past = oxeye.command(&["top", "--page", "9", "--json"]).await;
    let path = "/api/guilds/0/leaderboard?what=visits&limit=2&offset=2&range=all";
    let report = oxeye.api(Request::get(path)).await;
    let unknown = oxeye.command(&["top", "--what", "bells"]).await;

    assert!(first.out.starts_with("Visits, "), "{}", first.out);
    assert!(
        first.out.contains("1.  Alex   3m  3 sessions"),
        "{}",
        first.out
    );
    assert!(first.out.ends_with("...and 1 more"), "{}", first.out);
    assert!(
        second.out.contains("2.  jeb_  1m  1 session"),
        "{}",
        second.out
    );
    assert!(past.out.contains(r#""players": []"#), "{}", past.out);
    assert_eq!(report["players"][0]["player"], "jeb_");
    assert_eq!(report["players"][0]["place"], 2);
    assert_eq!(report["player_count"], 3);
    assert_ne!(unknown.code, Some(0));
    let known = "there is no leaderboard of \"bells\"; there are: playtime, visits, ";
    assert!(unknown.log.contains(known), "{}", unknown.log);
    let unknown = Request::get("/api/guilds/0/leaderboard?what=bells");
    let unknown = oxeye.operator(unknown).await.json();
    let sentence = unknown["error"].as_str().expect("a sentence");
    assert!(
        sentence.contains("there are playtime, visits, "),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_counter_is_ranked_in_the_shell_however_many_servers_there_are() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let event = json!({"player": "Alex", "event_type": "death", "at": now});
    server.sends_activity(1, 1, &json!([event, event])).await;
    let file = oxeye.folder().join("deaths.png").display().to_string();
    let top = async |more: &[&str]| {
        let arguments = [&["top", "--what", "deaths"], more].concat();
        oxeye.command(&arguments).await
    };

    let alone = top(&["--picture", &file]).await;
    let json = top(&["--guild", "0", "--json"]).await;
    let named = top(&["survival"]).await;
    let page = top(&["--page", "9"]).await;
    oxeye.linked("creative").await;
    let two = top(&[]).await;

    assert_eq!(alone.code, Some(0), "{alone:?}");
    assert!(
        alone.out.starts_with("Deaths, survival, this week"),
        "{alone:?}"
    );
    assert!(alone.out.contains("1.  Alex  2"), "{alone:?}");
    image::open(&file).expect("a picture is saved");
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["players"][0]["amount"], 2.0, "{json}");
    assert_eq!(named.code, Some(1), "{named:?}");
    assert!(named.log.contains("leave the server out"), "{named:?}");
    assert!(page.out.contains("there is only 1 player"), "{page:?}");
    assert!(
        two.out.contains("creative and survival together"),
        "{two:?}"
    );
}

#[tokio::test]
async fn the_picture_is_also_a_file_and_an_address_that_says_if_it_has_changed() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    let place = "/api/guilds/0/leaderboard.png?range=all";
    let nobody = oxeye.operator(Request::get(place)).await;
    let stays = [
        ("Alex", now - 900, now - 800),
        ("Eve", now - 900, now - 850),
    ];
    oxeye.had_stays(0, "survival", &stays).await;
    let file = oxeye.folder().join("top.png");
    let path = file.display().to_string();

    let shell = ["top", "--range", "all", "--picture", &path];
    let shell = oxeye.command(&shell).await;
    let picture = oxeye.operator(Request::get(place)).await;
    let tag = picture.header("etag").unwrap_or_default().to_owned();
    let again = Request::get(place).header("If-None-Match", &tag);
    let again = oxeye.operator(again).await;
    let of_server = "/api/servers/0/survival/leaderboard.png?what=visits&range=all&lang=de&limit=1";
    let of_server = oxeye.operator(Request::get(of_server)).await;
    let odd = Request::get("/api/guilds/0/leaderboard.png?colour=red");
    let odd = oxeye.operator(odd).await;

    assert_eq!(
        (nobody.status, &nobody.json()["code"]),
        (404, &json!("nothing_to_draw"))
    );
    assert_eq!(shell.code, Some(0), "{}", shell.log);
    assert_eq!(std::fs::read(file).expect("it is there"), picture.body);
    assert!(picture.body.starts_with(b"\x89PNG"));
    assert!(!tag.is_empty() && of_server.header("etag") != Some(&tag));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(odd.status, 400, "{odd}");
}
