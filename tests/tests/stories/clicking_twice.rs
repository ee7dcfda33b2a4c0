//! Admins who do everything twice, at the same moment or with other words.

use oxeye_tests::backend::Setup;
use oxeye_tests::community::Community;
use oxeye_tests::discord::{Answer, Call, Channel, ChannelKind, Discord, Permissions};
use oxeye_tests::game_server::GameServer;
use oxeye_tests::raw::Request;

async fn sets(community: &Community, channel: &Channel, template: &str) -> Answer {
    let options = [("channel", &*channel.id_text()), ("template", template)];
    let moderator = community.guild.moderator();
    moderator.types("oxeye counter set", &options).await
}

async fn turns_off(community: &Community, channel: &Channel) -> String {
    let options = [("channel", &*channel.id_text())];
    let moderator = community.guild.moderator();
    moderator.types("oxeye counter off", &options).await.text()
}

#[tokio::test]
async fn two_counters_at_the_same_moment_are_one_and_off_twice_ends_it_once() {
    let (community, _server) = Community::with_alex().await;
    let lounge = community.guild.channel(ChannelKind::Voice, "Lounge");

    let (one, other) = tokio::join!(
        sets(&community, &lounge, "{online} on"),
        sets(&community, &lounge, "{online}/{max}"),
    );

    for answer in [one, other] {
        assert!(answer.ephemeral, "{answer:?}");
        assert!(answer.text().contains("about a minute"), "{answer:?}");
    }
    lounge.shows("1").await;
    let answers = tokio::join!(
        turns_off(&community, &lounge),
        turns_off(&community, &lounge)
    );
    let mut answers: [String; 2] = answers.into();
    answers.sort_by_key(|answer| !answer.contains("no counter any more"));
    assert!(answers[0].contains("no counter any more"), "{answers:?}");
    assert!(answers[1].contains("has no counter"), "{answers:?}");
    lounge.has_no_status().await;
    assert_eq!(lounge.name(), "Lounge");
}

#[tokio::test]
async fn a_channel_gets_its_own_name_back_however_often_its_counter_was_set() {
    let (community, _server) = Community::with_alex().await;
    let lounge = community.guild.channel(ChannelKind::Voice, "Lounge");
    lounge.denies_the_bot(Permissions::SET_VOICE_CHANNEL_STATUS);
    sets(&community, &lounge, "{online} on").await;
    lounge.shows("1 on").await;

    let again = sets(&community, &lounge, "Now {online}").await.text();
    let off = turns_off(&community, &lounge).await;

    assert!(again.contains("The name of"), "{again}");
    assert!(off.contains("**Lounge**"), "{off}");
    lounge.shows("Lounge").await;
    assert_eq!(community.discord.calls(Call::ChangeChannel), 2);
}

#[tokio::test]
async fn a_board_that_is_taken_away_twice_at_the_same_moment_is_gone_without_an_error() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.general();
    let moderator = community.guild.moderator();
    let options = [("channel", &*lobby.id_text())];
    moderator.types("oxeye board post", &options).await;
    lobby.message_says("Alex").await;

    let off = async || moderator.types("oxeye board off", &options).await.text();
    let (one, other) = tokio::join!(off(), off());

    let is_known =
        |text: &String| text.contains("has been removed") || text.contains("There is no board");
    assert!(is_known(&one) && is_known(&other), "{one} {other}");
    assert!(one.contains("has been removed") || other.contains("has been removed"));
    assert!(lobby.messages().is_empty());
}

#[tokio::test]
async fn one_address_under_two_names_at_the_same_moment_is_watched_once() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let setup = Setup::new().set("WATCH_ADDRESSES", "any");
    let oxeye = setup.discord(&discord).start().await;
    discord.bot_is_up().await;
    let server = GameServer::start().await;
    let address = server.address();
    let moderator = guild.moderator();
    let watch = async |name: &str| {
        let options = [("address", &*address), ("name", name)];
        moderator.types("oxeye watch", &options).await.text()
    };

    let (one, other) = tokio::join!(watch("hub"), watch("lobby"));

    let (first, second, name) = match one.contains("is watched now") {
        true => (one, other, "hub"),
        false => (other, one, "lobby"),
    };
    assert!(
        first.contains(&format!("**{name}** is watched now")),
        "{first}"
    );
    let words = format!("This address is watched already, as **{name}**.");
    assert_eq!(second, words);
    let list = oxeye.api(Request::get("/api/watched")).await;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    let blank = watch("   ").await;
    assert!(!blank.contains("is watched now"), "{blank}");
}
