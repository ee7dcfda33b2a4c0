//! What running servers use of the machine. The engine is asked about one container at a time, so a fleet
//! with many servers asks about some of them each time, and knows the others from before.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::models::ContainerMemoryStats;
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;
use futures_util::stream;
use parking_lot::Mutex;
use tokio::time::{Instant, timeout};

use super::containers::Containers;
use crate::engine::Usage;
use crate::ids::SlotId;

/// How many containers are asked about each time.
const ASKED: usize = 16;

/// How many are asked about at the same time.
const AT_ONCE: usize = 4;

/// How long the engine may take to say something about one container. All that are asked about together take
/// less than anybody waits.
const ANSWER_TIME: Duration = Duration::from_millis(1_500);

/// What part of a container's memory the system can take back at any time, on old and new systems.
const RECLAIMABLE: [&str; 2] = ["total_inactive_file", "inactive_file"];

/// What was read last.
#[derive(Debug, Default)]
pub(super) struct Meter {
    readings: Mutex<HashMap<SlotId, Reading>>,
    /// When the engine was asked about each, whether or not it has answered.
    asked_at: Mutex<HashMap<SlotId, Instant>>,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    at: Instant,
    /// Processor time since the start of the container.
    cpu_nanos: u64,
    usage: Usage,
}

impl Meter {
    /// Returns what running servers use. Their processor time is known from the second reading on.
    pub(super) async fn read(&self, all: &Arc<Containers>) -> Vec<(SlotId, Usage)> {
        let Ok(docker) = all.client.docker().await else {
            return Vec::new();
        };
        let mut running = all.running.lock().clone();
        let asked = self.longest_unasked(&mut running);
        let answers = stream::iter(asked)
            .map(|(slot, container)| {
                let docker = docker.clone();
                async move {
                    let reading = timeout(ANSWER_TIME, read(&docker, &container)).await;
                    Some((slot, reading.ok()??))
                }
            })
            .buffer_unordered(AT_ONCE);
        let answers: Vec<_> = answers.filter_map(async |answer| answer).collect().await;
        let mut readings = self.readings.lock();
        readings.retain(|slot, _| running.iter().any(|(running, _)| running == slot));
        for (slot, reading) in answers {
            let before = readings.get(&slot).copied();
            readings.insert(slot, reading.since(before));
        }
        readings
            .iter()
            .map(|(slot, reading)| (*slot, reading.usage))
            .collect()
    }

    /// Returns those that are asked about next. One that does not answer waits for its turn again, or it
    /// would hold up the others each time.
    fn longest_unasked(&self, running: &mut [(SlotId, String)]) -> Vec<(SlotId, String)> {
        let mut asked_at = self.asked_at.lock();
        asked_at.retain(|slot, _| running.iter().any(|(running, _)| running == slot));
        running.sort_by_cached_key(|(slot, _)| asked_at.get(slot).copied());
        let asked = &running[..running.len().min(ASKED)];
        let now = Instant::now();
        asked_at.extend(asked.iter().map(|(slot, _)| (*slot, now)));
        asked.to_vec()
    }
}

impl Reading {
    /// Completes a reading with the one before.
    fn since(mut self, before: Option<Self>) -> Self {
        if let Some(before) = before {
            let seconds = (self.at - before.at).as_secs_f32();
            // A container that was started again counts from zero.
            let nanos = self.cpu_nanos.saturating_sub(before.cpu_nanos);
            #[allow(clippy::cast_precision_loss, reason = "a percentage needs few digits")]
            let used = nanos as f32 / 1e9;
            self.usage.cpu_percent = if seconds > 0.0 {
                100.0 * used / seconds
            } else {
                0.0
            };
        }
        self
    }
}

/// Asks about one container; `None` if it does not run any more.
async fn read(docker: &Docker, container: &str) -> Option<Reading> {
    let options = StatsOptionsBuilder::new()
        .stream(false)
        .one_shot(true)
        .build();
    let mut stats = pin!(docker.stats(container, Some(options)));
    let stats = stats.next().await?.ok()?;
    let cpu_nanos = stats.cpu_stats?.cpu_usage?.total_usage?;
    Some(Reading {
        at: Instant::now(),
        cpu_nanos,
        usage: Usage {
            cpu_percent: 0.0,
            memory_bytes: resident(&stats.memory_stats?)?,
        },
    })
}

/// Returns the memory that only this container holds.
fn resident(memory: &ContainerMemoryStats) -> Option<u64> {
    let used = memory.usage?;
    let stats = memory.stats.as_ref();
    let reclaimable = RECLAIMABLE
        .iter()
        .find_map(|name| stats.and_then(|stats| stats.get(*name)));
    Some(used.saturating_sub(reclaimable.copied().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(at: Instant, cpu_nanos: u64) -> Reading {
        let usage = Usage {
            cpu_percent: 0.0,
            memory_bytes: 1,
        };
        Reading {
            at,
            cpu_nanos,
            usage,
        }
    }

    #[test]
    fn processor_time_is_what_was_used_between_two_readings() {
        let first = reading(Instant::now(), 4_000_000_000);
        let second = reading(first.at + Duration::from_secs(2), 5_000_000_000);
        let after_a_restart = reading(second.at + Duration::from_secs(2), 0);

        assert_eq!(first.since(None).usage.cpu_percent, 0.0);
        assert!((second.since(Some(first)).usage.cpu_percent - 50.0).abs() < 0.1);
        assert_eq!(after_a_restart.since(Some(second)).usage.cpu_percent, 0.0);
    }

    #[test]
    fn a_container_that_does_not_answer_waits_for_its_turn_again() {
        let meter = Meter::default();
        let mut running: Vec<_> = (0..ASKED as u64 + 4)
            .map(|slot| (SlotId(slot), slot.to_string()))
            .collect();

        let first = meter.longest_unasked(&mut running);
        let second = meter.longest_unasked(&mut running);

        assert_eq!(first.len(), ASKED);
        let left: Vec<_> = second.iter().filter(|one| !first.contains(one)).collect();
        assert_eq!(left.len(), 4, "the others come first");
        assert_eq!(
            &second[..4],
            &left.into_iter().cloned().collect::<Vec<_>>()[..]
        );
    }

    #[test]
    fn files_that_the_system_keeps_for_later_are_not_the_servers_memory() {
        let memory = |name: &str| ContainerMemoryStats {
            usage: Some(100),
            stats: Some(HashMap::from([(name.to_owned(), 30)])),
            ..ContainerMemoryStats::default()
        };

        assert_eq!(resident(&memory("inactive_file")), Some(70));
        assert_eq!(resident(&memory("total_inactive_file")), Some(70));
        assert_eq!(resident(&memory("other")), Some(100));
    }
}
