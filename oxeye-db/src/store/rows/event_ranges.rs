//! Which numbered events have been taken of each epoch of a server.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::ids::ServerId;

/// Returns the numbers taken of an epoch, as ordered ranges (first, last).
pub(crate) fn for_epoch(
    file: &Connection,
    server: ServerId,
    epoch: u64,
) -> rusqlite::Result<Vec<(u64, u64)>> {
    file.prepare_cached(
        "SELECT first_seq, last_seq FROM event_ranges
         WHERE server_id = ?1 AND epoch = ?2 ORDER BY first_seq",
    )?
    .query_map(params![server.0, epoch.cast_signed()], |row| {
        Ok((
            row.get::<_, i64>(0)?.cast_unsigned(),
            row.get::<_, i64>(1)?.cast_unsigned(),
        ))
    })?
    .collect()
}

/// Returns the newest epoch of a server that is not later than `furthest`.
pub(crate) fn newest_epoch(
    file: &Connection,
    server: ServerId,
    furthest: UnixSeconds,
) -> rusqlite::Result<Option<u64>> {
    file.prepare_cached("SELECT max(epoch) FROM event_ranges WHERE server_id = ?1 AND epoch <= ?2")?
        .query_row([server.0, furthest.0], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.map(i64::cast_unsigned))
        })
}

/// Sets the ranges of an epoch. Of the older epochs only the latest is kept.
pub(crate) fn set(
    file: &Connection,
    server: ServerId,
    epoch: u64,
    ranges: &[(u64, u64)],
) -> rusqlite::Result<()> {
    file.prepare_cached(
        "DELETE FROM event_ranges WHERE server_id = ?1 AND (epoch = ?2 OR epoch <
         (SELECT epoch FROM event_ranges WHERE server_id = ?1 AND epoch < ?2
          ORDER BY epoch DESC LIMIT 1))",
    )?
    .execute(params![server.0, epoch.cast_signed()])?;
    let mut insert = file.prepare_cached(
        "INSERT INTO event_ranges (server_id, epoch, first_seq, last_seq) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (first, last) in ranges {
        let (first, last) = (first.cast_signed(), last.cast_signed());
        insert.execute(params![server.0, epoch.cast_signed(), first, last])?;
    }
    Ok(())
}

/// Deletes all epochs of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM event_ranges WHERE server_id = ?1")?
        .execute([server.0])?;
    Ok(())
}
