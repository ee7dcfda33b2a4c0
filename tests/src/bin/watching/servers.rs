//! The game servers and the DNS server, in a process of their own.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use image::{ImageFormat, RgbImage};
use oxeye_probe::stand_in::dns::Dns;
use rand::Rng as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::hostile;
use crate::plan::Plan;

/// How long DNS answers may be kept.
const KEPT_SECS: u32 = 300;

/// How often one player comes or goes on each server.
const CHANGE_EVERY: Duration = Duration::from_secs(300);

/// Returns the IP address of a server.
pub(crate) fn ip(number: usize) -> Ipv4Addr {
    let number = u32::try_from(number).expect("there are 10,000 at most");
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 1).to_bits() + number)
}

/// Returns the host and port at which a server is watched.
pub(crate) fn address(number: usize, port: u16) -> (String, Option<u16>) {
    match number % 4 {
        0 | 1 => (ip(number).to_string(), Some(port)),
        2 => (format!("s{number}.test"), Some(port)),
        _ => (format!("s{number}.test"), None),
    }
}

/// Runs all servers until the process is killed. Prints the port and the DNS server's address.
pub(crate) async fn serve(plan: &Plan) -> Result<()> {
    let first = TcpListener::bind((ip(0), 0)).await?;
    let port = first.local_addr()?.port();
    drop(first);
    let dns = Dns::start().await;
    dns.answers_may_be_kept_for(KEPT_SECS);
    let began = Instant::now();
    let mut servers = JoinSet::new();
    for number in 0..plan.addresses {
        let address = SocketAddr::from((ip(number), port));
        let listener = TcpListener::bind(address).await.context("a port")?;
        let name = format!("s{number}.test");
        dns.set_ip(&name, &ip(number).to_string());
        dns.set_service(&name, &name, port);
        if number < plan.hostile {
            servers.spawn(hostile::serve(listener, number));
        } else {
            servers.spawn(honest(listener, number, began));
        }
    }
    println!("{port} {}", dns.address());
    std::io::stdout().flush()?;
    servers.join_all().await;
    Ok(())
}

async fn honest(listener: TcpListener, number: usize, began: Instant) {
    let icon = Arc::new(icon());
    while let Ok((socket, _)) = listener.accept().await {
        let changes = began.elapsed().as_secs() / CHANGE_EVERY.as_secs();
        let online = (number + usize::try_from(changes).unwrap_or(0)) % 4;
        let _ = answer(socket, &status(number, online, &icon)).await;
    }
}

/// Answers one question.
pub(crate) async fn answer(mut socket: TcpStream, json: &str) -> std::io::Result<()> {
    read_request(&mut socket).await?;
    socket.write_all(&packet(json)).await?;
    socket.shutdown().await
}

/// Reads the handshake and the request for the status.
pub(crate) async fn read_request(socket: &mut TcpStream) -> std::io::Result<()> {
    let length = socket.read_u8().await?;
    socket
        .read_exact(&mut vec![0; usize::from(length) + 2])
        .await
        .map(drop)
}

fn status(number: usize, online: usize, icon: &str) -> String {
    let sample = (0..online).map(|player| {
        let id = format!(
            "853c80ef-3c37-49fd-{:04x}-{player:012x}",
            0xa000 + number % 0x1000
        );
        json!({"name": format!("P{number}_{player}"), "id": id})
    });
    let sample: Vec<_> = sample.collect();
    json!({
        "version": {"name": "Paper 1.21.11", "protocol": 774},
        "players": {"online": online, "max": 20, "sample": sample},
        "description": {"text": "A Minecraft server", "extra": [{"text": number.to_string()}]},
        "favicon": format!("data:image/png;base64,{icon}"),
    })
    .to_string()
}

/// Returns an icon that is as hard to compress as a photograph.
fn icon() -> String {
    let mut random = rand::rng();
    let picture = RgbImage::from_fn(64, 64, |_, _| {
        image::Rgb([random.random_range(0..64), random.random_range(0..64), 0])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut png, ImageFormat::Png)
        .expect("a picture in memory can be encoded");
    BASE64_STANDARD.encode(png.into_inner())
}

/// Returns the packet that contains a status.
pub(crate) fn packet(json: &str) -> Vec<u8> {
    let content = [vec![0], varint(json.len()), json.as_bytes().to_vec()].concat();
    [varint(content.len()), content].concat()
}

/// Writes a number with seven bits in each byte.
pub(crate) fn varint(number: usize) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        _ => [vec![number as u8 | 0x80], varint(number >> 7)].concat(),
    }
}
