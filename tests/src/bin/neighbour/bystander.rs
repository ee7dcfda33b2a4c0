//! Who lives beside the hostile server: a server of another guild, and whoever asks for `/health`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use oxeye_tests::load::Latencies;
use oxeye_tests::raw::{Answer, Connection, Request};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// From one answer to the next request.
const BETWEEN: Duration = Duration::from_millis(5);

/// How long an answer may take before it is called none.
const NO_ANSWER: Duration = Duration::from_secs(60);

/// Joins and leaves one player in turn until it is told to stop. Says how long the joins took.
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
        let answer = ask(&mut connection, address, &join).await?;
        // One server has a limit of its own; what it refuses at once says nothing of others.
        if answer.status == 200 {
            took.push(sent.elapsed());
        }
        ask(&mut connection, address, &leave).await?;
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(took)
}

/// Asks for `/health` until it is told to stop. Says how long the answers took.
pub(crate) async fn health(address: SocketAddr, stop: CancellationToken) -> Result<Latencies> {
    let request = Request::get("/health");
    let mut connection = Connection::open(address).await?;
    let mut took = Latencies::default();
    while !stop.is_cancelled() {
        let sent = Instant::now();
        let answer = ask(&mut connection, address, &request).await?;
        took.push(sent.elapsed());
        if answer.status != 200 {
            bail!("/health: {answer}");
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(took)
}

async fn ask(
    connection: &mut Connection,
    address: SocketAddr,
    request: &Request,
) -> Result<Answer> {
    let answer = tokio::time::timeout(NO_ANSWER, connection.ask(request)).await?;
    match answer {
        Ok(answer) if matches!(answer.status, 200 | 202 | 429) => Ok(answer),
        Ok(answer) => bail!("the bystander was refused: {answer}"),
        Err(_) => {
            *connection = Connection::open(address).await?;
            connection.ask(request).await
        }
    }
}
