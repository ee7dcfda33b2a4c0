//! The hostile server's neighbours: a server of another guild, and a client that asks for
//! `/health`.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use oxeye_tests::load::Latencies;
use oxeye_tests::raw::{Connection, Request};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// The pause between an answer and the next request.
const BETWEEN: Duration = Duration::from_millis(5);

/// The outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Answered,
    /// Refused by the bystander's own limit, which has nothing to do with the attack.
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
        let outcome = ask(&mut connection, address, &join).await?;
        if outcome != Outcome::Limited {
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

/// Sends a request. If the answer does not come in time, opens the connection again; the time this
/// took counts like an answer.
async fn ask(
    connection: &mut Connection,
    address: SocketAddr,
    request: &Request,
) -> Result<Outcome> {
    match connection.ask(request).await {
        Ok(answer) if answer.status == 200 => Ok(Outcome::Answered),
        Ok(answer) if answer.status == 429 => Ok(Outcome::Limited),
        Ok(answer) => bail!("the bystander was refused: {answer}"),
        Err(_) => {
            *connection = Connection::open(address).await?;
            Ok(Outcome::NoAnswer)
        }
    }
}
