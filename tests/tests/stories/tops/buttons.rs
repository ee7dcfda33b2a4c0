//! Buttons of `/oxeye top`: pressed too often, and with ids that were made up.

use std::time::Instant;

use super::with_players;

#[tokio::test]
async fn a_button_pressed_again_and_again_changes_the_message_once() {
    let (community, _server) = with_players().await;
    let member = community.guild.member();
    let top = member.types("oxeye top", &[("range", "all time")]).await;

    let begin = Instant::now();
    let mut turned = 0;
    for _ in 0..50 {
        let pressed = member.presses(&top, "Next").await;
        turned += usize::from(!pressed.ephemeral);
    }

    // After a pause there may be another turn, if this machine is that slow.
    let more = usize::try_from(begin.elapsed().as_millis() / 500).expect("a short story");
    assert!((1..=1 + more).contains(&turned), "{turned}");
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
