//! Sentences about one player, and about who has most of something. $player is a name, $place one server or all of
//! them, and $range what [`range_of_chart`] says.
//!
//! [`range_of_chart`]: crate::Text::range_of_chart

super::sentences! {
    ranked_by(what: &str);
    visits(count: u32);
    ranking_title(what: &str, range: &str, place: &str);
    ranking_place(place: &str, player: &str, amount: &str);
    ranking_nobody();
    ranking_own(place: usize, count: usize, amount: &str, player: &str);
    ranking_zone(zone: &str);
    ranking_no_own();
    unknown_ranking(typed: &str, known: &str);
    ranking_of_one_server(counter: &str);

    others(count: usize);

    button_own_place();
    button_top();
    button_notify();

    player_on(dot: &str, server: &str, ago: &str);
    player_off(dot: &str, server: &str, ago: &str);
    player_first_seen(date: &str);
    player_played(today: &str, week: &str, total: &str);
    player_place(place: usize, count: usize);
    player_visits(visits: &str, longest: &str);
    player_deaths(count: f64, amount: &str);
    player_advancements(count: f64, amount: &str);
    player_did_lately(parts: &str);
    player_imported(duration: &str);
    player_together(player: &str);
    player_alt(player: &str, days: usize);
    player_alt_day(date: &str, duration: &str);
    player_alt_nothing();
    nobody_called_here(player: &str);

    about_player();
    about_player_name();
    about_top();
    about_top_what();
    about_top_range();
    about_top_server();
}
