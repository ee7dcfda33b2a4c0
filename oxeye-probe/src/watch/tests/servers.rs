//! Fake game servers.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

use crate::stand_in::spawn_server;

/// A server on this machine, until it is dropped.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    _server: JoinSet<()>,
}

/// Returns the status of a server with this many players, without their names.
pub(super) fn status(online: u32) -> String {
    format!(
        r#"{{"version":{{"name":"Paper 1.21.11"}},"players":{{"online":{online},"max":20}},"description":"Hi"}}"#
    )
}

/// Returns the packet that contains a status.
pub(super) fn packet(json: &str) -> Vec<u8> {
    let content = [vec![0], varint(json.len()), json.as_bytes().to_vec()].concat();
    [varint(content.len()), content].concat()
}

pub(super) fn varint(number: usize) -> Vec<u8> {
    match number {
        0..0x80 => vec![number as u8],
        _ => [vec![number as u8 | 0x80], varint(number >> 7)].concat(),
    }
}

/// Starts a server that handles each connection like this, one after the other.
pub(super) async fn tcp<F: Future<Output = ()> + Send>(
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn_server(async move {
        while let Ok((socket, _)) = listener.accept().await {
            serve(socket).await;
        }
    });
    Running {
        address,
        _server: server,
    }
}

/// Reads something, so that closing the connection does not discard what was answered.
pub(super) async fn read_request(socket: &mut TcpStream) {
    let _ = socket.read(&mut [0; 512]).await;
}

pub(super) struct Java;

impl Java {
    pub(super) async fn start(json: &str) -> Running {
        let packet = packet(json);
        tcp(move |mut socket| {
            let packet = packet.clone();
            async move {
                read_request(&mut socket).await;
                let _ = socket.write_all(&packet).await;
            }
        })
        .await
    }
}

pub(super) async fn web_server() -> Running {
    tcp(|mut socket| async move {
        read_request(&mut socket).await;
        let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        let _ = socket.write_all(answer).await;
    })
    .await
}

pub(super) struct Bedrock;

impl Bedrock {
    pub(super) async fn start(text: &str) -> Running {
        Self::losing(0, text).await
    }

    /// Starts a server that does not receive the first packets.
    pub(super) async fn losing(lost: usize, text: &str) -> Running {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let text = text.to_owned();
        let server = spawn_server(async move {
            let mut received = 0;
            let mut ping = [0; 100];
            while let Ok((33, client)) = socket.recv_from(&mut ping).await {
                received += 1;
                if received > lost {
                    let length = (text.len() as u16).to_be_bytes();
                    let (time, magic) = (&ping[1..9], &ping[9..25]);
                    let parts = [&[0x1c], time, &[5; 8], magic, &length, text.as_bytes()];
                    socket.send_to(&parts.concat(), client).await.unwrap();
                }
            }
        });
        Running {
            address,
            _server: server,
        }
    }

    /// Starts a server that answers with packets of another protocol.
    pub(super) async fn flooding() -> Running {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let server = spawn_server(async move {
            while let Ok((_, client)) = socket.recv_from(&mut [0; 100]).await {
                for _ in 0..50 {
                    let _ = socket.send_to(&[0xff; 1_000], client).await;
                }
            }
        });
        Running {
            address,
            _server: server,
        }
    }
}
