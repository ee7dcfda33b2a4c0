//! `/oxeye help`, and the commands as Discord has them.

use oxeye_tests::community::Community;
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn help_lists_what_the_member_may_use_and_each_command_can_be_clicked() {
    let Community {
        discord,
        guild,
        oxeye,
    } = Community::start().await;
    oxeye.has_logged("registered the commands").await;
    let (member, admin) = (guild.member(), guild.moderator());

    let of_member = member.types("oxeye help", &[]).await;
    let german = guild.member().speaks("de").types("oxeye help", &[]).await;
    let mut pages = vec![admin.types("oxeye help", &[]).await];
    while !pages[pages.len() - 1].is_disabled("Next") {
        let next = admin.presses(&pages[pages.len() - 1], "Next").await;
        pages.push(next);
        assert!(pages.len() < 10, "the pages end");
    }
    let foreign = member.presses(&pages[0], "Next").await;

    assert!(of_member.ephemeral && german.ephemeral);
    let lines = of_member.text();
    assert!(lines.contains("</oxeye status:"), "{lines}");
    assert!(!lines.contains("oxeye connect"), "{lines}");
    let localised = "`/oxeye spieler` (</oxeye player:";
    assert!(german.text().contains(localised), "{}", german.text());
    let all: Vec<_> = pages
        .iter()
        .map(oxeye_tests::discord::Answer::text)
        .collect();
    let all = all.join("\n");
    let mut commands = discord.command_paths();
    // Members' sessions are off unless the operator switches them on.
    commands.retain(|command| !command.starts_with("oxeye presence "));
    assert!(commands.len() > 25, "{commands:?}");
    for command in &commands {
        let line = format!("</{command}:");
        assert_eq!(all.matches(&line).count(), 1, "{command} in {all}");
    }
    assert_eq!(all.matches("</").count(), commands.len(), "{all}");
    assert!(
        !foreign.text().contains("oxeye settings"),
        "{}",
        foreign.text()
    );
}

#[tokio::test]
async fn help_leaves_out_what_the_operator_or_the_guild_has_switched_off() {
    let community = Community::start().await;
    let oxeye = &community.oxeye;
    oxeye.has_logged("registered the commands").await;
    oxeye.linked_from(&community.guild, "survival").await;
    let member = community.guild.member();
    let before = member.types("oxeye help", &[]).await;
    let path = format!("/api/guilds/{}/settings", community.guild.id());
    let order = Request::new("PATCH", &path).json(&json!({"shown": ["heads", "history"]}));
    assert_eq!(oxeye.operator(order).await.status, 200);

    let after = member.types("oxeye help", &[]).await;
    let german = community.guild.member().speaks("de");
    let refused = german.types("oxeye settings", &[]).await;

    for command in ["oxeye player", "oxeye top"] {
        assert!(before.text().contains(command), "{}", before.text());
        assert!(!after.text().contains(command), "{}", after.text());
    }
    assert!(after.text().contains("oxeye history"), "{}", after.text());
    // Members' sessions are off unless the operator switches them on.
    assert!(!before.text().contains("presence"), "{}", before.text());
    assert!(
        refused.text().contains("`/oxeye einstellungen`"),
        "{}",
        refused.text()
    );
}
