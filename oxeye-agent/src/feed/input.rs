//! A log that comes through standard input: `docker logs -f mc | oxeye-agent run --log -`.

use std::io::{self, Read as _};
use std::thread;

use anyhow::Context;

use super::{Messages, tell};
use crate::clock::Clock;
use crate::follow::StreamFollower;
use crate::news::{News, SourceKind};

/// So much is read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Starts to read. The thread ends with the input or with the program: a read cannot be broken off.
///
/// # Errors
///
/// When no thread can be started.
pub fn start(follower: StreamFollower, clock: Clock, messages: Messages) -> anyhow::Result<()> {
    thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || read(follower, clock, &messages))
        .context("cannot start to read standard input")?;
    Ok(())
}

fn read(mut follower: StreamFollower, clock: Clock, messages: &Messages) {
    let mut input = io::stdin().lock();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut works = false;
    loop {
        let bytes = match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        let mut seen = Vec::new();
        follower.feed(&chunk[..bytes], clock(), &mut seen);
        if !works && follower.is_understood() {
            works = true;
            let presence = follower.presence().clone();
            let knows_everyone = follower.knows_everyone();
            let names = News::Names {
                presence,
                knows_everyone,
                seen: Vec::new(),
            };
            tell(messages, SourceKind::Log, names);
        } else if works && !seen.is_empty() {
            tell(messages, SourceKind::Log, News::Happened(seen));
        }
    }
    let ended = "standard input has ended".to_owned();
    tell(messages, SourceKind::Log, News::Fails(ended));
}
