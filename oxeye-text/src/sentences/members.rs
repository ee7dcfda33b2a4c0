//! Members and their players, in Discord and on the command line. The caller escapes names before it passes them.

super::sentences! {
    member_asks(member: &str, player: &str, expires: &str);
    button_confirm_member();
    button_reject_member();
    member_code(player: &str, servers: &str, code: &str, expires: &str);
    button_ask_moderators();
    member_proven(player: &str);
    member_unauthenticated(player: &str);
    member_is_linked(member: &str, player: &str, moderator: &str);
    member_rejected(member: &str);
    member_unlinked(player: &str);
    member_unlinked_shown(player: &str);
    member_hidden(player: &str);
    member_shown(player: &str);
    hidden_until_shown();
    presence_hidden();
    presence_shown();
    presence_still_hidden();
    member_data();
    ask_forget_me();
    ask_forget_member(player: &str);
    ask_forget_presence();
    button_forget_member();
    member_forgotten(player: &str, sessions: usize);
    presence_forgotten();
    member_forgotten_elsewhere();
    member_forgotten_later();

    not_linked();
    nothing_to_hide();
    nothing_kept();
    player_unknown_here(player: &str);
    member_taken(player: &str);
    player_taken(player: &str);
    player_name_invalid();
    member_request_expired();
    member_own_request();
    member_request_replaced();
    member_request_answered();
    member_asked_too_often(until: &str);
    member_code_over();

    no_members();
    member_entry(guild: &str, member: &str, player: &str, duration: &str);
    member_entry_hidden(entry: &str, duration: &str);
    member_entry_proven(entry: &str);
    member_entry_confirmed(entry: &str, moderator: &str);
    member_unlinked_by_operator(member: &str, player: &str);
    ask_forget_account(member: &str);
    account_forgotten(member: &str, sessions: usize, guilds: usize);
    account_unlinked(players: usize);
    account_wiped_later();

    about_me();
    about_me_link();
    about_me_link_name();
    about_me_unlink();
    about_me_hide();
    about_me_show();
    about_me_data();
    about_me_forget();
}
