//! Members who did not join, who leave, and who are forgotten are in no file.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{ChannelKind, Person};
use oxeye_tests::folder::files_with;
use serde_json::{Value, json};

use super::{game, observed, sees};

#[tokio::test]
async fn nothing_of_somebody_who_did_not_join_is_in_any_file_or_log() {
    let observed = observed("on").await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");
    observed.keeps("all").await;
    let alex = observed.joined(3).await;
    let steve = observed.guild.another(4);
    for member in [&steve, &alex] {
        member.enters(&lounge);
    }
    steve.does(&json!([game("Secret Chess")]));
    alex.does(&json!([game("Minecraft"), {"type": 300, "name": "Odd"}]));
    sees(&alex, "Minecraft").await;
    steve.leaves_voice();
    // A new session sends everything again.
    observed.discord.invalidates_the_session(false);
    observed
        .discord
        .sessions_until("a new session", |sessions| sessions.begun == 2)
        .await;
    sees(&alex, "Minecraft").await;

    let mut oxeye = observed.oxeye;
    let log = oxeye.whole_log().await;
    let folder = oxeye.folder();
    assert_ne!(files_with(folder, "Minecraft"), [""; 0]);
    for trace in [&steve.id().to_string(), "Secret Chess"] {
        assert_eq!(files_with(folder, trace), [""; 0], "{trace}");
        assert!(!log.contains(trace), "{log}");
    }
    // SQLite writes a number of this size in eight bytes, the highest first.
    assert_ne!(files_with(folder, alex.id().to_be_bytes()), [""; 0]);
    assert_eq!(files_with(folder, steve.id().to_be_bytes()), [""; 0]);
    assert!(!log.contains(&alex.id().to_string()), "{log}");
}

/// Returns a guild that keeps games, and a member who has joined and is seen playing.
async fn playing_secret_chess() -> (Community, Person) {
    let observed = observed("on").await;
    observed.keeps("games").await;
    let alex = observed.joined(3).await;
    alex.does(&json!([game("Secret Chess")]));
    sees(&alex, "Secret Chess").await;
    (observed, alex)
}

#[tokio::test]
async fn whoever_leaves_is_in_no_file_any_more() {
    let (observed, alex) = playing_secret_chess().await;
    let mine = alex.types("oxeye presence mine", &[]).await;
    assert!(mine.ephemeral, "{mine:?}");

    let left = alex.types("oxeye presence leave", &[]).await;

    assert!(left.text().contains("are deleted"), "{left:?}");
    let folder = observed.oxeye.folder();
    assert_eq!(files_with(folder, "Secret Chess"), [""; 0]);
    alex.does(&json!([game("Secret Chess")]));
    let again = alex.types("oxeye presence leave", &[]).await;
    assert!(again.text().contains("have not joined"), "{again:?}");
}

#[tokio::test]
async fn a_member_gets_what_they_did_in_discord_in_a_file_and_has_it_forgotten() {
    let (observed, alex) = playing_secret_chess().await;

    let answer = alex.types("oxeye me data", &[]).await;

    assert!(answer.ephemeral, "{answer:?}");
    let data: Value = serde_json::from_slice(&answer.files[0].bytes).expect("JSON");
    assert_eq!(data["player"], Value::Null);
    let [session] = &data["presence"]["sessions"].as_array().expect("a list")[..] else {
        panic!("{data:#}");
    };
    assert_eq!(session["kind"], "game");
    assert_eq!(session["name"], "Secret Chess");
    assert_eq!(session["ended_at"], Value::Null);

    let question = alex.types("oxeye me forget", &[]).await;
    assert!(
        question.text().contains("What you did in Discord"),
        "{question:?}"
    );
    let forgotten = alex.presses(&question, "Forget").await;

    assert!(
        forgotten.text().contains("has forgotten what you did"),
        "{forgotten:?}"
    );
    let folder = observed.oxeye.folder();
    assert_eq!(files_with(folder, "Secret Chess"), [""; 0]);
    let again = alex.types("oxeye presence leave", &[]).await;
    assert!(again.text().contains("have not joined"), "{again:?}");
}
