//! Buttons and the menu under a message.

use oxeye_db::{ServerId, ServerSummary};
use serenity::all::ButtonStyle;
use serenity::builder::{
    CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::overview::{MAX_CHOICES, choice_label};
use crate::custom_id::CustomId;

/// The row under what can be shown again as it is now.
pub(crate) fn refresh(id: CustomId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![button(id, "Refresh", ButtonStyle::Secondary)])
}

/// Asks whether to disconnect a server.
pub(crate) fn confirm_disconnect(server: ServerId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![
        button(
            CustomId::Disconnect(server),
            "Disconnect",
            ButtonStyle::Danger,
        ),
        button(CustomId::Keep, "Keep it", ButtonStyle::Secondary),
    ])
}

/// The menu that opens one of these servers. Discord takes 25 options; the list above the menu
/// shows the others.
pub(crate) fn open_menu(servers: &[ServerSummary], opened: Option<ServerId>) -> CreateActionRow {
    let option = |server: &ServerSummary| {
        CreateSelectMenuOption::new(choice_label(server), server.id.to_string())
            .default_selection(opened == Some(server.id))
    };
    let options = servers.iter().take(MAX_CHOICES).map(option).collect();
    let placeholder = if servers.len() > MAX_CHOICES {
        "Open a server (others: /oxeye status)"
    } else {
        "Open a server"
    };
    let kind = CreateSelectMenuKind::String { options };
    CreateActionRow::SelectMenu(
        CreateSelectMenu::new(CustomId::Open.to_string(), kind).placeholder(placeholder),
    )
}

fn button(id: CustomId, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id.to_string()).label(label).style(style)
}
