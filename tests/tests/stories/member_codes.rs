//! Members who type a code in the game to prove which player they are.

use oxeye_plugin_proto::{GameServerState, HeartbeatRequest, HeartbeatSecs};
use oxeye_tests::agent::{Agent, AgentSetup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, PendingAnswer, Person};
use oxeye_tests::folder::files_with;
use oxeye_tests::minecraft::Minecraft;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

/// The account of Alex, authenticated by Mojang.
const ALEX: &str = "853c80ef-3c37-49fd-aa49-938b674adae6";

/// The account of somebody else, authenticated by Mojang.
const ANOTHER: &str = "069a79f4-44e9-4726-a5be-fca90e38aaf5";

/// The account that a server in offline mode derives from a name.
const OFFLINE: &str = "5627dd98-e6be-3c21-b8a8-e92344183641";

/// Starts a community whose server `survival`, with Alex and Steve, passes codes on.
async fn scene() -> (Community, Plugin) {
    let community = Community::start().await;
    let server = carrier(&community, "survival").await;
    (community, server)
}

async fn carrier(community: &Community, name: &str) -> Plugin {
    let server = community.oxeye.linked_from(&community.guild, name).await;
    server.syncs(&["Alex", "Steve"]).await;
    carries(&server, true).await;
    server
}

async fn carries(server: &Plugin, member_codes: bool) {
    let heartbeat = HeartbeatRequest {
        heartbeat_secs: HeartbeatSecs::try_from(60).ok(),
        server: Some(GameServerState::Up),
        member_codes,
        ..HeartbeatRequest::default()
    };
    server.heartbeat(heartbeat).await.expect("an answer");
}

/// Says that a member is Alex, and returns what they then have to type in the game.
async fn says_to_be_alex(member: &Person) -> (PendingAnswer, String) {
    let asked = member.sends("oxeye me link", &[("name", "alex")]);
    let answer = asked.answer().await;
    assert!(answer.ephemeral, "{answer:?}");
    (asked, to_type(&answer).expect("a code"))
}

/// Returns what an answer tells a member to type in the game.
fn to_type(answer: &Answer) -> Option<String> {
    let text = answer.text();
    let typed = text.split('`').find(|part| part.starts_with("!oxeye "));
    typed.map(str::to_owned)
}

/// Reports that a player has typed this.
async fn typed(server: &Plugin, player: &str, uuid: &str, text: &str) {
    let code = text.strip_prefix("!oxeye ").expect("a code");
    let body = json!({"player": player, "uuid": uuid, "code": code});
    let answer = server.ask(Request::post("/member-code").json(&body)).await;
    assert_eq!(answer.status, 200, "{answer}");
}

async fn members(community: &Community) -> Value {
    community.oxeye.api(Request::get("/api/members")).await
}

/// Links a server with the real agent, which follows this server's log.
async fn with_agent(community: &Community, minecraft: &Minecraft) -> (AgentSetup, Agent) {
    let setup = AgentSetup::beside(minecraft);
    let moderator = community.guild.moderator();
    let answer = moderator.types("oxeye connect", &[("name", "survival")]);
    let code = answer.await.link_code();
    let url = community.oxeye.url();
    let linked = setup
        .run(&["connect", code.expose(), "--backend", &url])
        .await;
    assert_eq!(linked.code, Some(0), "{}", linked.log);
    let agent = setup.start();
    (setup, agent)
}

#[tokio::test]
async fn a_member_is_the_player_who_types_their_code_in_the_chat() {
    let community = Community::start().await;
    let mut minecraft = Minecraft::started();
    minecraft.joins_as("Alex", ALEX);
    minecraft.joins("Steve");
    let (setup, agent) = with_agent(&community, &minecraft).await;
    // Until the agent has said that it passes codes on, members are asked about in public.
    let mut number = 10;
    loop {
        let member = community.guild.another(number);
        let answer = member.types("oxeye me link", &[("name", "Alex")]).await;
        if to_type(&answer).is_some() {
            break;
        }
        number += 1;
    }
    let member = community.guild.member();
    let (asked, code) = says_to_be_alex(&member).await;
    let answer = asked.answer().await.text();
    assert!(answer.contains("**survival**"), "{answer}");

    minecraft.says(&format!("<Steve> {code}"));
    minecraft.says(&format!("<Steve> <Alex> {code}"));
    minecraft.says(&format!("[Server] <Alex> {code}"));
    minecraft.says(&format!("* Alex {code}"));
    minecraft.says("<Alex> my address is a secret");
    minecraft.says(&format!("<Alex> {code}"));

    asked.says("You are **Alex**").await;
    let linked = members(&community).await;
    assert_eq!(linked[0]["user_id"], member.id().to_string(), "{linked}");
    assert_eq!(linked[0]["confirmed_by_user_id"], Value::Null);
    let listed = community.oxeye.command(&["members"]).await.out;
    assert!(listed.contains("proven by a code in the game"), "{listed}");
    let data = member.types("oxeye me data", &[]).await;
    let data: Value = serde_json::from_slice(&data.files[0].bytes).expect("JSON");
    assert_eq!(data["link"]["proof"], "code");
    let secret = code.trim_start_matches("!oxeye ");
    assert_eq!(files_with(community.oxeye.folder(), secret), [""; 0]);
    assert_eq!(files_with(setup.data_dir(), secret), [""; 0]);
    for log in [community.oxeye.log(), agent.log()] {
        for secret in [secret, "a secret"] {
            assert!(!log.contains(secret), "the log has what a player typed");
        }
    }
}

