//! A ranking of players by a counter, as text.

use oxeye_db::{Range, TimeZone};
use oxeye_text::{Text, neutralise};

use crate::api_messages::activity::{ActivityRanking, RankedDays};
use crate::cli::player_names::named;
use crate::cli::top::range_in_words;
use crate::terminal::columns;

/// Shows a ranking.
pub(super) fn page(text: Text, ranking: &ActivityRanking, RankedDays(days): RankedDays) -> String {
    let counter = text.counter_name(&neutralise(&ranking.counter));
    let days = range_in_words(text, Range::Days(days));
    let heading = text.top_heading(&counter, &days, "UTC");
    if ranking.players.is_empty() {
        return text.counter_top_empty(&heading);
    }
    let rows = (1..).zip(&ranking.players).map(|(rank, standing)| {
        vec![
            format!("{rank}."),
            named(
                text,
                &standing.player,
                &standing.former_names,
                standing.until_at,
                TimeZone::UTC,
            ),
            text.amount(standing.amount.as_f64().unwrap_or_default()),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let more = match ranking.player_count.saturating_sub(ranking.players.len()) {
        0 => String::new(),
        more => format!("\n{}", text.and_more(more)),
    };
    format!("{heading}\n{}{more}", columns(&rows, &[0, 2]))
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    fn ranking(counter: &str, players: &[(&str, f64)]) -> ActivityRanking {
        let players = players
            .iter()
            .map(|(player, amount)| json!({"player": player, "amount": amount}));
        let players: Vec<_> = players.collect();
        let ranking = json!({"guild_id": "0", "counter": counter, "first_date": "2026-11-22",
            "last_date": "2026-11-28", "players": players, "player_count": 3});
        serde_json::from_value(ranking).unwrap()
    }

    #[test]
    fn the_player_who_has_most_comes_first() {
        let ranking = ranking("trade_volume", &[("Alex", 12_345.5), ("jeb_", 300.0)]);

        assert_eq!(
            page(ENGLISH, &ranking, RankedDays(7)),
            "trade volume, the last 7 days (days in UTC):\n\
             1.  Alex  12,345.5\n\
             2.  jeb_       300\n\
             ...and 1 more"
        );
        assert_eq!(
            page(GERMAN, &ranking, RankedDays(1)),
            "Handelsvolumen, heute (Tage in UTC):\n\
             1.  Alex  12.345,5\n\
             2.  jeb_       300\n\
             … und 1 weiterer"
        );
    }

    #[test]
    fn somebody_with_another_name_before_is_shown_with_it() {
        let mut ranking = ranking("deaths", &[("Robin", 3.0)]);
        ranking.players[0].former_names = vec!["Alex".try_into().unwrap()];
        ranking.player_count = 1;

        assert_eq!(
            page(ENGLISH, &ranking, RankedDays(1)),
            "deaths, today (days in UTC):\n1.  Robin (formerly Alex)  3"
        );
        assert_eq!(
            page(GERMAN, &ranking, RankedDays(1)),
            "Tode, heute (Tage in UTC):\n1.  Robin (früher Alex)  3"
        );
    }

    #[test]
    fn a_counter_that_an_operator_has_defined_keeps_its_name() {
        assert_eq!(
            page(GERMAN, &ranking("quests_done", &[]), RankedDays(30)),
            "quests_done, in den letzten 30 Tagen (Tage in UTC): bisher nichts."
        );
    }
}
