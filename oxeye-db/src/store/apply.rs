//! Writes the changes of a report to the file, in the order in which they were noted.

use rusqlite::Connection;

use super::rows::{
    accounts, api_keys, event_ranges, imported_playtime, last_worn, link_codes, linked_members,
    loose_ends, notices, player_uuids, players, server_about, server_states, servers, sessions,
    watched_addresses,
};
use crate::ids::ServerId;
use crate::ledger::StoreChange;

/// Writes the changes of a server's report, each with a few statements at most. Returns how many notices are about an
/// account from now on that were about whoever has its name.
pub(crate) fn changes(
    file: &Connection,
    server: ServerId,
    changes: &[StoreChange],
) -> rusqlite::Result<usize> {
    let mut notices = 0;
    for change in changes {
        apply_one(file, server, change)?;
        if let StoreChange::UuidReported(player, reported) = change {
            notices += notices::follow(file, server, *player, reported.uuid)?;
        }
    }
    Ok(notices)
}

fn apply_one(file: &Connection, server: ServerId, change: &StoreChange) -> rusqlite::Result<()> {
    match change {
        StoreChange::PlayerAdded(player, name) => players::insert(file, *player, name),
        StoreChange::AccountAdded(account, uuid) => accounts::insert(file, *account, *uuid),
        StoreChange::SessionOpened {
            id,
            player,
            joined_at,
            texture,
            account,
        } => {
            let session = sessions::OpenSession {
                id: *id,
                player: *player,
                joined_at: *joined_at,
                texture: *texture,
                account: *account,
            };
            sessions::insert_open(file, server, &session)
        }
        StoreChange::BeganEarlier(id, joined_at) => sessions::set_joined_at(file, *id, *joined_at),
        StoreChange::TextureChanged(id, texture) => sessions::set_texture(file, *id, *texture),
        StoreChange::AccountChanged(id, account) => sessions::set_account(file, *id, *account),
        StoreChange::SessionClosed(session) => {
            last_worn::remember(file, session)?;
            sessions::close(file, session)
        }
        StoreChange::SessionAdded(session) => sessions::insert_closed(file, server, session),
        StoreChange::SessionExpired(id) => sessions::delete(file, *id),
        StoreChange::LooseEndAdded(end) => loose_ends::insert(file, server, end),
        StoreChange::LooseEndResolved(end) => loose_ends::delete(file, server, end),
        StoreChange::FactsChanged(heard) => servers::set_heard(file, server, *heard),
        StoreChange::PeriodBegan(period) => server_states::insert(file, server, period),
        StoreChange::PeriodUndone(from) => server_states::delete(file, server, *from),
        StoreChange::PeriodsExpired(first) => server_states::delete_before(file, server, *first),
        StoreChange::ServerDisconnected(at) => servers::set_disconnected(file, server, *at),
        StoreChange::AddressAnswered(edition, at) => {
            watched_addresses::set_answered(file, server, *edition, *at)
        }
        StoreChange::AddressRemoved => watched_addresses::delete_for_server(file, server),
        StoreChange::KeysRevoked => {
            link_codes::delete_rotations_of(file, server)?;
            api_keys::delete_for_server(file, server)
        }
        StoreChange::LooseEndsCleared => loose_ends::delete_for_server(file, server),
        StoreChange::ImportedCleared => imported_playtime::delete_for_server(file, server),
        StoreChange::EpochsCleared => event_ranges::delete_for_server(file, server),
        StoreChange::PlaytimeImported {
            player,
            seconds,
            account,
            at,
        } => imported_playtime::set(file, (server, *player), *seconds, *account, *at),
        StoreChange::UuidReported(player, reported) => {
            player_uuids::report(file, server, *player, reported)?;
            linked_members::follow(file, server, *player, reported.uuid)
        }
        StoreChange::AboutChanged(about, at) => server_about::set(file, server, about, *at),
    }
}
