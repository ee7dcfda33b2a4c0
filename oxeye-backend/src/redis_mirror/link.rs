//! The connection to Redis. Whatever goes wrong ends it: a new one may lead to another server, as after a fail-over,
//! where an old one answers READONLY for ever.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, Pipeline, RedisError};
use tokio::time::timeout;

use super::trouble::Trouble;
use crate::config::RedisUrl;

const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// The time limit of one attempt. A second one follows, because whole values may be written twice. Nobody waits for the
/// copy, so the limit leaves room for a busy machine: a connection that is given up costs more than a late answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);

/// The time limit of both attempts.
const LIMIT: Duration = Duration::from_millis(2500);

/// A connection.
pub(super) struct Link(MultiplexedConnection);

impl Link {
    /// Connects.
    pub(super) async fn open(url: &RedisUrl) -> Result<Self, Trouble> {
        let client = Client::open(url.expose())?;
        let limits = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_LIMIT))
            .set_response_timeout(Some(ANSWER_LIMIT));
        let connecting = client.get_multiplexed_async_connection_with_config(&limits);
        match timeout(LIMIT, connecting).await {
            Ok(connection) => Ok(Self(connection?)),
            Err(_) => Err(Trouble::Silent),
        }
    }

    /// Sends commands and returns their answers. A command that fails fails all.
    pub(super) async fn send<T: FromRedisValue>(
        &mut self,
        commands: &Pipeline,
    ) -> Result<T, Trouble> {
        match timeout(LIMIT, self.send_once_or_twice(commands)).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Trouble::Silent),
        }
    }

    async fn send_once_or_twice<T: FromRedisValue>(
        &mut self,
        commands: &Pipeline,
    ) -> Result<T, RedisError> {
        match commands.query_async(&mut self.0).await {
            Err(error) if error.is_timeout() => commands.query_async(&mut self.0).await,
            answered => answered,
        }
    }
}
