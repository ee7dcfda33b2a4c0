//! Members who hide and play on under a new name: no surface for members shows it.

use oxeye_tests::backend::{OPERATOR_TOKEN, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Channel, ChannelKind, Discord, Person};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use oxeye_tests::redis::run_at;
use oxeye_tests::redis_client::address;
use serde_json::json;

/// Alex's account, who calls themself Robin later.
const ALEX: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";
/// The account of somebody else, who takes the name Alex then.
const OTHER: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";

/// A guild with two servers and a board, on which Alex hides. Steve is on, too.
struct Renaming {
    community: Community,
    survival: Plugin,
    creative: Plugin,
    lobby: Channel,
}

async fn died(server: &Plugin, player: &str) {
    let death = json!({"player": player, "event_type": "death"});
    server.reports_activity(&death).await;
}

impl Renaming {
    async fn start() -> Self {
        let discord = Discord::start().await;
        let guild = discord.guild(1);
        let setup = Setup::unlimited().set("ACTIVITY_RESP_LISTEN", "127.0.0.1:0");
        let oxeye = setup.discord(&discord).start().await;
        discord.bot_is_up().await;
        let community = Community {
            discord,
            guild,
            oxeye,
        };
        let guild = &community.guild;
        let survival = community.oxeye.linked_from(guild, "survival").await;
        let creative = community.oxeye.linked_from(guild, "creative").await;
        survival.joins_as("Alex", ALEX).await;
        survival.joins("Steve").await;
        for player in ["Alex", "Steve"] {
            died(&survival, player).await;
        }
        let lobby = guild.channel(ChannelKind::Text, "lobby");
        let options = [("channel", &*lobby.id_text())];
        guild.moderator().types("oxeye board post", &options).await;
        lobby.message_says("Alex").await;
        let member = guild.member();
        let asked = member.types("oxeye me link", &[("name", "Alex")]).await;
        guild.moderator().presses(&asked, "Confirm").await;
        member.types("oxeye me hide", &[]).await;
        let without = |board: &Answer| !board.text().contains("Alex");
        lobby
            .message_until("Alex is gone from the board", without)
            .await;
        Self {
            community,
            survival,
            creative,
            lobby,
        }
    }

    fn other(&self) -> Person {
        self.community.guild.other_member()
    }

    /// Returns everything that is shown to members, one text for each surface.
    async fn surfaces(&self) -> Vec<(String, String)> {
        let (guild, oxeye) = (&self.community.guild, &self.community.oxeye);
        let mut surfaces = Vec::new();
        for (command, options) in [
            ("oxeye status", &[("server", "survival")][..]),
            ("oxeye status", &[("server", "creative")]),
            ("oxeye list", &[]),
            ("oxeye chart", &[]),
            ("oxeye history", &[("time", "now")]),
        ] {
            let answer = self.other().types(command, options).await;
            let alt = answer.files.iter();
            let alt = alt.filter_map(|file| file.description.clone());
            let text = answer.text() + &alt.collect::<String>();
            surfaces.push((format!("{command} {options:?}"), text));
        }
        for typed in ["", "a", "A", "R", "rob", "lex"] {
            let offered = self.other().is_typing("oxeye me link", "name", typed).await;
            surfaces.push((format!("autocomplete of {typed:?}"), format!("{offered:?}")));
        }
        for board in self.lobby.messages() {
            surfaces.push(("the board".to_owned(), board.text()));
        }
        for path in ["leaderboard", "activity/top?by=deaths", "activity/online"] {
            let path = format!("/api/guilds/{}/{path}", guild.id());
            let answer = oxeye.api(Request::get(path.clone())).await;
            surfaces.push((path, answer.to_string()));
        }
        for server in ["survival", "creative"] {
            let path = format!("/api/servers/{}/{server}/leaderboard", guild.id());
            let answer = oxeye.api(Request::get(path.clone())).await;
            surfaces.push((path, answer.to_string()));
        }
        for command in [
            &["top"][..],
            &["activity", "--top", "deaths"],
            &["history", "now"],
        ] {
            let printed = oxeye.command(command).await;
            surfaces.push((format!("{command:?}"), printed.out));
        }
        let url = format!("redis://default:{OPERATOR_TOKEN}@{}", address(oxeye).await);
        let keys: Vec<String> = run_at(&url, &["KEYS", "*"]).await;
        surfaces.push(("the keys for Redis clients".to_owned(), keys.join(" ")));
        let online = format!("guild:{}:activity:online_players", guild.id());
        let online: Vec<String> = run_at(&url, &["SMEMBERS", &online]).await;
        surfaces.push((
            "those online for Redis clients".to_owned(),
            online.join(" "),
        ));
        surfaces
    }

