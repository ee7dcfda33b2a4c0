//! How a server is linked to a guild, unlinked, and linked again.

use oxeye_plugin_proto::LinkCode;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;

#[tokio::test]
async fn a_moderator_links_a_server_from_discord() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;

    let answer = guild
        .moderator()
        .types("oxeye connect", &[("name", "survival")])
        .await;
    let plugin = oxeye.redeem(&answer.link_code()).await;

    assert!(answer.ephemeral, "a link code is nobody else's business");
    assert!(plugin.status().await.expect("an answer"));
    let list = guild.member().types("oxeye list", &[]).await;
    assert!(list.text().contains("survival"), "{}", list.text());
}

#[tokio::test]
async fn a_member_who_may_not_manage_the_guild_gets_no_code() {
    let Community {
        discord: _discord,
        guild,
        oxeye: _oxeye,
    } = Community::start().await;

    let answer = guild
        .member()
        .types("oxeye connect", &[("name", "survival")])
        .await;

    assert!(answer.ephemeral);
    assert!(!answer.text().contains("oxeye-"), "{}", answer.text());
}

#[tokio::test]
async fn people_may_type_a_code_as_they_read_it() {
    let oxeye = Oxeye::start().await;
    let code = oxeye.local_link_code("survival").await;

    let sloppy = code
        .expose()
        .to_lowercase()
        .replace('0', "o")
        .replace('1', "l");
    let sloppy: LinkCode = sloppy.parse().expect("I, L and O stand for 1, 1 and 0");

    assert!(
        oxeye
            .redeem(&sloppy)
            .await
            .status()
            .await
            .expect("an answer")
    );
}

#[tokio::test]
async fn no_code_is_issued_for_a_name_that_is_linked() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye.linked_from(&guild, "survival").await;

    let answer = guild
        .moderator()
        .types("oxeye connect", &[("name", "survival")])
        .await;

    assert!(answer.ephemeral);
    assert!(
        answer.text().contains("already linked"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn linking_the_same_name_again_continues_the_same_server() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let before = oxeye.linked_from(&guild, "survival").await;
    before.joins("Alex").await;
    before
        .disconnect()
        .await
        .expect("the disconnect is accepted");

    let after = oxeye.linked_from(&guild, "survival").await;
    after.joins("Steve").await;

    assert_ne!(before.key(), after.key());
    let status = guild.member().types("oxeye status", &[]).await.text();
    let (online, last_seen) = status.split_once("Last seen").expect("Alex was here");
    assert!(
        online.contains("Steve") && !online.contains("Alex"),
        "{status}"
    );
    assert!(last_seen.contains("Alex"), "{status}");
}

#[tokio::test]
async fn a_disconnected_server_stays_visible_as_disconnected() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let plugin = oxeye.linked_from(&guild, "survival").await;
    plugin.joins("Alex").await;

    plugin
        .disconnect()
        .await
        .expect("the disconnect is accepted");

    assert!(!plugin.status().await.expect("an answer"));
    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(
        status.contains("**Disconnected**") && status.contains("Alex"),
        "{status}"
    );
}

#[tokio::test]
async fn a_moderator_disconnects_a_server_after_confirming() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let plugin = oxeye.linked_from(&guild, "survival").await;

    let moderator = guild.moderator();
    let question = moderator
        .types("oxeye disconnect", &[("server", "survival")])
        .await;
    assert!(
        plugin.status().await.expect("an answer"),
        "nothing happens before the confirmation"
    );
    let refused = guild.member().presses(&question, "Disconnect").await;
    assert!(
        plugin.status().await.expect("an answer"),
        "seeing the button gives no permission"
    );
    let done = moderator.presses(&question, "Disconnect").await;

    assert!(refused.ephemeral, "{}", refused.text());
    assert!(done.text().contains("disconnected"), "{}", done.text());
    assert!(!plugin.status().await.expect("an answer"));
}
