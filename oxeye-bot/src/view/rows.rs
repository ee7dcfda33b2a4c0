//! The buttons and the menu under a message.

use oxeye_db::{LinkState, NoticeId, PageStart, PlayerName, Range, ServerId, ServerSummary};
use oxeye_text::{Text, capitalised, cut, isolate};
use serenity::all::ButtonStyle;
use serenity::builder::{
    CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::player::PlayerButtons;
use crate::custom_id::{CustomId, MemberRequest, RankedById, TopId, TopPart};

/// Discord's limit for the options of a menu and the choices of an autocomplete.
pub(crate) const MAX_CHOICES: usize = 25;
/// Discord's limit for the label of an option or a choice.
const LABEL_LIMIT: usize = 100;

/// Makes the row with the Refresh button.
pub(crate) fn refresh(text: Text, id: &CustomId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![button(
        id,
        text.button_refresh(),
        ButtonStyle::Secondary,
    )])
}

/// Makes the row with the button that ends a notice.
pub(crate) fn end_notice(text: Text, notice: NoticeId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![button(
        &CustomId::EndNotice(notice),
        text.button_end_notice(),
        ButtonStyle::Secondary,
    )])
}

/// Makes the row below the status of a server. `more_seen` says that some of those who were seen
/// recently are not shown.
pub(crate) fn status(text: Text, server: ServerId, more_seen: bool) -> CreateActionRow {
    let refresh = button(
        &CustomId::Refresh(server),
        text.button_refresh(),
        ButtonStyle::Secondary,
    );
    let show_all = more_seen.then(|| show_all_button(text, server));
    CreateActionRow::Buttons(std::iter::once(refresh).chain(show_all).collect())
}

/// Makes the row below the board of a server that does not show everybody who was seen recently.
pub(crate) fn show_all(text: Text, server: ServerId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![show_all_button(text, server)])
}

fn show_all_button(text: Text, server: ServerId) -> CreateButton {
    button(
        &CustomId::ShowAll(server),
        text.button_show_all(),
        ButtonStyle::Secondary,
    )
}

/// Makes the row that turns the pages of those who were seen recently. At the first and at the last
/// page, one button has nowhere to lead.
pub(crate) fn pages(
    text: Text,
    server: ServerId,
    previous: Option<PageStart>,
    next: Option<PageStart>,
) -> CreateActionRow {
    let turn = |label, to: Option<PageStart>, nowhere: usize| {
        let nowhere = PageStart {
            position: nowhere,
            after: None,
        };
        let id = CustomId::Page(server, to.unwrap_or(nowhere));
        button(&id, label, ButtonStyle::Secondary).disabled(to.is_none())
    };
    CreateActionRow::Buttons(vec![
        turn(text.button_previous(), previous, 0),
        // Two buttons of a message may not have the same id.
        turn(text.button_next(), next, usize::MAX),
    ])
}

/// Makes the row below a chart, which shows other ranges. The button of the range that is shown leads
/// nowhere.
pub(crate) fn chart_ranges(
    text: Text,
    server: Option<ServerId>,
    ranges: &[Range],
    shown: Range,
) -> CreateActionRow {
    let buttons = ranges.iter().map(|range| {
        let id = CustomId::Chart(server, *range);
        button(&id, range_label(text, *range), ButtonStyle::Secondary).disabled(*range == shown)
    });
    CreateActionRow::Buttons(buttons.collect())
}

/// Returns the label of the button that shows a range.
fn range_label(text: Text, range: Range) -> String {
    capitalised(&match range {
        Range::Today => text.today(),
        Range::Week => text.this_week(),
        Range::Month => text.this_month(),
        Range::Days(days) => text.button_days(days),
        Range::All => text.button_all_time(),
    })
}

