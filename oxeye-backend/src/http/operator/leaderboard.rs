//! Who has most of something, on a server or on all servers of a guild combined.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use oxeye_db::activity::figures::RankingError;
use oxeye_db::record::leaderboard::{
    Leaderboard, LeaderboardError, LeaderboardQuestion, RankedBy, Section,
};
use oxeye_db::{GuildServers, Range, TimeZone};
use oxeye_plugin_proto::ServerName;
use oxeye_render::MAX_ROWS;
use oxeye_text::Facts;
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedServer, PageLimit, Parameters, as_number, as_text};
use super::pictures::{PNG, language, picture_response};
use crate::api_messages::leaderboard::{KEPT_PER_SERVER, LeaderboardReport};
use crate::api_messages::refusal::{Reason, Why};
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, RequestError, Unknown, json_response};

/// The number of players on a leaderboard if `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaderboardParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
    #[serde(default, deserialize_with = "as_number")]
    offset: Option<usize>,
    /// `playtime`, `visits`, or a counter of activity.
    #[serde(default)]
    what: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PictureParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
    #[serde(default, deserialize_with = "as_number")]
    offset: Option<usize>,
    #[serde(default)]
    what: Option<String>,
    /// The language of the words, such as `de`.
    #[serde(default)]
    lang: Option<String>,
}

impl PictureParameters {
    fn of_board(self) -> LeaderboardParameters {
        LeaderboardParameters {
            range: self.range,
            tz: self.tz,
            limit: self.limit,
            offset: self.offset,
            what: self.what,
        }
    }
}

/// `GET /api/servers/{guild_id}/{server}/leaderboard?what=&range=&tz=&limit=&offset=`: who has most of something.
pub(crate) async fn of_server(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<LeaderboardParameters>,
) -> Result<Response, ApiError> {
    report(&app, GuildServers::One(server), Some(name), parameters).await
}

/// `GET /api/guilds/{guild_id}/leaderboard?what=&range=&tz=&limit=&offset=`: the same for all servers of a guild
/// combined.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    Parameters(parameters): Parameters<LeaderboardParameters>,
) -> Result<Response, ApiError> {
    report(&app, GuildServers::All(guild), None, parameters).await
}

async fn report(
    app: &App,
    servers: GuildServers,
    name: Option<ServerName>,
    parameters: LeaderboardParameters,
) -> Result<Response, ApiError> {
    let question = parameters.question(app, servers);
    let board = leaderboard(app, question.clone()).await?;
    let report = LeaderboardReport::new(name, &question, &board);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/servers/{guild_id}/{server}/leaderboard.png?what=&range=&tz=&limit=&offset=&lang=`: the picture that members
/// see.
pub(crate) async fn picture_of_server(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, .. }: NamedServer,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    picture(&app, GuildServers::One(server), parameters, &asked).await
}

/// `GET /api/guilds/{guild_id}/leaderboard.png?what=&range=&tz=&limit=&offset=&lang=`: the same for all servers of a
/// guild combined.
pub(crate) async fn picture_of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    picture(&app, GuildServers::All(guild), parameters, &asked).await
}

async fn picture(
    app: &App,
    servers: GuildServers,
    parameters: PictureParameters,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let text = language(parameters.lang.as_deref());
    let mut question = parameters.of_board().question(app, servers);
    if let Section::After { limit, .. } = &mut question.section {
        *limit = (*limit).min(MAX_ROWS);
    }
    let board = leaderboard(app, question.clone()).await?;
    let words = Facts::in_terminal(text).top_words(&question.by, question.zone, &board);
    let png = app.database.top_picture(servers.guild(), &board, words);
    let png = Bytes::from_owner(png.await?.ok_or(Unknown::NothingToDraw)?);
    Ok(picture_response(asked, PNG, png))
}

async fn leaderboard(app: &App, question: LeaderboardQuestion) -> Result<Leaderboard, ApiError> {
    let guild = question.servers.guild();
    let board = app.database.leaderboard(question, app.now()).await;
    let board = board.map_err(|error| match error {
        LeaderboardError::Store(error) | LeaderboardError::Counter(RankingError::Store(error)) => {
            ApiError::from(error)
        }
        LeaderboardError::Counter(RankingError::UnknownCounter { name, known }) => {
            RequestError::BadUrl(no_such_board(name, known)).into()
        }
        LeaderboardError::CounterOfOneServer(ref counter) => {
            let counter = counter.clone();
            let reason = Reason::CounterOfOneServer { counter };
            let why = Why::coded(reason, format!("what: {error}"));
            RequestError::BadUrl(why).into()
        }
    })?;
    board.ok_or_else(|| app.unknown_server(guild))
}

/// Returns why there is no leaderboard of something.
fn no_such_board(counter: String, counters: Vec<String>) -> Why {
    let known = KEPT_PER_SERVER.map(str::to_owned).into_iter();
    let known: Vec<_> = known.chain(counters).collect();
    let listed = known.join(", ");
    let words = format!("what: there is no counter {counter:?}; there are {listed}");
    Why::coded(Reason::CounterUnknown { counter, known }, words)
}

impl LeaderboardParameters {
    fn question(self, app: &App, servers: GuildServers) -> LeaderboardQuestion {
        let PageLimit(limit) = self.limit.unwrap_or(DEFAULT_LIMIT);
        LeaderboardQuestion {
            servers,
            by: match self.what.as_deref() {
                None | Some("playtime") => RankedBy::Playtime,
                Some("visits") => RankedBy::Visits,
                Some(counter) => RankedBy::Counter(counter.to_owned()),
            },
            range: self.range.unwrap_or(Range::Week),
            section: Section::After {
                offset: self.offset.unwrap_or(0),
                limit,
            },
            member: None,
            zone: self.tz.unwrap_or_else(|| app.zone_of(servers.guild())),
        }
    }
}
