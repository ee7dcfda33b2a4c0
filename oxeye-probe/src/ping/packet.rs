//! Reads a packet whose length the server announces, so that a hostile one costs little memory: room is
//! made for what has arrived, not for what was announced, and few answers at a time may be large.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    sync::Semaphore,
    time::timeout,
};

/// Largest answer that we read. Most of an answer is the icon; one with a list of mods may have 200
/// KiB.
pub(super) const MAX_BYTES: usize = 512 * 1024;

/// Largest answer that is read without waiting for a place among the large ones.
const SMALL_BYTES: usize = 64 * 1024;

/// How much room is made at first. Afterwards it doubles.
const FIRST_BYTES: usize = 4 * 1024;

/// Time limit for the rest of a large answer, so that slow servers do not keep the places.
const REST_TIMEOUT: Duration = Duration::from_secs(1);

/// The places for answers above 64 KiB. Whoever pings many servers at once shares one among them.
#[derive(Debug)]
pub(crate) struct LargeAnswers(Semaphore);

impl LargeAnswers {
    #[cfg(any(test, feature = "watch"))]
    pub(crate) fn new(places: usize) -> Self {
        Self(Semaphore::new(places))
    }
}

/// Reads a packet of `length` bytes.
pub(super) async fn read(
    wire: &mut (impl AsyncRead + Unpin + ?Sized),
    length: usize,
    large_answers: Option<&LargeAnswers>,
) -> io::Result<Vec<u8>> {
    let mut packet = Vec::new();
    let Some(LargeAnswers(places)) = large_answers else {
        fill(wire, &mut packet, length).await?;
        return Ok(packet);
    };
    fill(wire, &mut packet, length.min(SMALL_BYTES)).await?;
    if packet.len() < length {
        let _place = places.acquire().await.map_err(io::Error::other)?;
        timeout(REST_TIMEOUT, fill(wire, &mut packet, length)).await??;
    }
    Ok(packet)
}

/// Reads until the packet has `length` bytes.
async fn fill(
    wire: &mut (impl AsyncRead + Unpin + ?Sized),
    packet: &mut Vec<u8>,
    length: usize,
) -> io::Result<()> {
    while packet.len() < length {
        let missing = length - packet.len();
        if packet.len() == packet.capacity() {
            packet.reserve_exact(packet.len().max(FIRST_BYTES).min(missing));
        }
        if (&mut *wire).take(missing as u64).read_buf(packet).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn a_packet_is_read_whole_and_no_further() {
        for length in [1, FIRST_BYTES, SMALL_BYTES, SMALL_BYTES + 1, MAX_BYTES] {
            let (mut ours, mut theirs) = duplex(2 * MAX_BYTES);
            theirs.write_all(&vec![7; length]).await.unwrap();
            theirs.write_all(&[8]).await.unwrap();

            let places = LargeAnswers::new(1);
            let packet = read(&mut ours, length, Some(&places)).await.unwrap();
            assert_eq!(packet, vec![7; length]);
            assert_eq!(ours.read_u8().await.unwrap(), 8);
        }
    }

    #[tokio::test]
    async fn an_announced_length_makes_no_room() {
        let (mut ours, mut theirs) = duplex(FIRST_BYTES);
        theirs.write_all(&[7; 10]).await.unwrap();
        let mut packet = Vec::new();

        let reading = fill(&mut ours, &mut packet, MAX_BYTES);
        assert!(timeout(Duration::ZERO, reading).await.is_err());
        assert_eq!(packet.len(), 10);
        assert!(packet.capacity() <= FIRST_BYTES, "{}", packet.capacity());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_sends_a_large_answer_slowly_loses_its_place() {
        let places = LargeAnswers::new(1);
        let (mut slow, mut slow_server) = duplex(MAX_BYTES);
        let (mut quick, mut quick_server) = duplex(MAX_BYTES);
        slow_server
            .write_all(&vec![7; SMALL_BYTES + 1])
            .await
            .unwrap();
        quick_server.write_all(&vec![7; MAX_BYTES]).await.unwrap();

        let (slow, quick) = tokio::join!(
            read(&mut slow, MAX_BYTES, Some(&places)),
            read(&mut quick, MAX_BYTES, Some(&places)),
        );
        assert_eq!(slow.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(quick.unwrap().len(), MAX_BYTES);
    }
}
