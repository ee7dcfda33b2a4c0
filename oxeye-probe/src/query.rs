//! Query, Minecraft's UDP status protocol (`enable-query`), in its full form.
//!
//! A request is one packet, and so is an answer; either may get lost. A server answers only a client
//! that has proved with a token that it receives packets. The server forgets the token after 30 s.

mod packet;

use std::{net::Ipv6Addr, time::Duration};

use tokio::{
    net::{UdpSocket, lookup_host},
    time::{Instant, timeout},
};

use self::packet::{Session, Status};
use crate::{Address, Listing, ProbeError};

/// Name of the protocol in error messages.
const PROTOCOL: &str = "Query";

/// Time after which a packet counts as lost.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(500);

/// Number of attempts before we give up.
const ATTEMPTS: usize = 3;

/// How long we use a token. Less than the server's 30 s, so that a token does not expire on its way.
const TOKEN_LIFE: Duration = Duration::from_secs(25);

/// Number of unrelated packets to skip while we wait for one answer.
const MAX_FOREIGN_PACKETS: usize = 64;

/// Length of the longest UDP packet.
const MAX_PACKET_BYTES: usize = 65_535;

/// The answer to [`Query::status`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryAnswer {
    /// The players who are online.
    pub listing: Listing,
    /// Number of players that the server allows.
    pub max: u32,
    /// The version of Minecraft.
    pub version: String,
    /// The server's software and plugins, in its own words. Often empty.
    pub software: String,
}

/// A client for the Query protocol of one server.
#[derive(Debug)]
pub struct Query {
    address: Address,
    socket: UdpSocket,
    /// The buffer for received packets, which is allocated once.
    buffer: Vec<u8>,
    token: Option<Token>,
}

/// The server's permission to ask for its status, together with the session of the handshake.
#[derive(Debug, Clone, Copy)]
struct Token {
    session: Session,
    number: i32,
    taken_at: Instant,
}

/// The outcome of one request.
enum Received<T> {
    Answer(T),
    /// No packet in time, or one that is not for us.
    Nothing,
    /// An answer that cannot be read.
    Broken,
}

impl Query {
    /// Resolves the server's address and opens a socket. Nothing is sent yet.
    ///
    /// # Errors
    /// When the host name is unknown or no socket can be opened.
    pub async fn connect(address: &Address) -> Result<Self, ProbeError> {
        let unreachable = |error| ProbeError::network(address, error);
        let server = lookup_host((address.host(), address.port()))
            .await
            .map_err(unreachable)?
            // Minecraft binds its UDP socket to IPv4 unless it is configured otherwise.
            .min_by_key(|found| found.is_ipv6())
            .ok_or_else(|| unreachable(std::io::ErrorKind::NotFound.into()))?;
        let socket = if server.is_ipv6() {
            UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).await
        } else {
            UdpSocket::bind("0.0.0.0:0").await
        };
        let socket = socket.map_err(unreachable)?;
        // A connected socket receives packets from this server only.
        socket.connect(server).await.map_err(unreachable)?;
        Ok(Self {
            address: address.clone(),
            socket,
            buffer: vec![0; MAX_PACKET_BYTES],
            token: None,
        })
    }

    /// Asks for the full status, and asks again if a packet seems to be lost.
    ///
    /// # Errors
    /// When there is no answer, or none that can be read.
    pub async fn status(&mut self) -> Result<QueryAnswer, ProbeError> {
        let mut broken = false;
        for _ in 0..ATTEMPTS {
            match self.attempt().await? {
                Received::Answer(answer) => return Ok(answer),
                Received::Broken => broken = true,
                Received::Nothing => {}
            }
            // A restarted server does not know the token and ignores the request.
            self.token = None;
        }
        if broken {
            return Err(ProbeError::not_understood(&self.address, PROTOCOL));
        }
        Err(ProbeError::no_answer(&self.address))
    }

    async fn attempt(&mut self) -> Result<Received<QueryAnswer>, ProbeError> {
        let token = match self
            .token
            .filter(|token| token.taken_at.elapsed() < TOKEN_LIFE)
        {
            Some(token) => token,
            None => match self.handshake().await? {
                Received::Answer(token) => token,
                Received::Nothing => return Ok(Received::Nothing),
                Received::Broken => return Ok(Received::Broken),
            },
        };
        self.token = Some(token);
        let request = packet::status_request(token.session, token.number);
        self.ask(&request, |packet| {
            match packet::status(packet, token.session) {
                Status::Answer(answer) => Received::Answer(answer),
                Status::Broken => Received::Broken,
                Status::Foreign => Received::Nothing,
            }
        })
        .await
    }

    async fn handshake(&mut self) -> Result<Received<Token>, ProbeError> {
        // A new session for each handshake, so that late answers to the previous one are not accepted.
        let session = Session::new(rand::random());
        let request = packet::handshake_request(session);
        let received = self
            .ask(&request, |packet| match packet::token(packet, session) {
                Some(number) => Received::Answer(number),
                None => Received::Nothing,
            })
            .await?;
        Ok(match received {
            Received::Answer(number) => Received::Answer(Token {
                session,
                number,
                taken_at: Instant::now(),
            }),
            Received::Nothing => Received::Nothing,
            Received::Broken => Received::Broken,
        })
    }

    /// Sends one packet, and receives packets until one of them is an answer or the time is over.
    async fn ask<T>(
        &mut self,
        request: &[u8],
        read: impl Fn(&[u8]) -> Received<T>,
    ) -> Result<Received<T>, ProbeError> {
        let network = |error| ProbeError::network(&self.address, error);
        self.socket.send(request).await.map_err(network)?;
        let listening = async {
            for _ in 0..MAX_FOREIGN_PACKETS {
                let length = self.socket.recv(&mut self.buffer).await.map_err(network)?;
                match read(&self.buffer[..length]) {
                    Received::Nothing => {}
                    received => return Ok(received),
                }
            }
            Err(ProbeError::flood(&self.address))
        };
        timeout(ANSWER_TIMEOUT, listening)
            .await
            .unwrap_or(Ok(Received::Nothing))
    }
}

#[cfg(test)]
mod tests;
