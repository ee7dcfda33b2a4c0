//! Members who say which player they are, hide, and are forgotten.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, ChannelKind, Person};
use oxeye_tests::folder::files_with;
use oxeye_tests::raw::Request;
use oxeye_tests::skins;
use serde_json::{Value, json};

/// Asks to be linked to a player, which somebody who may manage the guild confirms.
async fn is_player(community: &Community, member: &Person, name: &str) -> Answer {
    let asked = member.types("oxeye me link", &[("name", name)]).await;
    let moderator = community.guild.moderator();
    moderator.presses(&asked, "Confirm").await
}

async fn says(person: &Person, command: &str) -> String {
    let answer = person.types(command, &[]).await;
    assert!(answer.ephemeral, "{command}: {answer:?}");
    answer.text()
}

#[tokio::test]
async fn a_member_who_hides_is_named_nowhere_and_still_counted() {
    let (community, server) = Community::with_alex().await;
    let (guild, member) = (&community.guild, community.guild.member());
    server.joins("Steve").await;
    let lobby = guild.channel(ChannelKind::Text, "lobby");
    let options = [("channel", &*lobby.id_text())];
    guild.moderator().types("oxeye board post", &options).await;
    lobby.message_says("Alex").await;
    is_player(&community, &member, "Alex").await;

    let hidden = says(&member, "oxeye me hide").await;

    assert!(hidden.contains("**Alex** is hidden"), "{hidden}");
    let without = |answer: &Answer| {
        let alt = answer
            .files
            .iter()
            .filter_map(|file| file.description.clone());
        let all = answer.text() + &alt.collect::<String>();
        all.contains("Steve") && !all.contains("Alex")
    };
    let board = lobby.message_until("the board does not name Alex", without);
    let board = board.await.text();
    assert!(board.contains("2 online"), "{board}");
    let status = guild.other_member().types("oxeye status", &[]).await;
    assert!(without(&status), "{status:?}");
    assert!(status.text().contains("2 online"), "{status:?}");
    let offered = guild
        .other_member()
        .is_typing("oxeye me link", "name", "e")
        .await;
    let names: Vec<_> = offered.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(names, ["Steve"], "Alex hides");
    let list = guild.member().types("oxeye list", &[]).await.text();
    assert!(list.contains("2 online"), "{list}");
    server.leaves("Alex").await;
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(
        !status.contains("Alex") && !status.contains("Last seen"),
        "{status}"
    );
    // The operator sees everybody.
    let path = format!("/api/servers/{}/survival/status", guild.id());
    let whole = community.oxeye.api(Request::get(path)).await;
    assert_eq!(whole["last_seen_players"][0]["player"], "Alex", "{whole}");

    let shown = says(&member, "oxeye me show").await;

    assert!(shown.contains("is shown"), "{shown}");
    lobby.message_says("Alex").await;
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("• Alex (<t:"), "{status}");
}

#[tokio::test]
async fn the_head_of_a_member_who_hides_is_not_in_the_picture() {
    let community = Community::start().await;
    let guild = &community.guild;
    let server = community.oxeye.linked_from(guild, "survival").await;
    for (name, red) in [("Alex", 201), ("Steve", 33)] {
        server
            .joins_with_skin(name, name, &skins::skin(red, 33, 77))
            .await;
    }
    let heads = async || {
        let status = guild.member().types("oxeye status", &[]).await;
        let picture = status.picture().to_rgba8();
        let is_drawn = |red| {
            picture
                .pixels()
                .filter(|one| one.0 == [red, 33, 77, 255])
                .count()
                >= 64
        };
        [is_drawn(201), is_drawn(33)]
    };
    assert_eq!(heads().await, [true, true]);
    is_player(&community, &guild.member(), "Alex").await;
    assert_eq!(heads().await, [true, true]);

    says(&guild.member(), "oxeye me hide").await;

    assert_eq!(heads().await, [false, true]);
    says(&guild.member(), "oxeye me unlink").await;
    assert_eq!(heads().await, [true, true]);
}

