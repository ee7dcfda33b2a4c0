//! The name of a player with those that they had before, so that no two players read the same.

use oxeye_db::TimeZone;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use oxeye_text::{Text, neutralise};

/// Returns the newest name with the former ones, and until when the player was there if another account has the
/// name now.
pub(super) fn named(
    text: Text,
    player: &PlayerName,
    former_names: &[PlayerName],
    until: Option<UnixSeconds>,
    zone: TimeZone,
) -> String {
    let mut name = neutralise(player.as_str());
    if !former_names.is_empty() {
        let names = former_names.iter();
        let names: Vec<String> = names.map(|name| neutralise(name.as_str())).collect();
        name = text.player_formerly(&name, &text.list(&names));
    }
    match until {
        Some(at) => text.player_until(&name, &zone.show(at)),
        None => name,
    }
}
