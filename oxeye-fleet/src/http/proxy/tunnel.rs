//! What follows an upgrade to WebSocket: bytes, in both directions.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::time::sleep;

use super::activity::{Activity, SILENCE};

/// Bytes that are copied at a time.
const PIECE: usize = 16 * 1024;

/// Copies until both sides have closed, one of them breaks, or both are silent for too long.
pub(super) async fn copy<A, B>(client: A, server: B, activity: &Activity)
where
    A: AsyncRead + AsyncWrite,
    B: AsyncRead + AsyncWrite,
{
    copy_and(client, server, || activity.moves()).await;
}

async fn copy_and<A, B>(client: A, server: B, moves: impl Fn())
where
    A: AsyncRead + AsyncWrite,
    B: AsyncRead + AsyncWrite,
{
    let (from_client, to_client) = split(client);
    let (from_server, to_server) = split(server);
    let moved = AtomicBool::new(false);
    let moves = || {
        moved.store(true, Ordering::Relaxed);
        moves();
    };
    let both = async {
        tokio::try_join!(
            one_way(from_client, to_server, &moves),
            one_way(from_server, to_client, &moves),
        )
    };
    tokio::select! {
        // It makes no difference how it ends.
        _ = both => {}
        () = silence(&moved) => {}
    }
}

async fn one_way<A: AsyncRead, B: AsyncWrite>(
    mut from: ReadHalf<A>,
    mut to: WriteHalf<B>,
    moves: &impl Fn(),
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&piece[..length]).await?;
        to.flush().await?;
        moves();
    }
}

/// Resolves when nothing has moved for a while.
async fn silence(moved: &AtomicBool) {
    loop {
        sleep(SILENCE).await;
        if !moved.swap(false, Ordering::Relaxed) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_side_gets_what_the_other_says_until_both_have_closed() {
        let (mut client, ours) = duplex(4);
        let (theirs, mut server) = duplex(4);
        let talking = async {
            client.write_all(b"question").await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = String::new();
            client.read_to_string(&mut answer).await.unwrap();
            answer
        };
        let answering = async {
            let mut question = String::new();
            server.read_to_string(&mut question).await.unwrap();
            server.write_all(b"answer").await.unwrap();
            drop(server);
            question
        };

        let ((), answer, question) =
            tokio::join!(copy_and(ours, theirs, || {}), talking, answering);

        assert_eq!((question.as_str(), answer.as_str()), ("question", "answer"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_tunnel_without_a_word_ends() {
        let (_client, ours) = duplex(4);
        let (theirs, _server) = duplex(4);

        copy_and(ours, theirs, || {}).await;
    }
}
