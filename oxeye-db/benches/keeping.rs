//! Measures import, export, backup, forgetting and expiry with a million sessions in the file, and
//! how long a join has to wait meanwhile: `cargo bench -p oxeye-db --bench keeping [SESSIONS]`.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on may panic"
)]
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use oxeye_db::testing::{TestStore, join, leave, link, player, server_name};
use oxeye_db::{
    Database, GuildId, Place, PortableRecord, PortableStay, ServerId, SessionEnd, UnixSeconds,
};

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const SERVERS: i64 = 10;
const PLAYERS: i64 = 50_000;

/// Returns one of the sessions of several years, which are numbered in the order in which they
/// ended.
fn session(number: i64, of: i64) -> PortableRecord {
    let place = Place {
        guild: GuildId::LOCAL,
        server: server_name(&format!("server{}", number % SERVERS)),
    };
    let player = (number * 7_919) % PLAYERS;
    let left_at = UnixSeconds(NOW.0 - 100 * (of - number));
    let stay = PortableStay {
        account: None,
        joined_at: UnixSeconds(left_at.0 - 90),
        seen_at: left_at,
        end: Some((left_at, SessionEnd::Left)),
    };
    let player = self::player(&format!("{player:x}Player"));
    PortableRecord::Session(place, player, stay)
}

/// Sends joins and leaves on a server of its own, one after the other, while something else runs.
struct Probe {
    database: Database,
    server: ServerId,
}

impl Probe {
    async fn on(database: &Database) -> Self {
        let (server, _) = link(database, GuildId::LOCAL, "probe", NOW).await;
        Self {
            database: database.clone(),
            server,
        }
    }

    /// Runs `work` and prints how long it took, and how long the events sent meanwhile had to wait.
    async fn during<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        let over = Arc::new(AtomicBool::new(false));
        let beside = tokio::task::JoinSet::from_iter([events(
            self.database.clone(),
            self.server,
            Arc::clone(&over),
        )]);
        let begin = Instant::now();
        let done = work.await;
        let took = begin.elapsed();
        over.store(true, Ordering::Relaxed);
        let mut waited = beside.join_all().await.remove(0);
        waited.sort_unstable();
        let at = |share: usize| waited[(waited.len() - 1) * share / 100];
        println!(
            "{what:<44} {:>8.0} ms   {:>6} events   p50 {:>6.2} ms   p99 {:>6.2} ms   slowest {:>6.1} ms",
            millis(took),
            waited.len(),
            millis(at(50)),
            millis(at(99)),
            millis(at(100)),
        );
        done
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

async fn events(database: Database, server: ServerId, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut waited = Vec::new();
    let mut now = NOW;
    while !over.load(Ordering::Relaxed) || waited.len() < 2 {
        now.0 += 1;
        let begin = Instant::now();
        let event = join("Probe");
        database.player_join(server, event, now).await.unwrap();
        waited.push(begin.elapsed());
        let begin = Instant::now();
        let event = leave("Probe");
        database.player_leave(server, event, now).await.unwrap();
        waited.push(begin.elapsed());
    }
    waited
}

async fn import(database: &Database, sessions: i64) {
    let numbers: Vec<i64> = (0..sessions).collect();
    for chunk in numbers.chunks(500) {
        let records = chunk.iter().map(|number| session(*number, sessions));
        let imported = database.import(records.collect(), None, NOW).await;
        imported.unwrap();
    }
}

async fn export(database: &Database) -> usize {
    let mut export = database.export();
    let mut records = 0;
    while let Some(chunk) = export.next_chunk().await {
        records += chunk.unwrap().len();
    }
    records
}

async fn forget(database: &Database, players: std::ops::Range<i64>) {
    for player in players {
        let name = self::player(&format!("{player:x}Player"));
        let forgotten = database.forget_player(name, NOW).await.unwrap();
        assert!(forgotten.unwrap().is_wiped);
    }
}

/// Runs all measurements. Returns the store, to be opened again.
async fn measure(sessions: i64) -> TestStore {
    let database = TestStore::new(NOW);
    let probe = Probe::on(&database).await;
    println!("{sessions} sessions of {PLAYERS} players on {SERVERS} servers");
    let idle = tokio::time::sleep(Duration::from_secs(3));
    probe.during("nothing else (3 s)", idle).await;
    probe
        .during("import, 500 at a time", import(&database, sessions))
        .await;
    probe
        .during("import again: all are known", import(&database, sessions))
        .await;
    let copy = probe.during("backup: the copy", database.backup()).await;
    println!(
        "  the file has {} MiB",
        copy.unwrap().metadata().unwrap().len() >> 20
    );
    probe
        .during("export: all records read", export(&database))
        .await;
    probe
        .during("forget 5 players", forget(&database, 0..5))
        .await;
    let nothing = UnixSeconds(0);
    let expired = database.expire_sessions(nothing, NOW);
    let expired = probe.during("expire: nothing is old", expired).await;
    println!("  {:?}", expired.unwrap());
    let half = UnixSeconds(NOW.0 - 50 * sessions);
    let expired = database.expire_sessions(half, NOW);
    let expired = probe.during("expire: half of them are old", expired).await;
    println!("  {:?}", expired.unwrap());
    database
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let sessions = arguments.find_map(|argument| argument.parse().ok());
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let database = runtime.block_on(measure(sessions.unwrap_or(1_000_000)));
    runtime.block_on(database.close());
    let begin = Instant::now();
    let _database = runtime.block_on(database.restarted(NOW));
    println!(
        "{:<44} {:>8.0} ms",
        "start with what is left",
        millis(begin.elapsed())
    );
}
