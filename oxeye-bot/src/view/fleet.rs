//! The fleet: how full it is, and a line for each of its servers. Only the member who asked sees it.

use oxeye_db::UnixSeconds;
use oxeye_text::{Fleet, FleetPlayer, FleetSlot, Text, cut, escape_markdown};
use serenity::builder::CreateEmbed;

use super::message::Message;
use super::overview::{COLOUR, LIST_LIMIT};

/// The most servers that are listed.
const MOST_LINES: usize = 20;
/// Longest part of a player's name that is shown, in UTF-16 units.
const NAME_LIMIT: usize = 40;
/// Longest list of the players on one server, in UTF-16 units: at least one of any name.
const PLAYERS_LIMIT: usize = 160;

/// Shows the fleet.
pub(crate) fn overview(text: Text, fleet: &Fleet, now: UnixSeconds) -> Message {
    let capacity = text.fleet_capacity(fleet);
    let updated = text.updated(&ago(now, now));
    let mut paragraphs = vec![format!("{capacity} · {updated}")];
    if !fleet.starts_servers {
        paragraphs.push(text.fleet_starts_none());
    }
    let lines = fleet.slots.iter().map(|slot| line(text, slot, now));
    let list = text.bullets(lines.take(MOST_LINES), fleet.slots.len(), LIST_LIMIT);
    paragraphs.push(match fleet.slots.is_empty() {
        true => text.fleet_empty(),
        false => list.text,
    });
    let embed = CreateEmbed::new()
        .title(text.fleet_title())
        .colour(COLOUR)
        .description(paragraphs.join("\n\n"));
    Message {
        embed: Some(embed),
        ephemeral: true,
        ..Message::default()
    }
}

/// Says who is on a server and since when, or when somebody was.
fn line(text: Text, slot: &FleetSlot, now: UnixSeconds) -> String {
    let who = match slot.players.is_empty() {
        true => text.slot_last_active(&ago(slot.last_active, now)),
        false => {
            let players = slot.players.iter().map(|on| player(on, now));
            text.in_one_line(players, PLAYERS_LIMIT)
        }
    };
    let state = text.slot_state(slot.state);
    format!("{} **{state}** · {who}", slot.state.dot())
}

fn player(on: &FleetPlayer, now: UnixSeconds) -> String {
    let name = escape_markdown(&cut(&on.name, NAME_LIMIT));
    format!("{name} ({})", ago(on.joined_at, now))
}

/// Returns what Discord shows as "5 minutes ago"; never a time in the future, if the fleet's clock is ahead.
fn ago(at: UnixSeconds, now: UnixSeconds) -> String {
    format!("<t:{}:R>", at.min(now).0)
}

#[cfg(test)]
mod tests {
    use oxeye_text::{Locale, SlotState, width};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(100);

    fn slot(state: SlotState, players: &[&str]) -> FleetSlot {
        let player = |name: &&str| FleetPlayer {
            name: (*name).to_owned(),
            joined_at: UnixSeconds(40),
        };
        FleetSlot {
            state,
            players: players.iter().map(player).collect(),
            last_active: UnixSeconds(60),
        }
    }

    fn fleet(slots: Vec<FleetSlot>) -> Fleet {
        Fleet {
            max_servers: 50,
            starts_servers: true,
            slots,
        }
    }

    fn description(locale: Locale, fleet: &Fleet) -> String {
        let message = overview(Text::of(locale), fleet, NOW);
        assert!(message.ephemeral);
        let json = serde_json::to_value(message.to_new()).unwrap();
        json["embeds"][0]["description"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn each_server_has_a_line_with_its_state_and_its_player() {
        let mut ahead = slot(SlotState::Starting, &["Alex"]);
        ahead.players[0].joined_at = UnixSeconds(130);
        let slots = vec![
            slot(SlotState::Running, &["jeb_"]),
            ahead,
            slot(SlotState::Idle, &[]),
            slot(SlotState::Stopped, &[]),
        ];

        assert_eq!(
            description(Locale::English, &fleet(slots.clone())),
            "3 of 50 servers, 2 players · updated <t:100:R>\n\n\
             🟢 **running** · jeb\\_ (<t:40:R>)\n\
             🟡 **starting** · Alex (<t:100:R>)\n\
             ⚪ **idle** · last used <t:60:R>\n\
             ⚫ **stopped** · last used <t:60:R>"
        );
        assert_eq!(
            description(Locale::German, &fleet(slots)),
            "3 von 50 Servern, 2 Spieler · aktualisiert <t:100:R>\n\n\
             🟢 **läuft** · jeb\\_ (<t:40:R>)\n\
             🟡 **startet** · Alex (<t:100:R>)\n\
             ⚪ **leer** · zuletzt genutzt <t:60:R>\n\
             ⚫ **gestoppt** · zuletzt genutzt <t:60:R>"
        );
    }

    #[test]
    fn an_empty_fleet_that_starts_nothing_says_so() {
        let mut fleet = fleet(Vec::new());
        fleet.starts_servers = false;

        assert_eq!(
            description(Locale::English, &fleet),
            "0 of 50 servers, 0 players · updated <t:100:R>\n\n\
             No new servers can be started right now.\n\n\
             Nobody has a server right now."
        );
    }

    #[test]
    fn a_player_can_have_any_name() {
        let evil = slot(
            SlotState::Running,
            &["@everyone [x](https://x)\n**\u{202E}"],
        );

        let shown = description(Locale::English, &fleet(vec![evil]));

        let line = shown.lines().last().unwrap();
        assert_eq!(
            line,
            "🟢 **running** · \\@everyone \\[x\\]\\(https\\:\\/\\/x\\)\u{FFFD}\\*\\*\u{FFFD} (<t:40:R>)"
        );
    }

    #[test]
    fn only_twenty_servers_are_listed_and_the_others_are_counted() {
        let slots = vec![slot(SlotState::Running, &["Alex"]); 32];

        let shown = description(Locale::English, &fleet(slots));

        assert_eq!(shown.matches("running").count(), 20);
        assert!(shown.ends_with("\n...and 12 more"), "{shown}");
    }

    #[test]
    fn many_players_with_long_names_stay_within_discords_limits() {
        let long = "_".repeat(100);
        let slots = vec![slot(SlotState::Stopping, &vec![&*long; 100]); 1_000];
        for locale in Locale::ALL {
            let shown = description(locale, &fleet(slots.clone()));
            assert!(width(&shown) < 3_500, "{shown}");
            assert!(shown.contains("…"), "{shown}");
            assert!(shown.contains("+99"), "{shown}");
        }
    }
}
