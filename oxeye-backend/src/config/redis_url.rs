//! Where Redis is, if activity is copied there.

use oxeye_process::Secret;

use oxeye_process::config::{ConfigError, Sources};

use super::list;

/// The address of a Redis or Valkey server, which may hold a password.
#[derive(Debug, Clone)]
pub(crate) struct RedisUrl(Secret);

impl RedisUrl {
    /// Returns the address, with the password.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Returns the address; `None` if activity is not copied.
pub(super) fn read(from: &Sources) -> Result<Option<RedisUrl>, ConfigError> {
    let expected = "an address such as redis://127.0.0.1:6379/0, redis://user:password@redis:6379 or unix:///run/redis.sock";
    let checked = from.checked_secret(list::REDIS_URL, expected, |url| {
        redis::Client::open(url).is_ok()
    })?;
    Ok(checked.map(RedisUrl))
}
