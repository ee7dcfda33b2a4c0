//! `/oxeye help`, and the commands as Discord has them.

use oxeye_tests::community::Community;

#[tokio::test]
async fn help_lists_what_the_member_may_use_and_each_command_can_be_clicked() {
    let Community {
        discord: _discord,
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
    assert!(
        german.text().contains("Zeigt") || german.text().contains("Wer"),
        "{}",
        german.text()
    );
    let all: Vec<_> = pages
        .iter()
        .map(oxeye_tests::discord::Answer::text)
        .collect();
    let all = all.join("\n");
    for command in [
        "oxeye status",
        "oxeye connect",
        "oxeye board post",
        "oxeye settings",
        "oxeye help",
    ] {
        assert_eq!(
            all.matches(&format!("</{command}:")).count(),
            1,
            "{command} in {all}"
        );
    }
    assert!(
        !foreign.text().contains("oxeye settings"),
        "{}",
        foreign.text()
    );
}
