//! `/oxeye top`: who played most, came most often, or did most of what activity counts.

mod buttons;
mod order;
mod outside_discord;

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