/// Makes the row that turns the pages of a leaderboard. The number between the buttons is one that leads nowhere.
pub(crate) fn top_pages(text: Text, id: TopId, page: usize, pages: usize) -> CreateActionRow {
    let turn = |label, part| {
        let id = CustomId::Top(TopId { part, ..id });
        button(&id, label, ButtonStyle::Secondary)
    };
    let to = |page: usize| TopPart::Page(u32::try_from(page).unwrap_or(u32::MAX));
    let number = format!("{}/{pages}", page + 1);
    let previous = page.checked_sub(1);
    CreateActionRow::Buttons(vec![
        // Two buttons of a message may not have the same id.
        turn(text.button_previous(), previous.map_or(to(usize::MAX), to))
            .disabled(previous.is_none()),
        turn(number, TopPart::Nowhere).disabled(true),
        turn(text.button_next(), to(page + 1)).disabled(page + 1 >= pages),
        turn(text.button_own_place(), TopPart::Own),
    ])
}

/// Makes the row below a leaderboard that shows other ranges. The button of the range that is shown leads nowhere.
/// `all` is what "all time" stands for.
pub(crate) fn top_ranges(text: Text, id: TopId, ranges: &[Range], all: Range) -> CreateActionRow {
    let buttons = ranges.iter().map(|range| {
        let first = CustomId::Top(TopId {
            range: *range,
            part: TopPart::First,
            ..id
        });
        let meant = if *range == Range::All { all } else { *range };
        let label = range_label(text, meant);
        button(&first, label, ButtonStyle::Secondary).disabled(*range == id.range)
    });
    CreateActionRow::Buttons(buttons.collect())
}

/// Makes the row below what is known of a player, if it has any button.
pub(crate) fn of_player(
    text: Text,
    player: &PlayerName,
    buttons: PlayerButtons,
) -> Option<CreateActionRow> {
    let top = CustomId::Top(TopId {
        by: RankedById::Playtime,
        range: Range::All,
        server: None,
        part: TopPart::Beside,
    });
    let notify = CustomId::Notify(player.clone());
    let plain = |id, label| button(id, label, ButtonStyle::Secondary);
    let top = buttons.top.then(|| plain(&top, text.button_top()));
    let notify = buttons.notify.then(|| plain(&notify, text.button_notify()));
    let row: Vec<_> = top.into_iter().chain(notify).collect();
    (!row.is_empty()).then_some(CreateActionRow::Buttons(row))
}

/// Makes the row with the two answers to the question whether to disconnect a server.
pub(crate) fn confirm_disconnect(text: Text, server: ServerId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![
        button(
            &CustomId::Disconnect(server),
            text.button_disconnect(),
            ButtonStyle::Danger,
        ),
        button(&CustomId::Keep, text.button_keep(), ButtonStyle::Secondary),
    ])
}

/// Makes the row with the two answers to the question whether to issue a code for a new key.
pub(crate) fn confirm_rotate_key(text: Text, server: ServerId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![
        button(
            &CustomId::RotateKey(server),
            text.button_rotate_key(),
            ButtonStyle::Primary,
        ),
        button(&CustomId::Keep, text.button_keep(), ButtonStyle::Secondary),
    ])
}

/// Makes the row below the question whether a member is a player.
pub(crate) fn confirm_member(text: Text, request: MemberRequest) -> CreateActionRow {
    let user = request.user;
    CreateActionRow::Buttons(vec![
        button(
            &CustomId::ConfirmMember(request),
            text.button_confirm_member(),
            ButtonStyle::Success,
        ),
        button(
            &CustomId::RejectMember(user),
            text.button_reject_member(),
            ButtonStyle::Secondary,
        ),
    ])
}

/// Makes the row below a code that a member can type in the game.
pub(crate) fn ask_moderators(text: Text, player: PlayerName) -> CreateActionRow {
    CreateActionRow::Buttons(vec![button(
        &CustomId::AskModerators(player),
        text.button_ask_moderators(),
        ButtonStyle::Secondary,
    )])
}

/// Makes the row with the two answers to the question whether to forget a member, whose player this is.
pub(crate) fn confirm_forget(text: Text, player: Option<PlayerName>) -> CreateActionRow {
    CreateActionRow::Buttons(vec![
        button(
            &CustomId::ForgetMe(player),
            text.button_forget_member(),
            ButtonStyle::Danger,
        ),
        button(&CustomId::Keep, text.button_keep(), ButtonStyle::Secondary),
    ])
}

