//! `GET /api/analytics/export`: all sessions of members, as rows of the tables of the original design. They are written
//! while they are read, some members at a time, so the amount does not matter.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::try_unfold;
use oxeye_db::activity::day::UtcDay;
use oxeye_db::{PresenceKind, Span, StoreError, UserId};
use serde::Deserialize;
use serde_json::json;

use crate::api_messages::analytics::iso;
use crate::api_messages::analytics::rows::{Row, Table, row};
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::error::{ApiError, RequestError};
use crate::http::operator::parameters::{Parameters, as_text};

/// Members whose sessions are read at once.
const MEMBERS: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportParameters {
    #[serde(default, deserialize_with = "as_text")]
    format: Option<Format>,
    #[serde(default)]
    tables: Option<String>,
    #[serde(default, deserialize_with = "as_text")]
    start_date: Option<UtcDay>,
    #[serde(default, deserialize_with = "as_text")]
    end_date: Option<UtcDay>,
}

/// How rows are written. The answer as a whole is JSON in both cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    /// Each table is a text with commas, as a file would hold it.
    Csv,
}

#[derive(Debug, thiserror::Error)]
#[error("format is json or csv")]
struct InvalidFormat;

impl FromStr for Format {
    type Err = InvalidFormat;

    fn from_str(text: &str) -> Result<Self, InvalidFormat> {
        match text {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(InvalidFormat),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Json => "json",
            Self::Csv => "csv",
        })
    }
}

/// A table that a client may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Sessions(Table),
    /// A table of the original design in which Oxeye has nothing.
    Empty(&'static str),
}

/// All tables, those without a request for others first.
const TABLES: [Asked; 6] = [
    Asked::Sessions(Table::Games),
    Asked::Sessions(Table::Voice),
    Asked::Sessions(Table::Spotify),
    Asked::Sessions(Table::Streaming),
    Asked::Empty("daily_snapshots"),
    Asked::Empty("user_stats"),
];

impl Asked {
    fn name(self) -> &'static str {
        match self {
            Self::Sessions(table) => table.name(),
            Self::Empty(name) => name,
        }
    }
}

