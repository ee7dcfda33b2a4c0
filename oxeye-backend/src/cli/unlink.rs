//! `oxeye unlink NAME`: a server's key stops working.

use oxeye_plugin_proto::ServerName;
use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::link::LinkArgs;
use crate::api_messages::servers::UnlinkAnswer;
use crate::config::Config;
use crate::terminal::say;

/// Asks the running backend to do it.
pub async fn run(config: &Config, text: Text, args: LinkArgs) -> anyhow::Result<()> {
    let name = ServerName::try_from(args.name)?;
    let guild = args.guild.to_string();
    let answer = Backend::of(config, text)?
        .delete(&["api", "servers", &guild, name.as_str()])
        .await?;
    let UnlinkAnswer { server, .. } = answer.json().await?;
    say(&text.server_unlinked(&neutralise(server.as_str())))?;
    Ok(())
}
