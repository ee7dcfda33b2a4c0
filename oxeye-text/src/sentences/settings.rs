//! Sentences about what a guild can set.

super::sentences! {
    setting_time_zone();
    setting_language();
    setting_last_seen();
    setting_retention();
    setting_shown();
    setting_default(value: &str);
    language_english();
    language_german();
    language_of_discord();
    hours_long(count: u64);
    hours_of_most(count: u64, most: u64);
    days_long(count: u16);
    days_of_most(count: u16, most: u16);
    kept_for_ever();
    shown_heads();
    shown_playtime();
    shown_rankings();
    shown_history();
    shown_nothing();

    setting_unknown(setting: &str, settings: &str);
    zone_unknown(zone: &str);
    zone_unknown_but(zone: &str, near: &str);
    language_unknown(language: &str, languages: &str);
    last_seen_out_of_range(most: u64);
    retention_out_of_range(most: u16);
    shown_unknown(part: &str, parts: &str);
    turned_off_here();

    about_settings();
    settings_title();
    settings_hint();
    option_other();
    modal_zone();
    modal_days(most: u16);
    ask_fewer_days(days: u16, count: usize);
    button_fewer_days();
    button_back();

    settings_of_guild(guild: &str);
    settings_local();
    setting_needs_value(example: &str);
    ask_shorter_retention(count: usize, days: u16);
    settings_unchanged();
}
