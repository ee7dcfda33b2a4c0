//! Charts that are drawn all the time, each another one, so that none is kept.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use oxeye_tests::backend::OPERATOR_TOKEN;
use oxeye_tests::raw::{Connection, Request};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::community::{Community, GUILD, SERVERS, server};

/// Charts that are asked for at the same time.
const AT_ONCE: usize = 2;
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "Asia/Tokyo",
    "America/New_York",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Africa/Nairobi",
    "Pacific/Auckland",
];

/// Draws charts until it is stopped.
pub(crate) struct Charts {
    stop: CancellationToken,
    drawing: JoinSet<Result<usize>>,
}

/// The number of the next chart, so that no two parts of the program ask for the same ones.
static NEXT: AtomicUsize = AtomicUsize::new(0);

impl Charts {
    pub(crate) fn start(community: &Community) -> Self {
        let (stop, mut drawing) = (CancellationToken::new(), JoinSet::new());
        for _ in 0..AT_ONCE {
            drawing.spawn(draw(community.oxeye.operator_address(), stop.clone()));
        }
        Self { stop, drawing }
    }

    /// Stops, and returns how many were drawn.
    pub(crate) async fn stop(mut self) -> Result<usize> {
        self.stop.cancel();
        let mut drawn = 0;
        while let Some(one) = self.drawing.join_next().await {
            drawn += one??;
        }
        Ok(drawn)
    }
}

async fn draw(address: std::net::SocketAddr, stop: CancellationToken) -> Result<usize> {
    let mut connection = Connection::open(address).await?;
    let mut drawn = 0;
    while !stop.is_cancelled() {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let answer = connection
            .ask(&Request::get(path(number)).bearer(OPERATOR_TOKEN))
            .await?;
        ensure!(answer.status == 200, "{answer}");
        drawn += 1;
    }
    Ok(drawn)
}

/// Returns the address of a chart: another server, range or time zone for each number.
fn path(number: usize) -> String {
    let zone = ZONES[number % ZONES.len()];
    let days = 1 + number / ZONES.len() * 7 % 365;
    let of = match number % (SERVERS + 1) {
        SERVERS => format!("/api/guilds/{GUILD}"),
        one => format!("/api/servers/{GUILD}/{}", server(one)),
    };
    format!("{of}/chart.png?range={days}d&tz={zone}")
}
