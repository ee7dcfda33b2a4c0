//! Sessions, open and ended.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, Params, Row, params};

use super::{gaps, open_sessions};
use crate::ids::{GuildId, UserId};
use crate::presence::key::{PresenceKey, VoicePlace};
use crate::presence::kinds::PresenceKind;
use crate::presence::session::{PresenceDetails, PresenceEnd, PresenceSession};
use crate::record::span::Span;

/// Writes a session, whether or not it is there.
pub(crate) fn write(file: &Connection, session: &PresenceSession) -> rusqlite::Result<()> {
    let PresenceSession { key, about, .. } = session;
    let place = key
        .place
        .map(|place| (place.guild.to_sql(), place.channel.cast_signed()));
    let (guild, channel) = place.unwrap_or_default();
    file.prepare_cached(
        "INSERT INTO sessions (id, user_id, kind, guild_id, channel_id, subject, name, details, state, url, artists,
             album, track_id, connection, started_at, ended_at, is_estimated, seen_at, gap_secs)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
         ON CONFLICT (id) DO UPDATE SET name = ?7, details = ?8, state = ?9, url = ?10, artists = ?11, album = ?12,
             track_id = ?13, connection = ?14, started_at = ?15, ended_at = ?16, is_estimated = ?17, seen_at = ?18,
             gap_secs = ?19",
    )?
    .execute(params![
        session.id,
        session.user.to_sql(),
        session.kind().to_sql(),
        guild,
        channel,
        key.subject,
        about.name,
        about.details,
        about.state,
        about.url,
        about.artists.join("\n"),
        about.album,
        about.track_id,
        about.connection,
        session.started_at.0,
        session.end.map(|end| end.at.0),
        session.has_estimated_end(),
        session.seen_at.0,
        session.gap_secs().cast_signed(),
    ])?;
    match session.end {
        None => open_sessions::set(file, session.id, session.seen_at)?,
        Some(_) => open_sessions::delete(file, session.id)?,
    }
    gaps::set(file, session.id, &session.gaps, session.seen_at)
}

/// Writes a session of which only a part is left.
pub(crate) fn rewrite(file: &Connection, session: &PresenceSession) -> rusqlite::Result<()> {
    gaps::delete(file, session.id)?;
    write(file, session)
}

/// Deletes a session.
pub(crate) fn delete(file: &Connection, session: i64) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM sessions WHERE id = ?1")?
        .execute([session])?;
    Ok(())
}

/// Deletes sessions of a kind that ended before a time, at most `limit`. Returns how many.
pub(crate) fn delete_ended(
    file: &Connection,
    kind: PresenceKind,
    before: UnixSeconds,
    limit: usize,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "DELETE FROM sessions WHERE id IN (
             SELECT id FROM sessions WHERE kind = ?1 AND ended_at < ?2 LIMIT ?3)",
    )?
    .execute(params![
        kind.to_sql(),
        before.0,
        i64::try_from(limit).unwrap_or(i64::MAX)
    ])
}

/// Returns the largest number of a session; 0 if there is none.
pub(crate) fn last_id(file: &Connection) -> rusqlite::Result<i64> {
    file.query_row("SELECT coalesce(max(id), 0) FROM sessions", [], |row| {
        row.get(0)
    })
}

/// Returns all open sessions.
pub(crate) fn open(file: &Connection) -> rusqlite::Result<Vec<PresenceSession>> {
    select(file, "s.id IN (SELECT session_id FROM open_sessions)", [])
}

/// Returns the sessions of a kind that ended at or after a time.
pub(crate) fn ended_since(
    file: &Connection,
    kind: PresenceKind,
    since: UnixSeconds,
) -> rusqlite::Result<Vec<PresenceSession>> {
    let found = "s.kind = ?1 AND s.ended_at >= ?2";
    select(file, found, params![kind.to_sql(), since.0])
}

