//! What a server says about itself, which is shown to people and never used in a decision.

use oxeye_plugin_proto::{AboutText, UnixSeconds};
use oxeye_render::Icon;

/// How many events a change counts as: it writes up to 17 KiB for the icon.
pub(crate) const ABOUT_COST: usize = 50;

/// What a server says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerAbout {
    /// The version of Minecraft.
    pub version: Option<AboutText>,
    /// The server software.
    pub software: Option<AboutText>,
    /// The message of the day, in one line.
    pub motd: Option<AboutText>,
    /// How many players may be online at the same time.
    pub max_players: Option<u32>,
    /// The address that players type to join.
    pub address: Option<AboutText>,
    /// The icon.
    pub icon: Option<Icon>,
}

/// A server says something about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutEvent {
    /// All of it. It replaces what the server said before.
    pub about: ServerAbout,
    /// When the plugin saw it, if not just now.
    pub at: Option<UnixSeconds>,
}
