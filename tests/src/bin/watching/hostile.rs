//! Servers that try to make every poll as expensive as possible. Each answers properly once, so that it
//! is known to be a Java server.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::servers::{self, packet, read_request, varint};

/// Most bytes that an answer may have.
const MOST: usize = 512 * 1024;

/// Serves the first connection properly, and all others in one of six hostile ways.
pub(crate) async fn serve(listener: TcpListener, number: usize) {
    if let Ok((socket, _)) = listener.accept().await {
        let _ = servers::answer(socket, r#"{"players":{"online":0,"max":20}}"#).await;
    }
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        connections.spawn(async move {
            let _ = answer(socket, number % 6).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(mut socket: TcpStream, way: usize) -> std::io::Result<()> {
    read_request(&mut socket).await?;
    match way {
        0 => without_end(&mut socket).await,
        1 => slowly(&mut socket).await,
        2 => socket.write_all(&expensive()).await,
        3 => in_silence().await,
        4 => socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await,
        _ => almost_everything(&mut socket).await,
    }
}

/// Announces the longest possible answer and sends it and more, without end.
async fn without_end(socket: &mut TcpStream) -> std::io::Result<()> {
    socket.write_all(&varint(MOST)).await?;
    loop {
        socket.write_all(&[0; 16 * 1024]).await?;
    }
}

/// Sends a byte per second.
async fn slowly(socket: &mut TcpStream) -> std::io::Result<()> {
    for byte in packet(r#"{"players":{"online":1,"max":2}}"#) {
        socket.write_all(&[byte]).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

/// Returns an answer whose JSON has as many values as possible, some of them where they are read.
fn expensive() -> Vec<u8> {
    let values = |bytes: usize| r#"{"":0},"#.repeat(bytes / 7);
    let (players, description) = (values(60_000), values(MOST - 70_000));
    packet(&format!(
        r#"{{"players":{{"online":1,"sample":[{players}0]}},"description":[{description}0]}}"#
    ))
}

/// Keeps the connection open.
async fn in_silence() -> std::io::Result<()> {
    std::future::pending().await
}

/// Sends all but the last byte of the longest possible answer, and keeps the connection open.
async fn almost_everything(socket: &mut TcpStream) -> std::io::Result<()> {
    socket.write_all(&varint(MOST)).await?;
    socket.write_all(&vec![0; MOST - 1]).await?;
    in_silence().await
}
