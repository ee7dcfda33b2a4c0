//! What running servers use of the machine.

use std::collections::HashMap;
use std::time::Instant;

use parking_lot::Mutex;
use rustix::param::{clock_ticks_per_second, page_size};

use super::containers::Containers;
use super::proc;
use crate::engine::Usage;
use crate::ids::SlotId;

/// Remembers the last reading, with which the next one is compared.
#[derive(Debug, Default)]
pub(super) struct Meter {
    last: Mutex<HashMap<i32, Reading>>,
}

/// What the group of a server had used at one moment.
#[derive(Debug, Clone, Copy)]
struct Reading {
    at: Instant,
    ticks: u64,
    pages: u64,
}

impl Meter {
    /// Reads what each running server uses. Its processor time is known from the second reading on.
    pub(super) fn read(&self, all: &Containers) -> Vec<(SlotId, Usage)> {
        let now = Instant::now();
        let running = all.all_running();
        let groups = running
            .iter()
            .map(|(_, _, running)| running.leader.stat().group);
        let nothing = Reading {
            at: now,
            ticks: 0,
            pages: 0,
        };
        let mut readings: HashMap<_, _> = groups.map(|group| (group, nothing)).collect();
        for stat in proc::all() {
            if let Some(reading) = readings.get_mut(&stat.group) {
                reading.ticks += stat.ticks;
                reading.pages += stat.pages;
            }
        }
        let mut last = self.last.lock();
        let usages = running.iter().filter_map(|(slot, _, running)| {
            let group = running.leader.stat().group;
            let reading = readings.get(&group)?;
            Some((*slot, reading.usage(last.get(&group))))
        });
        let usages = usages.collect();
        *last = readings;
        usages
    }
}

impl Reading {
    fn usage(&self, last: Option<&Self>) -> Usage {
        let cpu_percent = last.map_or(0.0, |last| {
            let seconds = self.at.duration_since(last.at).as_secs_f32();
            // The time of a process that has ended is gone with it.
            let ticks = self.ticks.saturating_sub(last.ticks);
            let used = ticks as f32 / clock_ticks_per_second() as f32;
            if seconds > 0.0 {
                used / seconds * 100.0
            } else {
                0.0
            }
        });
        Usage {
            cpu_percent,
            memory_bytes: self.pages * page_size() as u64,
        }
    }
}
