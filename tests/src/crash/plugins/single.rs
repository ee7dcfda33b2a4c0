//! One request after another on a connection that is kept open.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use serde_json::json;

use super::Answered;
use crate::crash::now;
use crate::crash::script::{Report, Script};
use crate::raw::{Connection, Request};

/// What a plugin does with a request that nobody answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum OnFailure {
    /// It is not sent again, and no request carries a time.
    ForgetsFailures,
    /// It is sent again, with its original time.
    Repeats,
}

impl OnFailure {
    /// Reports joins and leaves until the backend is gone.
    pub(super) async fn hammer(
        self,
        key: &str,
        script: &mut Script,
        address: SocketAddr,
        answered: &Answered,
    ) -> Result<()> {
        let mut connection = Connection::open(address).await;
        while let Ok(open) = &mut connection {
            let report = match script.unanswered() {
                Some(report) => report.clone(),
                None => self.next(script)?,
            };
            if !self.report(open, key, script, &report).await? {
                break;
            }
            answered.change(|count| *count += 1);
        }
        Ok(())
    }

    /// Repeats the requests that nobody answered.
    pub(super) async fn finish(
        self,
        key: &str,
        script: &mut Script,
        address: SocketAddr,
    ) -> Result<()> {
        if let Some(report) = script.unanswered().cloned() {
            let mut connection = Connection::open(address).await?;
            let is_answered = self.report(&mut connection, key, script, &report).await?;
            ensure!(is_answered, "nobody answered");
        }
        Ok(())
    }

    fn next(self, script: &mut Script) -> Result<Report> {
        let now = now()?;
        Ok(script.next_report(match self {
            Self::ForgetsFailures => now..=i64::MAX,
            Self::Repeats => now..=now,
        }))
    }

    /// Sends one report; returns whether it was answered.
    async fn report(
        self,
        connection: &mut Connection,
        key: &str,
        script: &mut Script,
        report: &Report,
    ) -> Result<bool> {
        let path = if report.is_join { "/join" } else { "/leave" };
        let mut body = json!({"player": script.player});
        if let Self::Repeats = self {
            body["at"] = json!(report.at.start());
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