#[tokio::test]
async fn only_the_player_in_their_guild_uses_a_code_and_only_once() {
    let (community, server) = scene().await;
    let elsewhere = community.discord.guild(2);
    let other = community.oxeye.linked_from(&elsewhere, "creative").await;
    other.syncs(&["Alex"]).await;
    let member = community.guild.member();
    let (_, first) = says_to_be_alex(&member).await;
    let (asked, code) = says_to_be_alex(&member).await;

    typed(&other, "Alex", ALEX, &code).await;
    typed(&server, "Steve", ALEX, &code).await;
    typed(&server, "alex", ALEX, &code).await;
    typed(&server, "Alex", ALEX, &first).await;
    assert_eq!(members(&community).await, json!([]));

    typed(&server, "Alex", ALEX, &code).await;

    asked.says("You are **Alex**").await;
    member.types("oxeye me unlink", &[]).await;
    typed(&server, "Alex", ALEX, &code).await;
    assert_eq!(members(&community).await, json!([]));
}

#[tokio::test]
async fn whoever_guesses_is_ignored_and_others_are_not() {
    let (community, server) = scene().await;
    let (asked, code) = says_to_be_alex(&community.guild.member()).await;
    for _ in 0..5 {
        typed(&server, "Alex", ALEX, "!oxeye 0000-0000").await;
    }

    typed(&server, "Alex", ALEX, &code).await;

    assert_eq!(members(&community).await, json!([]));
    let creative = carrier(&community, "creative").await;
    typed(&creative, "Alex", ALEX, &code).await;
    asked.says("You are **Alex**").await;
}

#[tokio::test]
async fn a_server_without_accounts_proves_nothing_and_a_moderator_can_confirm() {
    let (community, server) = scene().await;
    let member = community.guild.member();
    let (asked, code) = says_to_be_alex(&member).await;

    typed(&server, "Alex", OFFLINE, &code).await;

    let answer = asked.says("does not check accounts").await;
    assert_eq!(members(&community).await, json!([]));
    let question = member.presses(&answer, "Ask for a confirmation").await;
    assert!(!question.ephemeral, "{question:?}");
    let moderator = community.guild.moderator();
    let linked = moderator.presses(&question, "Confirm").await;
    assert!(linked.text().contains("is **Alex**"), "{linked:?}");
    let listed = community.oxeye.command(&["members"]).await.out;
    let confirmed = format!("confirmed by {}", moderator.id());
    assert!(listed.contains(&confirmed), "{listed}");
}

#[tokio::test]
async fn a_name_that_another_account_had_here_proves_nothing() {
    let (community, server) = scene().await;
    server.joins_as("Alex", ALEX).await;
    server.joins_as("Alex", OFFLINE).await;
    let stranger = community.guild.other_member();
    let (asked, code) = says_to_be_alex(&stranger).await;

    typed(&server, "Alex", ANOTHER, &code).await;

    let answer = asked.says("Ask for a confirmation").await;
    assert_eq!(members(&community).await, json!([]), "{answer:?}");
    let (asked, code) = says_to_be_alex(&community.guild.member()).await;
    typed(&server, "Alex", ALEX, &code).await;
    asked.says("You are **Alex**").await;
}

#[tokio::test]
async fn the_first_of_two_members_who_proves_it_is_the_player() {
    let (community, server) = scene().await;
    let (one, other) = (community.guild.member(), community.guild.other_member());
    let (first, first_code) = says_to_be_alex(&one).await;
    let (second, second_code) = says_to_be_alex(&other.speaks("de")).await;
    assert!(
        second
            .answer()
            .await
            .text()
            .contains("schreib das in den Chat")
    );

    typed(&server, "Alex", ALEX, &first_code).await;
    typed(&server, "Alex", ALEX, &second_code).await;

    first.says("You are **Alex**").await;
    let refused = second.says("anderes Mitglied verknüpft").await;
    assert!(
        refused.ephemeral && to_type(&refused).is_none(),
        "{refused:?}"
    );
    let linked = members(&community).await;
    assert_eq!(linked.as_array().map(Vec::len), Some(1));
    assert_eq!(linked[0]["user_id"], one.id().to_string());
}

#[tokio::test]
async fn without_a_server_that_passes_codes_on_a_moderator_is_asked() {
    let (community, server) = scene().await;
    carries(&server, false).await;

    let asked = community
        .guild
        .member()
        .types("oxeye me link", &[("name", "Alex")])
        .await;

    assert!(
        !asked.ephemeral && asked.has_component("Confirm"),
        "{asked:?}"
    );
    assert_eq!(to_type(&asked), None);
}

#[tokio::test]
async fn a_code_that_is_none_is_refused_without_repeating_it() {
    let (_community, server) = scene().await;
    for code in ["10AB-1X0", "10AB1X0Y", "oxeye-10ab1x0yz2"] {
        let body = json!({"player": "Alex", "code": code});
        let answer = server.ask(Request::post("/member-code").json(&body)).await;
        assert!(matches!(answer.status, 400 | 422), "{}", answer.status);
        assert!(!answer.to_string().contains(code));
    }
}

#[tokio::test]
async fn a_backend_that_stops_does_not_wait_for_codes() {
    let (community, _server) = scene().await;
    let (_asked, _) = says_to_be_alex(&community.guild.member()).await;
    let mut oxeye = community.oxeye;

    let log = oxeye.whole_log().await;

    assert!(
        !log.contains("before all interactions were answered"),
        "{log}"
    );
}
