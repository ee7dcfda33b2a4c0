//! Members whose sessions are kept, and who want that no more: by themselves, or with the help of the operator.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Discord, Person};
use oxeye_tests::folder::files_with;
use oxeye_tests::raw::Request;
use serde_json::Value;

/// A guild that keeps who is in voice, and which Alex has joined.
struct Joined {
    community: Community,
    alex: Person,
}

impl Joined {
    async fn start() -> Self {
        let community = Community::observing(Discord::start().await, "voice").await;
        community.keeps("voice").await;
        let alex = community.joined(3).await;
        Self { community, alex }
    }

    async fn says(&self, command: &str) -> String {
        let command = format!("oxeye presence {command}");
        self.alex.types(&command, &[]).await.text()
    }

    /// Returns the names of the files that hold Alex's id.
    fn files(&self) -> Vec<String> {
        // SQLite writes a number of this size in eight bytes, the highest first.
        files_with(self.community.oxeye.folder(), self.alex.id().to_be_bytes())
    }
}

#[tokio::test]
async fn whoever_joins_and_leaves_again_and_again_has_to_wait() {
    let joined = Joined::start().await;

    let left = joined.says("leave").await;

    assert!(left.contains("are deleted"), "{left}");
    assert!(!left.contains("overwritten only later"), "{left}");
    assert_eq!(joined.files(), [""; 0]);
    for _ in 0..3 {
        let refused = joined.says("join").await;
        assert!(refused.contains("You can join again <t:"), "{refused}");
    }
    let other = joined.community.guild.another(4);
    let other = other.types("oxeye presence join", &[]).await.text();
    assert!(other.contains("From now on I keep"), "{other}");
    let path = format!("/api/guilds/{}/presence", joined.community.guild.id());
    let kept = joined.community.oxeye.api(Request::get(path)).await;
    assert_eq!(kept["member_count"], 1, "{kept}");
}

#[tokio::test]
async fn the_operator_forgets_a_member_in_all_guilds() {
    let joined = Joined::start().await;
    let server = joined
        .community
        .oxeye
        .linked_from(&joined.community.guild, "survival")
        .await;
    server.syncs(&["Alex"]).await;
    let options = [("name", "Alex")];
    let asked = joined.alex.types("oxeye me link", &options).await;
    joined
        .community
        .guild
        .moderator()
        .presses(&asked, "Confirm")
        .await;
    assert_ne!(joined.files(), [""; 0]);
    let id = joined.alex.id().to_string();

    let forgotten = joined
        .community
        .oxeye
        .command(&["members", "--forget", &id, "--yes"])
        .await;

    assert_eq!(forgotten.code, Some(0), "{forgotten:?}");
    for words in [&*id, "is forgotten", "in 1 guild", "linked to 1 player"] {
        assert!(forgotten.out.contains(words), "{forgotten:?}");
    }
    assert_eq!(joined.files(), [""; 0]);
    let members = joined
        .community
        .oxeye
        .api(Request::get("/api/members"))
        .await;
    assert_eq!(members.as_array().map(Vec::len), Some(0), "{members}");
    let mine = joined.says("mine").await;
    assert!(mine.contains("have not joined"), "{mine}");
    let again = joined
        .community
        .oxeye
        .command(&["members", "--forget", &id, "--yes"])
        .await;
    assert_eq!(again.code, Some(1), "{again:?}");
    let again = joined
        .community
        .oxeye
        .operator(Request::new("DELETE", format!("/api/members/{id}")))
        .await;
    assert_eq!(again.status, 404, "{again:?}");
    assert_eq!(again.json()["code"], "unknown_account");
}

#[tokio::test]
async fn members_get_what_they_agreed_to_and_since_when() {
    let joined = Joined::start().await;

    let answer = joined.alex.types("oxeye me data", &[]).await;

    let data: Value = serde_json::from_slice(&answer.files[0].bytes).expect("JSON");
    let agreed = data["presence"]["agreed"].as_array().expect("a list");
    assert_eq!(agreed.len(), 1, "{data}");
    assert_eq!(agreed[0]["kind"], "voice");
    assert_eq!(agreed[0]["since_at"], data["presence"]["joined_at"]);
}
