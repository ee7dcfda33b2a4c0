//! Asks a Bedrock server with RakNet's unconnected ping: one packet there, one packet back, either of
//! which may get lost.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{net::UdpSocket, time::timeout};

use super::{Edition, WatchAnswer, WatchError};
use crate::Listing;

/// Sixteen bytes by which RakNet recognises its packets.
const MAGIC: [u8; 16] = [
    0x00, 0xff, 0xff, 0x00, 0xfe, 0xfe, 0xfe, 0xfe, 0xfd, 0xfd, 0xfd, 0xfd, 0x12, 0x34, 0x56, 0x78,
];

const PING: u8 = 0x01;
const PONG: u8 = 0x1c;

/// Time after which a packet counts as lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_200);

/// Number of attempts before we give up.
const ATTEMPTS: usize = 3;

/// Number of unrelated packets to skip while we wait for one answer.
const MAX_FOREIGN_PACKETS: usize = 16;

/// Longest packet that we read. The text in it has at most a few hundred characters.
const MAX_PACKET_BYTES: usize = 2_048;

/// Longest message of the day that is kept.
const MAX_MOTD_CHARS: usize = 256;

/// Asks the first of these places that this machine can reach.
pub(super) async fn ask(places: &[SocketAddr]) -> Result<WatchAnswer, WatchError> {
    for place in places {
        let answer = exchange(*place).await;
        match answer.unwrap_or_else(|error| Err(WatchError::of_network(&error))) {
            Err(WatchError::OwnNetwork) => {}
            answer => return answer,
        }
    }
    Err(WatchError::OwnNetwork)
}

async fn exchange(place: SocketAddr) -> io::Result<Result<WatchAnswer, WatchError>> {
    let socket = match place {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?,
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).await?,
    };
    // A connected socket receives packets from this server only.
    socket.connect(place).await?;
    let mut found = WatchError::NoAnswer;
    for _ in 0..ATTEMPTS {
        socket.send(&request()).await?;
        match timeout(ATTEMPT_TIMEOUT, answer(&socket)).await {
            Ok(Ok(Some(answer))) => return Ok(Ok(answer)),
            Ok(Ok(None)) => found = WatchError::NotMinecraft,
            Ok(Err(error)) => return Err(error),
            Err(_elapsed) => {}
        }
    }
    Ok(Err(found))
}

/// Waits for an answer. Returns `None` if too many packets are something else.
async fn answer(socket: &UdpSocket) -> io::Result<Option<WatchAnswer>> {
    let mut buffer = [0; MAX_PACKET_BYTES];
    for _ in 0..MAX_FOREIGN_PACKETS {
        let length = socket.recv(&mut buffer).await?;
        if let Some(answer) = read(&buffer[..length]) {
            return Ok(Some(answer));
        }
    }
    Ok(None)
}

/// Makes a ping: a time and a number of our own, which the server need not understand.
fn request() -> Vec<u8> {
    let mut request = vec![PING];
    request.extend_from_slice(&rand::random::<[u8; 8]>());
    request.extend_from_slice(&MAGIC);
    request.extend_from_slice(&rand::random::<[u8; 8]>());
    request
}

/// Reads an answer: the time that was sent, the server's number, the sixteen bytes, and a text with its
/// length before it.
fn read(packet: &[u8]) -> Option<WatchAnswer> {
    let packet = packet.strip_prefix(&[PONG])?.get(16..)?;
    let packet = packet.strip_prefix(&MAGIC)?;
    let (length, text) = packet.split_first_chunk()?;
    let text = text.get(..usize::from(u16::from_be_bytes(*length)))?;
    status(&String::from_utf8_lossy(text))
}

/// Reads the fields of the text: edition, message of the day, protocol, version, players online, players
/// allowed, and others that we do not need.
fn status(text: &str) -> Option<WatchAnswer> {
    let fields: Vec<_> = text.split(';').collect();
    let ["MCPE" | "MCEE", motd, _, version, online, max, ..] = fields[..] else {
        return None;
    };
    let online: u32 = online.trim().parse().ok()?;
    Some(WatchAnswer {
        edition: Edition::Bedrock,
        listing: Some(match online {
            0 => Listing::Names(Vec::new()),
            online => Listing::Count(online),
        }),
        max: max.trim().parse().ok().filter(|max| *max > 0),
        version: version.chars().filter(|c| !c.is_control()).collect(),
        motd: motd.chars().take(MAX_MOTD_CHARS).collect(),
        icon: None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::any, proptest};

    use super::*;

    fn pong(text: &str) -> Vec<u8> {
        let length = (text.len() as u16).to_be_bytes();
        [&[PONG][..], &[7; 16], &MAGIC, &length, text.as_bytes()].concat()
    }

    #[test]
    fn an_answer_has_the_number_of_players_and_no_names() {
        let text =
            "MCPE;A § server;800;1.21.80;3;20;13253860892328930865;Bedrock;Survival;1;19132;";
        let answer = read(&pong(text)).unwrap();

        assert_eq!(answer.listing, Some(Listing::Count(3)));
        assert_eq!((answer.max, answer.version.as_str()), (Some(20), "1.21.80"));
        assert_eq!(
            (answer.edition, answer.motd.as_str()),
            (Edition::Bedrock, "A § server")
        );
        let empty = read(&pong("MCPE;x;800;1;0;0")).unwrap();
        assert_eq!(
            (empty.listing, empty.max),
            (Some(Listing::Names(vec![])), None)
        );
    }

    #[test]
    fn what_is_no_answer_is_not_read() {
        let good = pong("MCPE;x;800;1;3;20");
        let mut other_magic = good.clone();
        other_magic[20] ^= 1;
        let other_kind = [&[0x1d], &good[1..]].concat();
        let cut = good[..good.len() - 1].to_vec();
        for packet in [
            other_magic,
            other_kind,
            cut,
            pong("MCPE;x;800;1;many;20"),
            pong("x"),
            pong(""),
        ] {
            assert_eq!(read(&packet), None, "{packet:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(bytes in vec(any::<u8>(), 0..100)) {
            read(&bytes);
            read(&pong(&String::from_utf8_lossy(&bytes)));
        }
    }
}
