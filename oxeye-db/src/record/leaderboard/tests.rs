use proptest::prelude::*;

use super::*;
use crate::record::naive::{START, World, cases, worlds};

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn standings_are_each_players_seconds_on_all_servers(
        (here, there) in (worlds(0), worlds(40_000)),
        from in 0..3 * 86_400_i64,
        length in 0..2 * 86_400_i64,
        limit in 0..7_usize,
    ) {
        let span = Span { from: UnixSeconds(START + from), to: UnixSeconds(START + from + length) };
        let records = [here.record(), there.record()];
        for span in [span, Span::ALL] {
            let found = Leaderboard::of(&records, span, limit, World::name);
            let stays = |player| [here.stays_of(player), there.stays_of(player)].concat();
            let mut expected: Vec<Standing> = World::players()
                .filter_map(|player| Some(Standing {
                    player: World::name(player)?,
                    playtime: Duration::from_secs(
                        here.seconds_of(player, span) + there.seconds_of(player, span),
                    ),
                    sessions: stays(player).iter().filter(|stay| stay.touches(span)).count() as u32,
                }))
                .filter(|standing| standing.sessions > 0)
                .collect();
            expected.sort_by(|a, b| (b.playtime, &a.player).cmp(&(a.playtime, &b.player)));
            expected.truncate(limit);
            prop_assert_eq!(found.standings, expected);
        }
    }
}
