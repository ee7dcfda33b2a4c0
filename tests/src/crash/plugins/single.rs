//! One request after the other on a connection that is kept.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use serde_json::json;

use super::Answered;
use crate::crash::now;
use crate::crash::script::{Script, Told};
use crate::raw::{Connection, Request};

/// What becomes of a request that nobody answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Single {
    /// It is not sent again, and no request says when it was.
    ForgetsFailures,
    /// It is sent again, with the time it had.
    Repeats,
}

impl Single {
    /// Tells of joins and leaves until the backend is gone.
    pub(super) async fn hammer(
        self,
        key: &str,
        script: &mut Script,
        address: SocketAddr,
        answered: &Answered,
    ) -> Result<()> {
        let mut connection = Connection::open(address).await;
        while let Ok(open) = &mut connection {
            let told = match script.unanswered() {
                Some(told) => told.clone(),
                None => self.next(script)?,
            };
            if !self.tell(open, key, script, &told).await? {
                break;
            }
            answered.change(|count| *count += 1);
        }
        Ok(())
    }

    /// Says again what nobody answered.
    pub(super) async fn finish(
        self,
        key: &str,
        script: &mut Script,
        address: SocketAddr,
    ) -> Result<()> {
        if let Some(told) = script.unanswered().cloned() {
            let mut connection = Connection::open(address).await?;
            let is_answered = self.tell(&mut connection, key, script, &told).await?;
            ensure!(is_answered, "nobody answered");
        }
        Ok(())
    }

    fn next(self, script: &mut Script) -> Result<Told> {
        let now = now()?;
        Ok(script.go_on(match self {
            Self::ForgetsFailures => now..=i64::MAX,
            Self::Repeats => now..=now,
        }))
    }

    /// Whether it was answered.
    async fn tell(
        self,
        connection: &mut Connection,
        key: &str,
        script: &mut Script,
        told: &Told,
    ) -> Result<bool> {
        let path = if told.is_join { "/join" } else { "/leave" };
        let mut body = json!({"player": script.player});
        if let Self::Repeats = self {
            body["at"] = json!(told.at.start());
        }
        let request = Request::post(path).bearer(key).json(&body);
        let Ok(answer) = connection.ask(&request).await else {
            return Ok(false);
        };
        ensure!(answer.status == 200, "{path} of {body}: {answer}");
        script.answered(now()?);
        Ok(true)
    }
}
