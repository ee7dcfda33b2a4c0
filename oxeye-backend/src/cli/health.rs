//! `oxeye health`: asks the running Oxeye whether it can store reports. Health checks of containers run this.

use anyhow::{anyhow, bail};
use oxeye_text::Text;

use super::backend;
use crate::config::Config;
use crate::http::health::ReadyResponse;
use crate::terminal::print_line;

/// The setting with the port that is asked: the one to which plugins report.
const PORT: &str = "PORT";

/// Fails unless Oxeye runs and can write to its store. It needs no token and asks nobody else.
pub(crate) async fn run(config: &Config, text: Text) -> anyhow::Result<()> {
    if config.http.listen.port() == 0 {
        bail!(text.port_is_zero(PORT));
    }
    let url = config.local_url();
    let answer = backend::readyz(&url).await.map_err(|error| {
        anyhow!(match error.is_timeout() {
            true => text.backend_silent(&url),
            false => text.backend_not_running(&url, PORT),
        })
    })?;
    let ready: Result<ReadyResponse, _> = answer.json().await;
    let ready = ready.map_err(|_| anyhow!(text.oxeye_stranger(&url, PORT)))?;
    match ready.ready {
        true => Ok(print_line(&text.health_fine(&url))?),
        false => bail!(text.health_not_fine(&url)),
    }
}
