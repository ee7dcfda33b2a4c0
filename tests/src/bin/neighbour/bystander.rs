//! Who lives beside the hostile server: a server of another guild, and whoever asks for `/health`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use oxeye_tests::load::Latencies;
use oxeye_tests::raw::{Connection, Request};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// From one answer to the next request.
const BETWEEN: Duration = Duration::from_millis(5);

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Answered,
    /// Over the bystander's own limit, which says nothing of others.
    Limited,
    NoAnswer,
}

/// Reports joins and leaves of one player in turn until `stop`. Returns how long the joins took.
pub(crate) async fn joins(
    address: SocketAddr,
    key: String,
    stop: CancellationToken,
) -> Result<Latencies> {
    let player = json!({"player": "Bystander"});
    let join = Request::post("/join").bearer(&key).json(&player);
    let leave = Request::post("/leave").bearer(&key).json(&player);
    let mut connection = Connection::open(address).await?;
    let mut took = Latencies::default();
    while !stop.is_cancelled() {
        let sent = Instant::now();
        let asked = ask(&mut connection, address, &join).await?;
        if asked != Asked::Limited {
            took.push(sent.elapsed());
        }
        ask(&mut connection, address, &leave).await?;
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(took)
}

/// Asks for `/health` until `stop`. Returns how long the answers took.
pub(crate) async fn health(address: SocketAddr, stop: CancellationToken) -> Result<Latencies> {
    let request = Request::get("/health");
    let mut connection = Connection::open(address).await?;
    let mut took = Latencies::default();
    while !stop.is_cancelled() {
        let sent = Instant::now();
        ask(&mut connection, address, &request).await?;
        took.push(sent.elapsed());
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(took)
}

/// An answer that does not come in time is none, and the connection is opened again: how long that
/// took counts like an answer.
async fn ask(connection: &mut Connection, address: SocketAddr, request: &Request) -> Result<Asked> {
    match connection.ask(request).await {
        Ok(answer) if answer.status == 200 => Ok(Asked::Answered),
        Ok(answer) if answer.status == 429 => Ok(Asked::Limited),
        Ok(answer) => bail!("the bystander was refused: {answer}"),
        Err(_) => {
            *connection = Connection::open(address).await?;
            Ok(Asked::NoAnswer)
        }
    }
}
