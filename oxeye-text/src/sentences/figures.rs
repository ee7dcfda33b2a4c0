//! Sentences about the players over time. $when is a date or a day of the week with a time.

super::sentences! {
    range_days(days: u16);
    range_all();
    weekday(day: usize);
    weekday_short(day: usize);
    date(year: &str, month: u32, day: u32);

    chart_together();
    chart_numbers(average: &str, peak: u32, when: &str);
    chart_nobody();
    chart_record(record: u32, when: &str);
    chart_usual(count: u32);
    chart_best(day: &str, from: usize, to: usize, count: u32);
    chart_usual_unknown(days: u64);
    chart_unknown();
    chart_zone(zone: &str);
    chart_alt(place: &str, range: &str);
    chart_busiest(hours: &str);
    chart_hour(day: &str, hour: usize, count: &str);

    picture_average();
    picture_peak();
    picture_record();
    picture_unknown();
    picture_week();
    picture_best();
    month_short(month: u32);
    day_of_month(day: u32, month: &str);

    button_days(days: u16);
    button_all_time();

    history_title(when: &str, zone: &str);
    history_server(server: &str, count: usize, players: &str);
    history_nameless(server: &str, count: usize);
    history_nobody(server: &str);
    history_unknown(server: &str);
    history_nothing();
    history_begins(date: &str);
    no_moment();
    moment_in_future();

    about_history();
    about_history_time();
    about_chart();
    about_chart_server();
    about_chart_range();
}
