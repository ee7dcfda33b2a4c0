//! The tiny game server that the program contains, for trying the fleet without a real one. It
//! answers the server list ping of Minecraft, shows a page to browsers, and saves its world when it is
//! told to stop.

mod list_ping;
mod page;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use oxeye_process::signals::StopSignals;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

/// How long a visitor may take.
const VISIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Most visitors at a time.
const MAX_VISITORS: usize = 64;

/// Number of connections that wait to be accepted.
const BACKLOG: u32 = 64;

/// The arguments of the tiny server.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct TinyServerArgs {
    /// The port to listen on
    #[arg(long)]
    port: u16,
    /// The player that it is for
    #[arg(long)]
    player: String,
    /// The folder of the world
    #[arg(long)]
    world: PathBuf,
}

/// Runs the tiny server on a runtime of its own, with a single thread.
///
/// # Errors
/// As [`serve`].
pub(crate) fn run(args: &TinyServerArgs) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(args))
}

/// Runs the tiny server until a signal stops it.
///
/// # Errors
/// When it cannot listen, or cannot save its world.
pub(crate) async fn serve(args: &TinyServerArgs) -> anyhow::Result<()> {
    let mut signals = StopSignals::listen()?;
    let listener = listen(args.port).with_context(|| format!("cannot use port {}", args.port))?;
    println(&format!(
        "Tiny server for {:?} on port {}",
        args.player, args.port
    ));
    let visits = started_before(&args.world)? + 1;
    let mut visitors = JoinSet::new();
    loop {
        tokio::select! {
            signal = signals.next() => {
                println(&format!("Saving the world after {signal}"));
                break;
            }
            Ok((socket, _)) = listener.accept(), if visitors.len() < MAX_VISITORS => {
                let page = page::of(&args.player, args.port, visits);
                visitors.spawn(async move {
                    let visit = tokio::time::timeout(VISIT_TIMEOUT, visit(socket, &page));
                    // A visitor who leaves early or sends garbage does not affect the others.
                    drop(visit.await);
                });
            }
            Some(_) = visitors.join_next() => {}
        }
    }
    save(&args.world, visits).context("cannot save the world")?;
    println("Saved");
    Ok(())
}

/// Listens on every address of this machine: on IPv6 and IPv4 at once where there is IPv6.
fn listen(port: u16) -> io::Result<TcpListener> {
    let both =
        TcpSocket::new_v6().and_then(|socket| bind(socket, (Ipv6Addr::UNSPECIFIED, port).into()));
    both.or_else(|_| bind(TcpSocket::new_v4()?, (Ipv4Addr::UNSPECIFIED, port).into()))
}

fn bind(socket: TcpSocket, address: SocketAddr) -> io::Result<TcpListener> {
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn visit(mut socket: TcpStream, page: &str) -> io::Result<()> {
    let (mut from, mut to) = socket.split();
    // Browsers begin with GET or HEAD. The first packet of a ping may have the length that is the code of
    // such a letter, but zero follows it.
    let mut start = [0; 2];
    from.read_exact(&mut start).await?;
    let is_browser = matches!(start, [b'G' | b'H', b'E']);
    let mut from = start.as_slice().chain(from);
    if !is_browser {
        return list_ping::answer(&mut from, &mut to).await;
    }
    if page::is_asked_for(&mut from).await? {
        to.write_all(page.as_bytes()).await?;
    }
    to.shutdown().await
}

/// Returns how often this world has been saved.
fn started_before(world: &Path) -> anyhow::Result<u64> {
    match std::fs::read_to_string(world.join("saves.txt")) {
        Ok(text) => text.trim().parse().context("saves.txt holds no number"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error).context("cannot read the world"),
    }
}

fn save(world: &Path, visits: u64) -> io::Result<()> {
    std::fs::write(world.join("saves.txt"), format!("{visits}\n"))
}

#[expect(clippy::print_stdout, reason = "a game server prints its log")]
fn println(line: &str) {
    println!("{line}");
}
