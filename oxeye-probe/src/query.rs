//! Query: Minecraft's UDP status protocol (`enable-query`), asked for its full status.
//!
//! One packet asks, one answers, and either may get lost. A server answers only who has shown that he
//! gets its packets: with a token, which the server forgets after 30 s.

mod packet;

use std::{net::Ipv6Addr, time::Duration};

use tokio::{
    net::{UdpSocket, lookup_host},
    time::{Instant, timeout},
};

use self::packet::{Session, Status};
use crate::{Address, Listing, ProbeError};

/// For sentences.
const PROTOCOL: &str = "Query";

/// A packet that does not come in this time is lost.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(500);

/// How often is asked before nobody is taken to be there.
const TRIES: usize = 3;

/// Less than the server's 30 s, so that a token does not die on its way.
const TOKEN_LIFE: Duration = Duration::from_secs(25);

/// How many packets are passed over while one answer is awaited.
const MAX_FOREIGN_PACKETS: usize = 64;

/// The longest packet that UDP can carry.
const MAX_PACKET_BYTES: usize = 65_535;

/// What a server tells over Query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryAnswer {
    /// The players who are on.
    pub listing: Listing,
    /// How many could be.
    pub max: u32,
    /// Minecraft's version.
    pub version: String,
    /// The server's software and its plugins, in its own words; often nothing.
    pub software: String,
}

/// A server that is asked over Query.
#[derive(Debug)]
pub struct Query {
    address: Address,
    socket: UdpSocket,
    /// One place for all packets, so that a long one costs its memory once.
    buffer: Vec<u8>,
    token: Option<Token>,
}

/// The server's leave to ask. It answers with the session of the handshake.
#[derive(Debug, Clone, Copy)]
struct Token {
    session: Session,
    number: i32,
    taken_at: Instant,
}

/// What came of one packet.
enum Heard<T> {
    Answer(T),
    Nothing,
    Broken,
}

impl Query {
    /// Finds the server's address and opens a socket towards it; asks nothing yet.
    ///
    /// # Errors
    /// When the name is unknown or no socket can be had.
    pub async fn connect(address: &Address) -> Result<Self, ProbeError> {
        let unreachable = |error| ProbeError::network(address, error);
        let server = lookup_host((address.host(), address.port()))
            .await
            .map_err(unreachable)?
            // Minecraft binds its UDP socket to version 4 unless it is told otherwise.
            .min_by_key(|found| found.is_ipv6())
            .ok_or_else(|| unreachable(std::io::ErrorKind::NotFound.into()))?;
        let socket = if server.is_ipv6() {
            UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).await
        } else {
            UdpSocket::bind("0.0.0.0:0").await
        };
        let socket = socket.map_err(unreachable)?;
        // From now on packets of anybody else are not for this socket.
        socket.connect(server).await.map_err(unreachable)?;
        Ok(Self {
            address: address.clone(),
            socket,
            buffer: vec![0; MAX_PACKET_BYTES],
            token: None,
        })
    }

    /// Asks for everything, again if a packet seems lost.
    ///
    /// # Errors
    /// When nobody answers, or only what is not an answer.
    pub async fn status(&mut self) -> Result<QueryAnswer, ProbeError> {
        let mut broken = false;
        for _ in 0..TRIES {
            match self.attempt().await? {
                Heard::Answer(answer) => return Ok(answer),
                Heard::Broken => broken = true,
                Heard::Nothing => {}
            }
            // A server that was started anew does not know the token and keeps silent.
            self.token = None;
        }
        if broken {
            return Err(ProbeError::not_understood(&self.address, PROTOCOL));
        }
        Err(ProbeError::no_answer(&self.address))
    }

    async fn attempt(&mut self) -> Result<Heard<QueryAnswer>, ProbeError> {
        let token = match self
            .token
            .filter(|token| token.taken_at.elapsed() < TOKEN_LIFE)
        {
            Some(token) => token,
            None => match self.handshake().await? {
                Heard::Answer(token) => token,
                Heard::Nothing => return Ok(Heard::Nothing),
                Heard::Broken => return Ok(Heard::Broken),
            },
        };
        self.token = Some(token);
        let request = packet::status_request(token.session, token.number);
        self.ask(&request, |packet| {
            match packet::status(packet, token.session) {
                Status::Answer(answer) => Heard::Answer(answer),
                Status::Broken => Heard::Broken,
                Status::Foreign => Heard::Nothing,
            }
        })
        .await
    }

    async fn handshake(&mut self) -> Result<Heard<Token>, ProbeError> {
        // A new session for each handshake: late answers to the last one are not taken for its own.
        let session = Session::new(rand::random());
        let request = packet::handshake_request(session);
        let heard = self
            .ask(&request, |packet| match packet::token(packet, session) {
                Some(number) => Heard::Answer(number),
                None => Heard::Nothing,
            })
            .await?;
        Ok(match heard {
            Heard::Answer(number) => Heard::Answer(Token {
                session,
                number,
                taken_at: Instant::now(),
            }),
            Heard::Nothing => Heard::Nothing,
            Heard::Broken => Heard::Broken,
        })
    }

    /// Sends one packet, and listens until one comes that means something or the time is over.
    async fn ask<T>(
        &mut self,
        request: &[u8],
        read: impl Fn(&[u8]) -> Heard<T>,
    ) -> Result<Heard<T>, ProbeError> {
        let network = |error| ProbeError::network(&self.address, error);
        self.socket.send(request).await.map_err(network)?;
        let listening = async {
            for _ in 0..MAX_FOREIGN_PACKETS {
                let length = self.socket.recv(&mut self.buffer).await.map_err(network)?;
                match read(&self.buffer[..length]) {
                    Heard::Nothing => {}
                    heard => return Ok(heard),
                }
            }
            Err(ProbeError::flood(&self.address))
        };
        timeout(ANSWER_TIMEOUT, listening)
            .await
            .unwrap_or(Ok(Heard::Nothing))
    }
}

#[cfg(test)]
mod tests;
