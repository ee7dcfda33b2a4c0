//! Members who are linked to no player and hide what they do in Discord.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, ChannelKind, Person};
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

use super::{game, observed, sees};

const IN_VOICE: [(&str, &str); 1] = [("what", "in voice now")];

/// Whether members see that another one is in voice, and in the ranking of voice channels.
async fn others_see(observed: &Community, member: &Person) -> bool {
    let other = observed.guild.another(9);
    let top = other.types("oxeye presence top", &IN_VOICE).await;
    top.text().contains(&member.id().to_string())
}

async fn kept_about(member: &Person) -> Value {
    let answer = member.types("oxeye me data", &[]).await;
    let data: Value = serde_json::from_slice(&answer.files[0].bytes).expect("JSON");
    data["presence"].clone()
}

#[tokio::test]
async fn a_member_without_a_player_hides_from_the_others_until_they_show_again() {
    let observed = observed("on").await;
    let lounge = observed.guild.channel(ChannelKind::Voice, "Lounge");
    observed.keeps("all").await;
    let (alex, bea) = (observed.joined(3).await, observed.joined(4).await);
    let stranger = observed.guild.another(5);
    for member in [&alex, &bea] {
        member.enters(&lounge);
        member.does(&json!([game("Chess")]));
        sees(member, "Chess").await;
    }
    assert!(others_see(&observed, &alex).await && others_see(&observed, &bea).await);

    let refused = stranger.types("oxeye me hide", &[]).await;
    assert!(refused.ephemeral, "{refused:?}");
    assert!(
        refused.text().contains("presence join"),
        "nothing of them is kept: {refused:?}"
    );
    let hidden = alex.types("oxeye me hide", &[]).await;

    assert!(hidden.ephemeral, "{hidden:?}");
    assert!(hidden.text().contains("in Discord is hidden"), "{hidden:?}");
    let german = alex.clone().speaks("de");
    let german = german.types("oxeye me hide", &[]).await.text();
    assert!(german.contains("hier verborgen"), "{german}");
    assert!(!others_see(&observed, &alex).await && others_see(&observed, &bea).await);
    let mine = bea.types("oxeye presence mine", &[]).await.text();
    assert!(!mine.contains(&alex.id().to_string()), "{mine}");
    sees(&alex, "Chess").await;
    assert_ne!(kept_about(&alex).await["hidden_since_at"], Value::Null);
    assert_eq!(kept_about(&bea).await["hidden_since_at"], Value::Null);
    let path = format!(
        "/api/guilds/{}/presence/users/{}",
        observed.guild.id(),
        alex.id()
    );
    let told = observed.oxeye.api(Request::get(path)).await;
    assert_ne!(told["hidden_since_at"], Value::Null, "{told}");

    let mut oxeye = observed.oxeye;
    oxeye.kill().await;
    let oxeye = oxeye.start_again().await;
    let again = |sessions: oxeye_tests::discord::Sessions| sessions.begun == 2;
    observed
        .discord
        .sessions_until("the bot is back", again)
        .await;
    let observed = Community { oxeye, ..observed };
    sees(&alex, "Lounge").await;
    let has_bea = |answer: &Answer| answer.text().contains(&bea.id().to_string());
    let top = stranger.types_until("oxeye presence top", &IN_VOICE, "Bea is in voice", has_bea);
    let top = top.await.text();
    assert!(!top.contains(&alex.id().to_string()), "{top}");

    let shown = alex.types("oxeye me show", &[]).await.text();

    assert!(shown.contains("in Discord is shown"), "{shown}");
    assert!(others_see(&observed, &alex).await);
    alex.types("oxeye me hide", &[]).await;
    let asked = alex.types("oxeye me forget", &[]).await;
    alex.presses(&asked, "Forget").await;
    let nothing = alex.types("oxeye me show", &[]).await.text();
    assert!(nothing.contains("nothing to hide"), "{nothing}");
}
