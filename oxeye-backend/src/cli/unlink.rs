//! `oxeye unlink NAME`: a server's key stops working.

use oxeye_text::{Text, neutralise};

use super::backend::Backend;
use super::link::LinkArgs;
use crate::api_messages::servers::UnlinkAnswer;
use crate::config::Config;
use crate::terminal::say;

/// Asks the running backend to do it.
pub async fn run(config: &Config, text: Text, args: LinkArgs) -> anyhow::Result<()> {
    let guild = args.guild.to_string();
    let answer = Backend::of(config, text)?
        .delete(&["api", "servers", &guild, args.name.as_str()])
        .await?;
    let UnlinkAnswer { server, .. } = answer.json().await?;
    say(&text.server_unlinked(&neutralise(server.as_str())))?;
    Ok(())
}