/// Reads a list of tables; without one, it is all that have sessions.
fn tables(list: Option<&str>) -> Result<Vec<Asked>, ApiError> {
    let Some(list) = list else {
        return Ok(TABLES[..4].to_vec());
    };
    let mut tables = Vec::new();
    for name in list.split(',').map(str::trim) {
        let Some(table) = TABLES.into_iter().find(|table| table.name() == name) else {
            let names = TABLES.map(Asked::name).join(", ");
            return Err(RequestError::BadUrl(format!("the tables are {names}").into()).into());
        };
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    Ok(tables)
}

/// `GET /api/analytics/export?format=&tables=&startDate=&endDate=`: the sessions that began on these UTC days.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    _: Operator,
    Parameters(parameters): Parameters<ExportParameters>,
) -> Result<Response, ApiError> {
    let tables = tables(parameters.tables.as_deref())?;
    let permit = app.copy_permit().await?;
    let users = app.database.presence().users();
    if let Some(first) = users.first() {
        // An error while reading the file still has a status.
        app.database
            .presence()
            .sessions_of(*first, Span::ALL)
            .await?;
    }
    let (first, last) = (parameters.start_date, parameters.end_date);
    let span = Span {
        from: first.map_or(Span::ALL.from, UtcDay::begin),
        to: last.map_or(Span::ALL.to, |day| day.span().to),
    };
    let format = parameters.format.unwrap_or(Format::Json);
    let metadata = json!({
        "exportedAt": iso(app.now()),
        "format": format.to_string(),
        "dateRange": {
            "startDate": first.map(|day| day.to_string()),
            "endDate": last.map(|day| day.to_string()),
        },
        "tables": tables.iter().map(|table| table.name()).collect::<Vec<_>>(),
    });
    let writing = Writing {
        app,
        format,
        span,
        counts: vec![0; tables.len()],
        tables,
        users,
        next: Next::Head(metadata.to_string()),
        files: 0,
    };
    let pieces = try_unfold(writing, Writing::piece).inspect(move |_| {
        let _until_the_last = &permit;
    });
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// An export that is being written.
struct Writing {
    app: Arc<App>,
    format: Format,
    span: Span,
    tables: Vec<Asked>,
    /// Rows written of each table.
    counts: Vec<usize>,
    users: Vec<UserId>,
    next: Next,
    /// Tables written so far. With commas, a table without rows is left out.
    files: usize,
}

/// What is written next.
enum Next {
    /// The head, with the metadata.
    Head(String),
    /// Rows of a table, of the members from this one on.
    Rows {
        table: usize,
        user: usize,
    },
    Nothing,
}

impl Writing {
    async fn piece(mut self) -> Result<Option<(Bytes, Self)>, StoreError> {
        let mut out = String::new();
        match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Head(metadata) => {
                let data = match self.format {
                    Format::Json => "\"data\"",
                    Format::Csv => "\"format\":\"csv\",\"files\"",
                };
                out = format!("{{\"success\":true,\"metadata\":{metadata},{data}:{{");
                self.next = Next::Rows { table: 0, user: 0 };
            }
            Next::Rows { table, user } => match self.tables.get(table).copied() {
                Some(asked) => self.rows(asked, table, user, &mut out).await?,
                None => out = self.summary(),
            },
            Next::Nothing => return Ok(None),
        }
        Ok(Some((Bytes::from(out), self)))
    }

    /// Writes rows of a table, and its end after the last member.
    async fn rows(
        &mut self,
        asked: Asked,
        table: usize,
        user: usize,
        out: &mut String,
    ) -> Result<(), StoreError> {
        if user == 0 && self.format == Format::Json {
            self.begin(asked.name(), "[", out);
        }
        let mut until = self.users.len();
        if let Asked::Sessions(of) = asked {
            until = until.min(user + MEMBERS);
            let users = self.users[user..until].to_vec();
            for user in users {
                for row in self.rows_of(user, of).await? {
                    self.write(&row, asked.name(), table, out);
                }
            }
        }
        self.next = Next::Rows { table, user: until };
        if until == self.users.len() {
            match self.format {
                Format::Json => out.push(']'),
                Format::Csv if self.counts[table] > 0 => out.push('"'),
                Format::Csv => {}
            }
            self.next = Next::Rows {
                table: table + 1,
                user: 0,
            };
        }
        Ok(())
    }

    /// Returns the rows of a member, unless they took their consent back meanwhile.
    async fn rows_of(&self, user: UserId, table: Table) -> Result<Vec<Row>, StoreError> {
        let sessions = self.app.database.presence().sessions_of(user, Span::ALL);
        let sessions = sessions.await?;
        let screens: Vec<_> = sessions
            .iter()
            .filter(|session| session.kind() == PresenceKind::ScreenShare)
            .collect();
        let listed = sessions
            .iter()
            .filter(|session| session.kind() == table.kind())
            .filter(|session| self.span.contains(session.started_at));
        Ok(listed.map(|session| row(session, &screens)).collect())
    }

    fn write(&mut self, row: &Row, name: &str, table: usize, out: &mut String) {
        let is_first = self.counts[table] == 0;
        self.counts[table] += 1;
        match self.format {
            Format::Json => {
                if !is_first {
                    out.push(',');
                }
                // Serialising our own values cannot fail.
                out.push_str(&serde_json::to_string(row).unwrap_or_default());
            }
            Format::Csv => {
                if is_first {
                    self.begin(&format!("{name}.csv"), "\"", out);
                    out.push_str(&row.names().collect::<Vec<_>>().join(","));
                }
                let line = format!("\n{}", row.csv());
                let text = serde_json::Value::from(line).to_string();
                // Without its quotation marks.
                out.push_str(&text[1..text.len() - 1]);
            }
        }
    }

    fn begin(&mut self, name: &str, open: &str, out: &mut String) {
        if self.files > 0 {
            out.push(',');
        }
        self.files += 1;
        out.push_str(&format!("\"{name}\":{open}"));
    }

    fn summary(&self) -> String {
        let counts: serde_json::Map<_, _> = self
            .tables
            .iter()
            .zip(&self.counts)
            .map(|(table, count)| (table.name().to_owned(), json!(count)))
            .collect();
        let total: usize = self.counts.iter().sum();
        let summary = json!({"totalRecords": total, "tableRecordCounts": counts});
        format!("}},\"summary\":{summary}}}")
    }
}
