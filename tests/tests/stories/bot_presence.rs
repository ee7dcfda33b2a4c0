//! The bot's own presence: the number of players on the servers of its guilds.

use oxeye_tests::backend::Setup;
use oxeye_tests::discord::Discord;

#[tokio::test]
async fn the_presence_of_the_bot_is_the_number_of_players_in_its_guilds() {
    let discord = Discord::start_down().await;
    let (ours, theirs) = (discord.guild(1), discord.guild(2));
    let oxeye = Setup::new().discord(&discord).start().await;
    let mut plugins = Vec::new();
    for (guild, player) in [(&ours, "Alex"), (&theirs, "Steve")] {
        let plugin = oxeye.linked_in(guild.id().to_string(), "survival").await;
        plugin.syncs(&[player]).await;
        plugins.push(plugin);
    }
    // Servers linked on the command line belong to no guild.
    oxeye.linked("console").await.syncs(&["jeb_"]).await;

    discord.comes_up();

    discord.presence_says("2").await;
}
