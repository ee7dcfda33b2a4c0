//! Measures how fast logs are read. The target for logs without events is 200 MB and a million lines
//! per second on one core. Run it with `cargo bench -p oxeye-agent --bench log`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use oxeye_agent::log::lines::Lines;
use oxeye_agent::log::{LogOptions, LogReader};

/// Bytes that the agent reads from a file per call.
const CHUNK_BYTES: usize = 64 * 1024;
const LOG_BYTES: usize = 64 << 20;
const ROUNDS: usize = 7;

fn main() {
    println!("| log | bytes per line | MB/s, fastest | median | lines/s, median |");
    println!("|---|---|---|---|---|");
    measure("quiet: the server's own warnings", &quiet());
    measure("chatty: chat, commands, advancements", &chatty());
    measure("console: the same with colours", &coloured());
    measure("Forge: date and logger in each line", &forge());
    measure(
        "short lines without a prefix",
        &["\tat java.lang.Thread.run(Thread.java)".to_owned()],
    );
    measure("players who come and go", &players());
}

fn measure(log: &str, lines: &[String]) {
    let bytes = repeat(lines);
    let count = memchr::memchr_iter(b'\n', &bytes).count();
    let mut took: Vec<Duration> = (0..ROUNDS).map(|_| read(&bytes)).collect();
    took.sort();
    let per_second = |amount: usize, took: Duration| amount as f64 / took.as_secs_f64() / 1e6;
    let median = took[ROUNDS / 2];
    println!(
        "| {log} | {:.0} | {:.0} | {:.0} | {:.1} million |",
        bytes.len() as f64 / count as f64,
        per_second(bytes.len(), took[0]),
        per_second(bytes.len(), median),
        per_second(count, median),
    );
}

fn read(log: &[u8]) -> Duration {
    let begin = Instant::now();
    let mut reader = LogReader::new(LogOptions::default());
    let mut lines = Lines::new();
    for chunk in log.chunks(CHUNK_BYTES) {
        lines.feed(chunk, |line| {
            black_box(reader.read_line(line));
        });
    }
    begin.elapsed()
}

fn repeat(lines: &[String]) -> Vec<u8> {
    let once = lines.join("\n") + "\n";
    once.repeat(LOG_BYTES / once.len()).into_bytes()
}

fn quiet() -> Vec<String> {
    let lag = "Can't keep up! Is the server overloaded? Running";
    (0..1_000)
        .map(|number| {
            let (minute, second) = (number / 60 % 60, number % 60);
            format!("[12:{minute:02}:{second:02}] [Server thread/WARN]: {lag} {number}ms or {second} ticks behind")
        })
        .collect()
}

fn chatty() -> Vec<String> {
    let said = [
        "<Steve> is anybody at the market? I have diamonds to sell",
        "[Not Secure] <Alex_2> Steve left the game",
        "Steve issued server command: /home base",
        "Alex_2 has made the advancement [We Need to Go Deeper]",
        "[Server] Restart in five minutes",
        "* Steve waves at everybody",
        "Steve was slain by Zombie",
        "[SomePlugin] Saved 12 claims in 3 ms",
    ];
    let mut lines =
        vec!["[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21".to_owned()];
    lines.extend((0..1_000).map(|number| {
        format!(
            "[12:00:{:02}] [Server thread/INFO]: {}",
            number % 60,
            said[number % said.len()]
        )
    }));
    lines
}

fn coloured() -> Vec<String> {
    let said = [
        "\x1b[38;2;255;255;255m<Steve> is anybody at the market?\x1b[0m",
        "\x1b[33m[SomePlugin] Saved 12 claims in 3 ms\x1b[m",
        "Steve issued server command: /home base",
    ];
    (0..1_000)
        .map(|number| {
            format!(
                "\x1b[m[12:00:{:02} INFO]: {}\x1b[m",
                number % 60,
                said[number % said.len()]
            )
        })
        .collect()
}

fn forge() -> Vec<String> {
    let logger = "net.minecraft.server.MinecraftServer/";
    (0..1_000)
        .map(|number| {
            let second = number % 60;
            format!("[19Jul2025 12:00:{second:02}.001] [Server thread/WARN] [{logger}]: Can't keep up! Running {number}ms behind")
        })
        .collect()
}

fn players() -> Vec<String> {
    let head = "[12:00:00] [Server thread/INFO]: ";
    (0..100)
        .flat_map(|number| {
            [
                format!("[12:00:00] [User Authenticator #1/INFO]: UUID of player Player{number} is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c"),
                format!("{head}Player{number}[/192.0.2.7:50000] logged in with entity id 130 at (3.0, 54.5, 4.0)"),
                format!("{head}Player{number} joined the game"),
                format!("{head}Player{number} lost connection: Disconnected"),
                format!("{head}Player{number} left the game"),
            ]
        })
        .collect()
}