/// Returns the sessions of a user that overlap or touch a span of time, the oldest first.
pub(crate) fn of_user(
    file: &Connection,
    user: UserId,
    span: Span,
) -> rusqlite::Result<Vec<PresenceSession>> {
    let found = "s.user_id = ?1 AND s.started_at < ?2 AND (s.ended_at IS NULL OR s.ended_at >= ?3)";
    let parameters = params![user.to_sql(), span.to.0, span.from.0];
    select(file, found, parameters)
}

/// Deletes all sessions of a user. Returns how many there were.
pub(crate) fn delete_of_user(file: &Connection, user: UserId) -> rusqlite::Result<usize> {
    file.prepare_cached("DELETE FROM sessions WHERE user_id = ?1")?
        .execute([user.to_sql()])
}

/// Passes on the sessions of a kind that overlap a span of time, the oldest first; of what happens in voice, those of a
/// guild.
pub(crate) fn each_within(
    file: &Connection,
    kind: PresenceKind,
    guild: GuildId,
    span: Span,
    mut take: impl FnMut(PresenceSession),
) -> rusqlite::Result<()> {
    let guild = if kind.is_in_voice() {
        guild.to_sql()
    } else {
        0
    };
    let sql = sql_of(
        "s.kind = ?1 AND s.guild_id = ?2 AND (s.ended_at > ?3 OR s.ended_at IS NULL) AND s.started_at < ?4",
    );
    let mut select = file.prepare_cached(&sql)?;
    let mut rows = select.query(params![kind.to_sql(), guild, span.from.0, span.to.0])?;
    while let Some(row) = rows.next()? {
        if let Some(session) = read(file, row)? {
            take(session);
        }
    }
    Ok(())
}

fn select(
    file: &Connection,
    which: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<PresenceSession>> {
    file.prepare_cached(&sql_of(which))?
        .query_map(parameters, |row| read(file, row))?
        .filter_map(Result::transpose)
        .collect()
}

fn sql_of(which: &str) -> String {
    format!(
        "SELECT s.id, s.user_id, s.kind, s.guild_id, s.channel_id, s.subject, s.name, s.details, s.state, s.url,
             s.artists, s.album, s.track_id, s.connection, s.started_at, s.ended_at, s.is_estimated,
             coalesce(o.seen_at, s.seen_at), s.gap_secs
         FROM sessions s LEFT JOIN open_sessions o ON o.session_id = s.id
         WHERE {which} ORDER BY s.started_at, s.id"
    )
}

/// Reads a session with its gaps; `None` for a kind of a newer version.
fn read(file: &Connection, row: &Row<'_>) -> rusqlite::Result<Option<PresenceSession>> {
    let Some(kind) = PresenceKind::from_sql(row.get(2)?) else {
        return Ok(None);
    };
    let place = VoicePlace {
        guild: GuildId::from_sql(row.get(3)?),
        channel: row.get::<_, i64>(4)?.cast_unsigned(),
    };
    let artists: String = row.get(10)?;
    let ended_at: Option<i64> = row.get(15)?;
    let is_estimated = row.get(16)?;
    let id = row.get(0)?;
    let session = PresenceSession {
        id,
        user: UserId::from_sql(row.get(1)?),
        key: PresenceKey {
            kind,
            place: kind.is_in_voice().then_some(place),
            subject: row.get(5)?,
        },
        about: PresenceDetails {
            name: row.get(6)?,
            details: row.get(7)?,
            state: row.get(8)?,
            url: row.get(9)?,
            artists: artists.lines().map(str::to_owned).collect(),
            album: row.get(11)?,
            track_id: row.get(12)?,
            connection: row.get(13)?,
        },
        started_at: UnixSeconds(row.get(14)?),
        end: ended_at.map(|at| PresenceEnd {
            at: UnixSeconds(at),
            is_estimated,
        }),
        seen_at: UnixSeconds(row.get(17)?),
        gaps: match row.get(18)? {
            0_i64 => Vec::new(),
            _ => gaps::of_session(file, id)?,
        },
    };
    Ok(Some(session))
}
