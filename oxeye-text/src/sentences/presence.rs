//! Sentences about members' sessions, which only Discord shows. $kinds lists what [`presence_kind`] names, and $range
//! is what [`presence_range`] says.
//!
//! [`presence_kind`]: crate::Text::presence_kind
//! [`presence_range`]: crate::Text::presence_range

super::sentences! {
    presence_kind(kind: &str);
    presence_all();
    presence_none();

    presence_off();
    presence_not_set_up();
    presence_detail(what: &str);
    presence_set_up(kinds: &str, details: &str, days: usize);
    presence_choose_kinds(kinds: &str);
    presence_unseen(kinds: &str);
    presence_not_seen(kinds: &str);
    presence_only_voice(kinds: &str);
    presence_switched_off();
    presence_was_off();
    presence_unknown_kind(typed: &str, kinds: &str);
    presence_joined(kinds: &str, details: &str, days: usize);
    presence_can_hide();
    presence_joined_already(kinds: &str, days: usize);
    presence_joined_more(new: &str, kinds: &str, days: usize);
    presence_left();
    presence_wiped_later();
    presence_just_left(until: &str);
    presence_just_deleted(until: &str);
    presence_had_not_joined();

    presence_range(days: usize);
    presence_mine(range: &str);
    presence_mine_kind(kind: &str, duration: &str, parts: &str);
    presence_mine_now(sessions: &str);
    presence_mine_together(members: &str);
    presence_mine_nothing(range: &str);
    presence_mine_not_agreed(kinds: &str);
    presence_part(name: &str, duration: &str);
    presence_session_now(kind: &str, name: &str, duration: &str);

    presence_top(what: &str, range: &str, duration: &str, members: usize);
    presence_top_figure(name: &str, duration: &str, members: usize);
    presence_top_nothing(what: &str, range: &str);
    presence_top_not_kept(what: &str, kinds: &str);
    presence_what(what: &str);
    presence_in_voice(members: usize);
    presence_in_voice_member(member: &str, channel: &str, duration: &str);
    presence_in_voice_nobody();

    about_presence();
    about_presence_setup();
    about_presence_setup_kinds();
    about_presence_join();
    about_presence_leave();
    about_presence_mine();
    about_presence_mine_range();
    about_presence_top();
    about_presence_top_what();
}
