//! No guild sees another's data.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::discord::{Discord, Guild};
use oxeye_tests::plugin::Plugin;

struct Neighbours {
    discord: Discord,
    _oxeye: Oxeye,
    ours: Guild,
    theirs: Guild,
    our_server: Plugin,
    their_server: Plugin,
}

/// Sets up two guilds, each with a server called "survival".
async fn neighbours() -> Neighbours {
    let discord = Discord::start().await;
    let (ours, theirs) = (discord.guild(1), discord.guild(2));
    let oxeye = Oxeye::start_with(&discord).await;
    let our_server = oxeye.linked_from(&ours, "survival").await;
    let their_server = oxeye.linked_from(&theirs, "survival").await;
    our_server.syncs(&["Alex"]).await;
    their_server.syncs(&["Steve"]).await;
    Neighbours {
        discord,
        _oxeye: oxeye,
        ours,
        theirs,
        our_server,
        their_server,
    }
}

#[tokio::test]
async fn servers_of_the_same_name_in_two_guilds_are_different_servers() {
    let all = neighbours().await;

    let ours = all.ours.member().types("oxeye status", &[]).await.text();
    let theirs = all.theirs.member().types("oxeye status", &[]).await.text();

    assert!(ours.contains("Alex") && !ours.contains("Steve"), "{ours}");
    assert!(
        theirs.contains("Steve") && !theirs.contains("Alex"),
        "{theirs}"
    );
}

#[tokio::test]
async fn autocomplete_and_list_offer_only_the_guilds_own_servers() {
    let all = neighbours().await;

    let choices = all
        .ours
        .member()
        .is_typing("oxeye status", "server", "")
        .await;
    let list = all.ours.member().types("oxeye list", &[]).await.text();

    assert_eq!(choices.len(), 1, "{choices:?}");
    assert!(list.contains("1 player online on 1 server"), "{list}");
}

#[tokio::test]
async fn the_id_of_another_guilds_server_is_unknown() {
    let all = neighbours().await;
    let theirs = all
        .theirs
        .member()
        .is_typing("oxeye status", "server", "")
        .await;
    let (_, foreign_id) = theirs.first().expect("their server is offered to them");

    let answer = all
        .ours
        .member()
        .types("oxeye status", &[("server", foreign_id)])
        .await;

    assert!(answer.ephemeral);
    assert!(!answer.text().contains("Steve"), "{}", answer.text());
}

#[tokio::test]
async fn another_guilds_button_shows_nothing_and_does_nothing() {
    let all = neighbours().await;
    let theirs = all.theirs.member().types("oxeye status", &[]).await;
    let ours = all.ours.member().types("oxeye status", &[]).await;
    let question = all
        .theirs
        .moderator()
        .types("oxeye disconnect", &[("server", "survival")])
        .await;

    let refresh = theirs.component("Refresh");
    let shown = all.ours.member().presses_id(&ours, &refresh).await.text();
    let disconnect = question.component("Disconnect");
    let done = all
        .ours
        .moderator()
        .presses_id(&ours, &disconnect)
        .await
        .text();

    assert!(!shown.contains("Steve"), "{shown}");
    assert!(
        all.their_server.status().await.expect("an answer"),
        "{done}"
    );
    all.discord.keeps_the_rules();
}

#[tokio::test]
async fn a_key_speaks_for_exactly_one_server() {
    let all = neighbours().await;

    all.our_server.syncs(&["Notch"]).await;
    all.our_server
        .disconnect()
        .await
        .expect("the disconnect is accepted");

    assert!(all.their_server.status().await.expect("an answer"));
    let theirs = all.theirs.member().types("oxeye status", &[]).await.text();
    assert!(
        theirs.contains("Steve") && !theirs.contains("Notch"),
        "{theirs}"
    );
}