    async fn shows_none_of(&self, words: &[&str]) {
        for (surface, text) in self.surfaces().await {
            for word in words {
                assert!(!text.contains(word), "{surface} shows {word}: {text}");
            }
        }
    }

    /// Asserts that so many surfaces show a word, so that the others do not leave it out for another reason.
    async fn shows(&self, word: &str, at_least: usize) {
        let surfaces = self.surfaces().await;
        let shown = surfaces.iter().filter(|(_, text)| text.contains(word));
        let shown = shown.count();
        assert!(shown >= at_least, "{word} on {shown} of {surfaces:#?}");
    }
}

#[tokio::test]
async fn a_member_who_hides_is_shown_nowhere_under_a_new_name() {
    let renaming = Renaming::start().await;
    renaming.shows_none_of(&["Alex", ALEX]).await;
    renaming.shows("Steve", 10).await;
    renaming.survival.leaves("Alex").await;

    renaming.creative.joins_as("Robin", ALEX).await;
    died(&renaming.creative, "Robin").await;

    renaming.shows_none_of(&["Alex", "Robin", ALEX]).await;
    renaming.creative.leaves("Robin").await;
    renaming.shows_none_of(&["Alex", "Robin", ALEX]).await;

    // A sync that comes first under a third name.
    renaming
        .survival
        .syncs_as(&[("Kim", ALEX), ("Steve", OTHER)])
        .await;
    renaming
        .shows_none_of(&["Alex", "Robin", "Kim", ALEX])
        .await;
    renaming.shows("Steve", 10).await;

    let answer = renaming.community.guild.member();
    let answer = answer.types("oxeye me show", &[]).await;
    assert!(answer.text().contains("Kim"), "{answer:?}");
    renaming.shows("Kim", 6).await;
}

#[tokio::test]
async fn hiding_under_a_new_name_holds_after_a_restart() {
    let mut renaming = Renaming::start().await;
    renaming.creative.joins_as("Robin", ALEX).await;

    renaming.community = renaming.community.restart().await;
    let creative = renaming
        .community
        .oxeye
        .plugin_with_key_of(&renaming.creative);
    creative.syncs_as(&[("Robin", ALEX)]).await;

    renaming.shows_none_of(&["Alex", "Robin", ALEX]).await;
}

#[tokio::test]
async fn whoever_takes_the_name_of_a_member_who_hides_is_seen() {
    let renaming = Renaming::start().await;
    renaming.survival.leaves("Alex").await;
    renaming.survival.joins_as("Robin", ALEX).await;

    renaming.creative.joins_as("Alex", OTHER).await;

    let status = [("server", "creative")];
    let status = renaming.other().types("oxeye status", &status).await;
    assert!(status.text().contains("Alex (<t:"), "{status:?}");
    let status = [("server", "survival")];
    let status = renaming.other().types("oxeye status", &status).await;
    assert!(!status.text().contains("Alex"), "{status:?}");
    renaming.shows_none_of(&["Robin"]).await;
}

#[tokio::test]
async fn known_players_are_offered_by_all_their_names_and_linked_by_the_newest() {
    let community = Community::start().await;
    let guild = &community.guild;
    let server = community.oxeye.linked_from(guild, "survival").await;
    server.joins_as("Alex", ALEX).await;
    server.leaves("Alex").await;
    server.joins_as("Robin", ALEX).await;
    server.joins("Alfred").await;
    let member = guild.member();

    let offered = member.is_typing("oxeye me link", "name", "AL").await;

    let offered: Vec<_> = offered
        .iter()
        .map(|(label, value)| (label.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        offered,
        [("Robin (formerly Alex)", "Robin"), ("Alfred", "Alfred")]
    );
    let in_german = guild.member().speaks("de");
    let offered = in_german.is_typing("oxeye me link", "name", "alex").await;
    assert_eq!(offered[0].0, "Robin (früher Alex)");
    let asked = member.types("oxeye me link", &[("name", "alex")]).await;
    assert!(asked.text().contains("Robin"), "{asked:?}");
    guild.moderator().presses(&asked, "Confirm").await;
    server.leaves("Robin").await;
    server.joins_as("Kim", ALEX).await;
    let hidden = member.types("oxeye me hide", &[]).await;
    assert!(hidden.text().contains("**Kim** is hidden"), "{hidden:?}");
}
