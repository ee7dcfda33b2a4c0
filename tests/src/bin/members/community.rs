//! A guild that keeps everything, and members who joined.

use oxeye_tests::community::Community;
use oxeye_tests::discord::Person;

/// The number of the first member, as the stand-in counts them: the lower ones have roles of their own.
const FIRST: u64 = 3;

/// Starts a backend that keeps nothing of members, in a guild of so many.
pub(crate) async fn of_members(members: u64) -> Community {
    let community = Community::start().await;
    community.discord.allows_presences();
    community.guild.has_members(members);
    community
}

/// Starts the backend again, so that it may keep everything.
pub(crate) async fn may_keep_everything(community: Community) -> Community {
    let begun = community.discord.sessions().begun;
    let oxeye = community.oxeye.restart_with("DISCORD_PRESENCE", "on").await;
    let back = Community { oxeye, ..community };
    is_back(&back, begun).await;
    back
}

/// Starts the backend again after it was killed.
pub(crate) async fn start_again(community: Community) -> Community {
    let begun = community.discord.sessions().begun;
    let oxeye = community.oxeye.start_again().await;
    let back = Community { oxeye, ..community };
    is_back(&back, begun).await;
    back
}

/// Waits until the bot has begun more sessions than these.
async fn is_back(community: &Community, begun: usize) {
    community
        .discord
        .sessions_until("the bot is back", |now| now.begun > begun)
        .await;
}

/// Keeps everything of the first members from now on.
pub(crate) async fn keep_everything_of(community: &Community, joined: u64) {
    community.keeps("all").await;
    for number in 0..joined {
        community.joined(FIRST + number).await;
    }
}

/// Returns a member by number, from 0.
pub(crate) fn member(community: &Community, number: u64) -> Person {
    community.guild.another(FIRST + number)
}
