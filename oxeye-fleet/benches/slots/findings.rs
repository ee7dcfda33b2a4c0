//! What happened, and which problems there were.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

/// Counts what happened. Shared by all players.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    visits: AtomicU64,
    adoptions: AtomicU64,
    problems: Mutex<Vec<String>>,
}

/// How many problems are printed in full.
const SHOWN: usize = 20;

impl Findings {
    /// A server was started, played on, stopped and deleted.
    pub(crate) fn visit(&self) {
        self.visits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn visits(&self) -> u64 {
        self.visits.load(Ordering::Relaxed)
    }

    /// Servers were taken over after a kill.
    pub(crate) fn adoptions(&self, count: usize) {
        self.adoptions.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn problem(&self, sentence: String) {
        self.problems.lock().push(sentence);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.problems.lock().is_empty()
    }

    pub(crate) fn print(&self, slots: u64, rounds: u64, kills: u64, took: Duration) {
        let problems = self.problems.lock();
        println!("| slots with short timers | |");
        println!("|---|---|");
        println!("| slots at a time, rounds | {slots}, {rounds} |");
        println!(
            "| servers started, played on, stopped and deleted | {} |",
            self.visits()
        );
        println!("| kills of the program | {kills} |");
        let adoptions = self.adoptions.load(Ordering::Relaxed);
        println!("| servers that outlived a kill, each taken over | {adoptions} |");
        println!("| problems | {} |", problems.len());
        println!("| time | {took:.0?} |");
        for problem in problems.iter().take(SHOWN) {
            println!("problem: {problem}");
        }
    }
}
