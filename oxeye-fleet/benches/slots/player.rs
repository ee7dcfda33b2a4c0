//! A player who comes, plays, leaves and comes again.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::client::{Client, Visit};
use crate::findings::Findings;

/// Plays this many rounds.
pub(crate) async fn play(client: Client, number: u64, rounds: u64, findings: Arc<Findings>) {
    let player = format!("player-{number:02}");
    for round in 0..rounds {
        match play_once(&client, &player).await {
            Ok(()) => findings.visit(),
            Err(problem) => {
                findings.problem(format!("{player}, round {round}: {problem}"));
                // Progress is measured in visits.
                findings.visit();
            }
        }
    }
}

async fn play_once(client: &Client, player: &str) -> Result<(), String> {
    let visit = client.join(player).await.ok_or("no server")?;
    let Visit { server, port, .. } = &visit;
    if !client.until(server, |state| state == Some("running")).await {
        return Err(format!("{server} did not become ready"));
    }
    let looks = rand::rng().random_range(1..6);
    for _ in 0..looks {
        let page = page(*port)
            .await
            .map_err(|why| format!("{server} at {port}: {why}"))?;
        if !page.contains(player) {
            return Err(format!("{server} at {port} is another player's"));
        }
        if !client.heartbeat(&visit).await {
            return Err(format!("the session on {server} was forgotten"));
        }
        sleep(Duration::from_millis(100)).await;
    }
    client.leave(&visit).await;
    if !client.until(server, |state| state.is_none()).await {
        return Err(format!("{server} was not deleted"));
    }
    Ok(())
}

/// Returns the page that the tiny server shows to browsers.
async fn page(port: u16) -> Result<String, String> {
    let read = async {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
        socket
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await?;
        let mut page = String::new();
        socket.read_to_string(&mut page).await?;
        std::io::Result::Ok(page)
    };
    let read = timeout(Duration::from_secs(10), read).await;
    let read = read.map_err(|_| "no answer in time".to_owned())?;
    read.map_err(|error| error.to_string())
}
