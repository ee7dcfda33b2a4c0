//! Members who ask to be linked to a player again and again, or to find out who is there.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Person};
use oxeye_tests::raw::Request;
use serde_json::json;

async fn asks(member: &Person, name: &str) -> Answer {
    member.types("oxeye me link", &[("name", name)]).await
}

#[tokio::test]
async fn whoever_asks_for_a_hidden_player_gets_the_answer_for_one_who_does_not_exist() {
    let (community, _server) = Community::with_alex().await;
    let guild = &community.guild;
    let asked = asks(&guild.member(), "Alex").await;
    guild.moderator().presses(&asked, "Confirm").await;
    guild.member().types("oxeye me hide", &[]).await;
    let other = guild.other_member();

    let (hidden, nobody) = (asks(&other, "aleX").await, asks(&other, "nobodY").await);

    assert!(hidden.ephemeral && nobody.ephemeral, "{hidden:?}");
    assert_eq!(hidden.text(), nobody.text().replace("nobodY", "aleX"));
}

#[tokio::test]
async fn a_new_question_replaces_the_one_before_and_nobody_asks_more_than_five_times_an_hour() {
    let (community, server) = Community::with_alex().await;
    server.joins("Steve").await;
    let guild = &community.guild;
    let (member, moderator) = (guild.member(), guild.moderator());
    let first = asks(&member, "Alex").await;
    let second = asks(&member, "Steve").await;

    let replaced = moderator.presses(&first, "Confirm").await;

    assert!(!replaced.has_component("Confirm"), "{replaced:?}");
    assert!(replaced.text().contains("no longer counts"), "{replaced:?}");
    let members = community.oxeye.api(Request::get("/api/members")).await;
    assert_eq!(members, json!([]));
    for _ in 0..3 {
        let asked = asks(&member, "Alex").await;
        assert!(!asked.ephemeral, "{asked:?}");
    }
    let refused = asks(&member, "Steve").await;
    assert!(refused.ephemeral, "{refused:?}");
    assert!(
        refused.text().contains("You can ask again <t:"),
        "{refused:?}"
    );
    let elsewhere = asks(&guild.other_member(), "Steve").await;
    assert!(!elsewhere.ephemeral, "{elsewhere:?}");
    let replaced = moderator.presses(&second, "Confirm").await;
    assert!(replaced.text().contains("no longer counts"), "{replaced:?}");
}
