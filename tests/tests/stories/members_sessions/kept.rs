//! What is kept of members in Discord: what the operator allows, what the guild chooses, and what each member
//! has agreed to.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{ChannelKind, Discord};
use oxeye_tests::folder::files_with;
use serde_json::json;

use super::{game, observed, sees};

#[tokio::test]
async fn without_the_presence_intent_voice_is_kept_and_the_missing_switch_is_named() {
    let discord = Discord::start().await;
    let observed = Community::observing(discord, "on").await;
    let line = observed.oxeye.has_logged("close code 4014").await;
    assert!(line.contains("\"Presence Intent\""), "{line}");
    assert!(line.contains("Privileged Gateway Intents"), "{line}");
    assert_eq!(observed.discord.refused(), 1);

    observed.oxeye.has_logged("connected to Discord").await;
    let check = observed.oxeye.command(&["check"]).await;
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(check.out.contains("\"Presence Intent\""), "{}", check.out);
    let answer = observed.keeps("voice, games").await.text();
    assert!(answer.contains("Not kept"), "{answer}");
    let refused = observed.keeps("games").await.text();
    assert!(refused.contains("only voice channels"), "{refused}");
    let alex = observed.joined(3).await;
    alex.enters(&observed.guild.channel(ChannelKind::Voice, "Lounge"));
    sees(&alex, "Lounge").await;
}

#[tokio::test]
async fn where_the_operator_keeps_nothing_every_command_says_so() {
    let observed = observed("off").await;
    let refused = observed.keeps("all").await;
    assert!(
        refused.ephemeral && refused.text().contains("operator"),
        "{refused:?}"
    );
    let alex = observed.guild.another(3).speaks("de");
    for command in ["join", "mine", "top"] {
        let answer = alex.types(&format!("oxeye presence {command}"), &[]).await;
        assert!(answer.ephemeral, "{answer:?}");
        assert!(answer.text().contains("Betreiber"), "{answer:?}");
    }
}

#[tokio::test]
async fn only_a_moderator_sets_sessions_up_and_turning_them_off_deletes_them() {
    let observed = observed("on").await;
    let alex = observed.guild.another(3);
    let refused = alex.types("oxeye presence setup", &[]).await;
    assert!(refused.text().contains("Manage Server"), "{refused:?}");
    let too_early = alex.types("oxeye presence join", &[]).await;
    assert!(too_early.text().contains("setup"), "{too_early:?}");
    let typo = observed.keeps("voices").await.text();
    assert!(
        typo.contains("`voices`") && typo.contains("screen share"),
        "{typo}"
    );

    let bare = observed
        .guild
        .moderator()
        .types("oxeye presence setup", &[])
        .await;
    assert!(bare.text().contains("Spotify"), "{bare:?}");
    let still_too_early = alex.types("oxeye presence join", &[]).await;
    assert!(
        still_too_early.text().contains("setup"),
        "{still_too_early:?}"
    );
    let all = observed.keeps("all").await;
    assert!(all.ephemeral && all.text().contains("30 days"), "{all:?}");
    assert!(
        all.text().contains("leave") && all.text().contains("Spotify"),
        "{all:?}"
    );
    observed.joined(3).await;
    alex.does(&json!([game("Secret Chess")]));
    sees(&alex, "Secret Chess").await;

    let off = observed.keeps("off").await.text();

    assert!(off.contains("deleted"), "{off}");
    assert_eq!(files_with(observed.oxeye.folder(), "Secret Chess"), [""; 0]);
    let mine = alex.types("oxeye presence mine", &[]).await.text();
    assert!(!mine.contains("Chess"), "{mine}");
    // Each deletion rewrites the file, so the next one has to wait.
    let on = observed.keeps("all").await.text();
    assert!(on.contains("30 days"), "{on}");
    for fewer in ["off", "games"] {
        let refused = observed.keeps(fewer).await.text();
        assert!(refused.contains("deleted here a moment ago"), "{refused}");
    }
}

#[tokio::test]
async fn a_guild_that_keeps_more_asks_its_members_first() {
    let observed = observed("on").await;
    observed.keeps("voice").await;
    let alex = observed.joined(3).await;
    observed.keeps("all").await;
    alex.does(&json!([game("Secret Chess")]));
    // Once this is kept, what Discord has told before it is not.
    alex.enters(&observed.guild.channel(ChannelKind::Voice, "Lounge"));
    sees(&alex, "Lounge").await;

    let mine = sees(&alex, "not of you").await;
    assert_eq!(files_with(observed.oxeye.folder(), "Secret Chess"), [""; 0]);
    let again = alex.types("oxeye presence join", &[]).await.text();

    assert!(
        mine.contains("Spotify") && !mine.contains("Chess"),
        "{mine}"
    );
    assert!(again.contains("also keep"), "{again}");
    alex.does(&json!([game("Chess")]));
    let mine = sees(&alex, "Chess").await;
    assert!(!mine.contains("not of you"), "{mine}");
}

#[tokio::test]
async fn asking_what_is_kept_deletes_nothing_where_only_voice_is_seen_any_more() {
    let observed = observed("on").await;
    observed.keeps("all").await;
    let alex = observed.joined(3).await;
    alex.does(&json!([game("Secret Chess")]));
    sees(&alex, "Secret Chess").await;
    let oxeye = observed.oxeye.restart_with("DISCORD_PRESENCE", "voice");
    let oxeye = oxeye.await;
    observed
        .discord
        .sessions_until("the bot is back", |sessions| sessions.begun == 2)
        .await;

    let admin = observed.guild.moderator();
    let bare = admin.types("oxeye presence setup", &[]).await.text();
    let options = [("kinds", "voice, games")];
    let named = admin.types("oxeye presence setup", &options).await.text();

    for answer in [bare, named] {
        assert!(answer.contains("kept so far stay"), "{answer}");
    }
    assert_ne!(files_with(oxeye.folder(), "Secret Chess"), [""; 0]);
}
