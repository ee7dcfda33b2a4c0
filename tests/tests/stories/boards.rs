//! Boards: messages in Discord that stay up to date.

mod ending;
mod healing;
mod places;
mod posting;
mod trouble;

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Channel, ChannelKind, Person};
use oxeye_tests::plugin::Plugin;

/// A community whose server `survival`, with Alex on it, has a board in the channel `lobby`.
struct Posted {
    community: Community,
    admin: Person,
    lobby: Channel,
    server: Plugin,
}

/// Posts a board of `survival` in a channel, and expects that it appears.
async fn posted_in(kind: ChannelKind) -> Posted {
    let (community, server) = Community::with_alex().await;
    let lobby = community.guild.channel(kind, "lobby");
    let admin = community.guild.moderator();
    post(&admin, &lobby).await;
    Posted {
        community,
        admin,
        lobby,
        server,
    }
}

async fn posted() -> Posted {
    let posted = posted_in(ChannelKind::Text).await;
    posted.lobby.message_says("Alex").await;
    posted
}

/// Asks for a board of `survival`.
async fn post(admin: &Person, channel: &Channel) -> Answer {
    let options = [("server", "survival"), ("channel", &channel.id_text())];
    admin.types("oxeye board post", &options).await
}