/// Makes the menu that opens one of these servers. Discord accepts 25 options; the list above the
/// menu shows the other servers, too.
pub(crate) fn open_menu(
    text: Text,
    servers: &[ServerSummary],
    opened: Option<ServerId>,
) -> CreateActionRow {
    menu(text, &CustomId::Open, servers, opened)
}

/// Makes the menu below a board, which opens one of its servers for the member alone.
pub(crate) fn board_menu(text: Text, servers: &[ServerSummary]) -> CreateActionRow {
    menu(text, &CustomId::OpenBeside, servers, None)
}

fn menu(
    text: Text,
    id: &CustomId,
    servers: &[ServerSummary],
    opened: Option<ServerId>,
) -> CreateActionRow {
    let option = |server: &ServerSummary| {
        CreateSelectMenuOption::new(choice_label(text, server), server.id.to_string())
            .default_selection(opened == Some(server.id))
    };
    let options = servers.iter().take(MAX_CHOICES).map(option).collect();
    let placeholder = if servers.len() > MAX_CHOICES {
        text.menu_open_some()
    } else {
        text.menu_open()
    };
    let kind = CreateSelectMenuKind::String { options };
    CreateActionRow::SelectMenu(
        CreateSelectMenu::new(id.to_string(), kind).placeholder(placeholder),
    )
}

/// Makes a button.
pub(crate) fn button(id: &CustomId, label: String, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id.to_string()).label(label).style(style)
}

/// Returns a label such as `survival - 3 online`. Menus and autocomplete do not render markdown.
pub(crate) fn choice_label(text: Text, server: &ServerSummary) -> String {
    let about = match (server.state, server.reported_count) {
        (LinkState::Online, Some(count)) if server.online == 0 => text.choice_online(count),
        (LinkState::Online, _) => text.choice_online(server.online),
        (LinkState::AwaitingSync, Some(count)) => text.choice_online(count),
        _ => text.standing(server),
    };
    labelled(server, &about)
}

/// Returns the label of a choice that says something about a server.
pub(crate) fn labelled(server: &ServerSummary, about: &str) -> String {
    let name = isolate(server.name.as_str());
    cut(&format!("{name} - {about}"), LABEL_LIMIT)
}

#[cfg(test)]
pub(crate) mod tests {
    use oxeye_db::UnixSeconds;
    use oxeye_db::testing::server_summary;
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);

    /// Makes a server of guild 7 that was last heard from at second 40.
    pub(crate) fn server(id: i64, name: &str, state: LinkState, online: usize) -> ServerSummary {
        ServerSummary {
            online,
            heard_at: Some(UnixSeconds(40)),
            ..server_summary(id, name, state)
        }
    }

    #[test]
    fn a_choice_shows_how_many_are_online_or_why_that_is_unknown() {
        assert_eq!(
            choice_label(ENGLISH, &server(1, "survival", LinkState::Online, 3)),
            "survival - 3 online"
        );
        assert_eq!(
            choice_label(ENGLISH, &server(1, "jeb_", LinkState::AwaitingSync, 3)),
            "jeb_ - waiting for the server to report"
        );
        let mut nameless = server(1, "hub", LinkState::AwaitingSync, 0);
        nameless.reported_count = Some(7);
        assert_eq!(choice_label(ENGLISH, &nameless), "hub - 7 online");
    }

    #[test]
    fn a_choice_with_the_longest_name_stays_within_discords_limit_in_every_language() {
        for locale in Locale::ALL {
            for state in LinkState::ALL {
                let label = choice_label(Text::of(locale), &server(1, &"x".repeat(64), state, 9));
                assert!(oxeye_text::width(&label) <= LABEL_LIMIT, "{label}");
            }
            let text = Text::of(locale);
            assert!(oxeye_text::width(&text.menu_open_some()) <= 150);
        }
    }
}
