//! Asks the Oxeye that runs on this machine, if there is one, how it is doing.

use anyhow::{anyhow, bail};
use oxeye_text::Text;

use crate::api_messages::health::HealthReport;
use crate::api_messages::warning::WarningLine;
use crate::cli::backend::{self, Backend};
use crate::config::Config;
use crate::http::health::ReadyResponse;
use crate::terminal::sentence;

/// What we found out about one subject, in words.
pub(super) type Finding = anyhow::Result<String>;

/// What answers at the address of the operator API.
pub(super) enum Running {
    /// Nothing accepts a connection.
    Nobody,
    /// Something that does not answer in time.
    Silent,
    /// Another program.
    Stranger,
    /// An Oxeye.
    Oxeye {
        ready: ReadyResponse,
        /// What it reports to the operator, if it accepts the token found here.
        health: anyhow::Result<Box<HealthReport>>,
        is_demo: bool,
    },
}

impl Running {
    /// Asks for `/readyz`, which anybody may read, and for `/api/health`, which only the operator may read.
    pub(super) async fn ask(config: &Config, text: Text) -> Running {
        let answer = match backend::readyz(&config.operator_url()).await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return Running::Nobody,
            Err(_) => return Running::Silent,
        };
        let Ok(ready) = answer.json().await else {
            return Running::Stranger;
        };
        match Backend::of(config, text) {
            Ok(backend) => Running::Oxeye {
                ready,
                is_demo: backend.is_demo(),
                health: backend.health().await.map(Box::new),
            },
            Err(error) => Running::Oxeye {
                ready,
                is_demo: false,
                health: Err(error),
            },
        }
    }

    /// Reports whether Oxeye runs, and whether it belongs to the folder and the settings of this command.
    pub(super) fn finding(&self, config: &Config, text: Text) -> Finding {
        let url = config.operator_url();
        let port_setting = config.operator_port_setting();
        match self {
            Running::Nobody if config.operator_address().port() == 0 => {
                Ok(text.oxeye_not_asked(port_setting))
            }
            Running::Nobody => Ok(text.oxeye_not_running(&url)),
            Running::Silent => {
                bail!(text.oxeye_silent(&url))
            }
            Running::Stranger => {
                bail!(text.oxeye_stranger(&url, port_setting))
            }
            Running::Oxeye {
                health: Err(error), ..
            } => Err(anyhow!(sentence(text, error))),
            Running::Oxeye { is_demo: true, .. } => Ok(text.oxeye_demo(&url)),
            Running::Oxeye { .. } if config.http.operator_listen.is_some() => {
                Ok(text.oxeye_fine_apart(&config.local_url(), &url))
            }
            Running::Oxeye { .. } => Ok(text.oxeye_fine(&url)),
        }
    }

    /// Returns what the Oxeye reports to the operator, if there is one that accepts the token found here.
    pub(super) fn health(&self) -> Option<&HealthReport> {
        match self {
            Running::Oxeye {
                health: Ok(health), ..
            } => Some(health),
            _ => None,
        }
    }

    /// Returns what an operator should look at, except for what has a line of its own.
    pub(super) fn warnings(&self) -> impl Iterator<Item = &WarningLine> {
        let warnings = self
            .health()
            .into_iter()
            .flat_map(|health| &health.warnings);
        warnings.filter(|warning| !warning.is_of_store_or_discord())
    }
}
