//! The server's side of the server list ping.
//! Source: <https://minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping>.

use std::io::{self, ErrorKind};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest packet that is read, in bytes.
const MAX_PACKET: usize = 1024;

/// What the server says about itself.
const STATUS: &str = r#"{"version":{"name":"Oxeye tiny server","protocol":-1},"players":{"max":20,"online":0},"description":{"text":"A tiny server of the fleet"}}"#;

/// Answers a ping: the handshake, the request for the status, and the echo that measures the delay.
pub(super) async fn answer(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    packet(from).await?;
    loop {
        let request = packet(from).await?;
        match request.first() {
            Some(0) => send(to, &status()).await?,
            Some(1) => return send(to, &request).await,
            _ => return Err(ErrorKind::InvalidData.into()),
        }
    }
}

fn status() -> Vec<u8> {
    let mut body = vec![0];
    put_varint(&mut body, STATUS.len());
    body.extend(STATUS.as_bytes());
    body
}

async fn packet(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = varint(socket).await?;
    if length > MAX_PACKET {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await?;
    Ok(body)
}

async fn send(socket: &mut (impl AsyncWrite + Unpin), body: &[u8]) -> io::Result<()> {
    let mut packet = Vec::with_capacity(body.len() + 3);
    put_varint(&mut packet, body.len());
    packet.extend(body);
    socket.write_all(&packet).await
}

async fn varint(socket: &mut (impl AsyncRead + Unpin)) -> io::Result<usize> {
    let mut value = 0;
    for shift in [0, 7, 14] {
        let byte = usize::from(socket.read_u8().await?);
        value |= (byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(ErrorKind::InvalidData.into())
}

fn put_varint(buffer: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        buffer.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    buffer.push(value as u8);
}