#[tokio::test]
async fn a_moderator_does_not_confirm_who_they_are_themself() {
    let (community, _server) = Community::with_alex().await;
    let moderator = community.guild.moderator();
    let options = [("name", "Alex")];
    let asked = moderator.types("oxeye me link", &options).await;

    let refused = moderator.presses(&asked, "Confirm").await;

    assert!(refused.ephemeral, "{refused:?}");
    assert!(refused.text().contains("Somebody else"), "{refused:?}");
    let german = moderator.clone().speaks("de");
    let refused = german.presses(&asked, "Confirm").await;
    assert!(refused.text().contains("jemand anderes"), "{refused:?}");
    let members = community.oxeye.api(Request::get("/api/members")).await;
    assert_eq!(members.as_array().map(Vec::len), Some(0), "{members}");
    let rejected = moderator.presses(&asked, "Reject").await;
    assert!(!rejected.ephemeral, "{rejected:?}");
}

#[tokio::test]
async fn nobody_but_a_moderator_confirms_who_a_member_is_and_only_one_member_is_a_player() {
    let (community, _server) = Community::with_alex().await;
    let guild = &community.guild;
    let (one, other, moderator) = (guild.member(), guild.other_member(), guild.moderator());
    let asks = async |person: &Person| person.types("oxeye me link", &[("name", "ALEX")]).await;
    let (first, second) = (asks(&one).await, asks(&other).await);
    assert!(!first.ephemeral, "a moderator has to see it");
    assert!(first.text().contains("**Alex**"), "{first:?}");

    for person in [&one, &other] {
        let refused = person.presses(&first, "Confirm").await;
        assert!(
            refused.ephemeral && refused.text().contains("Manage Server"),
            "{refused:?}"
        );
        assert!(says(person, "oxeye me hide").await.contains("not linked"));
    }
    let refused = other.presses(&first, "Reject").await;
    assert!(refused.text().contains("Manage Server"), "{refused:?}");
    let linked = moderator.presses(&first, "Confirm").await;
    assert!(linked.text().contains("is **Alex**"), "{linked:?}");
    assert!(!linked.has_component("Confirm"), "{linked:?}");
    let taken = moderator.presses(&second, "Confirm").await;
    assert!(
        taken.text().contains("Another member is linked"),
        "{taken:?}"
    );
    for (person, words) in [(&one, "already"), (&other, "can be linked to you")] {
        let again = asks(person).await.text();
        assert!(again.contains(words), "{again}");
    }
    let members = community.oxeye.api(Request::get("/api/members")).await;
    assert_eq!(members[0]["user_id"], one.id().to_string(), "{members}");
    assert_eq!(
        members[0]["confirmed_by_user_id"],
        moderator.id().to_string()
    );
    assert_eq!(members.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_question_that_one_moderator_has_answered_shows_the_answer_to_another() {
    let (community, _server) = Community::with_alex().await;
    let guild = &community.guild;
    let (member, moderator) = (guild.member(), guild.moderator());
    let asked = member.types("oxeye me link", &[("name", "Alex")]).await;
    let answered = moderator.presses(&asked, "Confirm").await;

    for button in ["Confirm", "Reject"] {
        let late = guild.moderator().presses(&asked, button).await;
        assert_eq!(late.text(), answered.text());
        assert!(!late.has_component(button), "{late:?}");
    }
    says(&member, "oxeye me hide").await;
    let late = moderator.presses(&asked, "Reject").await;
    assert!(late.text().contains("answered already"), "{late:?}");
    assert!(!late.text().contains("Alex"), "{late:?}");
}

#[tokio::test]
async fn a_question_that_nobody_can_answer_any_more_loses_its_buttons() {
    let (community, server) = Community::with_alex().await;
    server.joins("Steve").await;
    let (member, moderator) = (community.guild.member(), community.guild.moderator());
    let asks = async |name| member.types("oxeye me link", &[("name", name)]).await;
    let (first, second) = (asks("Alex").await, asks("Steve").await);

    let replaced = moderator.presses(&first, "Confirm").await;

    assert!(replaced.text().contains("no longer counts"), "{replaced:?}");
    let linked = moderator.presses(&second, "Confirm").await;
    let expired = format!("ox1:m:{:x}:1:Alex", member.id());
    let expired = moderator.presses_id(&second, &expired).await;
    assert!(expired.text().contains("has expired"), "{expired:?}");
    for closed in [replaced, linked, expired] {
        assert!(!closed.ephemeral, "{closed:?}");
        assert!(!closed.has_component("Confirm"), "{closed:?}");
        assert!(!closed.has_component("Reject"), "{closed:?}");
    }
}

#[tokio::test]
async fn a_request_that_is_made_up_or_expired_or_withdrawn_links_nobody() {
    let (community, _server) = Community::with_alex().await;
    let guild = &community.guild;
    let (member, moderator) = (guild.member(), guild.moderator());
    for name in ["Nobody", "Alex\u{7}"] {
        let refused = member.types("oxeye me link", &[("name", name)]).await;
        assert!(
            refused.ephemeral && !refused.has_component("Confirm"),
            "{refused:?}"
        );
    }
    let asked = member.types("oxeye me link", &[("name", "Alex")]).await;
    let id = member.id();
    for made_up in [
        format!("ox1:m:{id:x}:1:Alex"),
        format!("ox1:m:{id:x}:7fffffff:Nobody"),
    ] {
        let refused = moderator.presses_id(&asked, &made_up).await;
        assert!(!refused.has_component("Confirm"), "{made_up}: {refused:?}");
    }

    let withdrawn = member.presses(&asked, "Reject").await;

    assert!(withdrawn.text().contains("not linked"), "{withdrawn:?}");
    assert!(!withdrawn.has_component("Confirm"), "{withdrawn:?}");
    let members = community.oxeye.api(Request::get("/api/members")).await;
    assert_eq!(members, json!([]));
}

#[tokio::test]
async fn a_member_gets_everything_that_is_kept_about_their_player_in_a_file() {
    let (community, server) = Community::with_alex().await;
    server.leaves("Alex").await;
    server
        .joins_as("Alex", "853c80ef-3c37-49fd-aa49-938b674adae6")
        .await;
    server.joins("Steve").await;
    let death = json!({"player": "Alex", "event_type": "death", "details": {"killer": "Zombie"}});
    server.reports_activity(&death).await;
    let member = community.guild.member();
    is_player(&community, &member, "Alex").await;

    let answer = member.types("oxeye me data", &[]).await;

    assert!(answer.ephemeral, "{answer:?}");
    let [file] = &answer.files[..] else {
        panic!("{answer:?}")
    };
    assert_eq!(file.name, "oxeye-data.json");
    let data: Value = serde_json::from_slice(&file.bytes).expect("JSON");
    assert_eq!(data["player"], "Alex");
    assert_eq!(data["link"]["user_id"], member.id().to_string());
    assert_eq!(
        data["uuids"][0]["uuid"],
        "853c80ef-3c37-49fd-aa49-938b674adae6"
    );
    let survival = &data["servers"][0];
    assert_eq!(survival["server"], "survival");
    assert_eq!(survival["sessions"].as_array().map(Vec::len), Some(2));
    assert!(survival["sessions"][0]["left_at"].is_null(), "{data:#}");
    let events = data["activity"].to_string();
    assert!(events.contains("Zombie"), "{data:#}");
    assert!(!data.to_string().contains("Steve"), "{data:#}");
}

#[tokio::test]
async fn a_member_who_is_forgotten_is_gone_from_their_guild_and_its_bytes() {
    let community = Community::start().await;
    let guild = &community.guild;
    let server = community.oxeye.linked_from(guild, "survival").await;
    server.syncs(&["Xylophonist"]).await;
    server.leaves("Xylophonist").await;
    let member = guild.member();
    is_player(&community, &member, "Xylophonist").await;
    let question = member.types("oxeye me forget", &[]).await;
    assert!(question.ephemeral, "{question:?}");
    let kept = member.presses(&question, "Keep").await;
    assert!(kept.text().contains("Nothing was changed"), "{kept:?}");
    let question = member.types("oxeye me forget", &[]).await;

    let forgotten = member.presses(&question, "Forget").await;

    assert!(
        forgotten.text().contains("here, with 1 session"),
        "{forgotten:?}"
    );
    assert_eq!(files_with(community.oxeye.folder(), "Xylophonist"), [""; 0]);
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(!status.contains("Xylophonist"), "{status}");
    for (command, words) in [
        ("oxeye me data", "keeps nothing here"),
        ("oxeye me forget", "keeps nothing here"),
        ("oxeye me show", "not linked"),
        ("oxeye me unlink", "not linked"),
    ] {
        let refused = says(&member, command).await;
        assert!(refused.contains(words), "{command}: {refused}");
    }
    // A button of before forgets nobody else.
    let again = member.presses(&question, "Forget").await;
    assert!(again.text().contains("keeps nothing here"), "{again:?}");
}

#[tokio::test]
async fn a_button_forgets_only_the_player_whom_its_question_named() {
    let (community, server) = Community::with_alex().await;
    server.joins("Steve").await;
    let member = community.guild.member();
    is_player(&community, &member, "Alex").await;
    let question = member.types("oxeye me forget", &[]).await;
    assert!(question.text().contains("**Alex**"), "{question:?}");
    says(&member, "oxeye me unlink").await;
    is_player(&community, &member, "Steve").await;

    let refused = member.presses(&question, "Forget").await;

    assert!(refused.text().contains("out of date"), "{refused:?}");
    let status = member.types("oxeye status", &[]).await.text();
    assert!(status.contains("Steve"), "{status}");
}

#[tokio::test]
async fn a_member_is_linked_and_hidden_in_one_guild_and_after_a_restart() {
    let (community, server) = Community::with_alex().await;
    let elsewhere = community.discord.guild(2);
    let other = community.oxeye.linked_from(&elsewhere, "creative").await;
    other.syncs(&["Alex"]).await;
    is_player(&community, &community.guild.member(), "Alex").await;
    says(&community.guild.member(), "oxeye me hide").await;
    drop(server);

    let community = community.restart().await;

    let status = community.guild.member().types("oxeye status", &[]).await;
    assert!(!status.text().contains("Alex"), "{status:?}");
    let status = elsewhere.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("Alex"), "{status}");
    let refused = says(&elsewhere.member(), "oxeye me unlink").await;
    assert!(refused.contains("not linked"), "{refused}");
}

#[tokio::test]
async fn the_operator_lists_members_and_ends_a_wrong_link() {
    let (community, _server) = Community::with_alex().await;
    let (guild, member) = (&community.guild, community.guild.member());
    let none = community.oxeye.command(&["members"]).await;
    assert!(none.out.contains("No member"), "{none:?}");
    is_player(&community, &member, "Alex").await;
    says(&member, "oxeye me hide").await;

    let listed = community.oxeye.command(&["members"]).await;

    let id = member.id().to_string();
    let line = format!("guild {}: member {id} is Alex", guild.id());
    assert!(
        listed.out.contains(&line) && listed.out.contains("hidden"),
        "{listed:?}"
    );
    let guild_id = guild.id().to_string();
    let unlink = ["members", "--guild", &guild_id, "--unlink", &id];
    let ended = community.oxeye.command(&unlink).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("no longer linked to Alex"), "{ended:?}");
    let again = community.oxeye.command(&unlink).await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.log.contains("no member of this id"), "{again:?}");
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("Alex"), "{status}");
}
