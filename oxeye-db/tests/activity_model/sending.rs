//! Sends single events and batches, and compares the answers.

use oxeye_db::{ActivityAnswer, ActivityReport, TakeActivityError};
use oxeye_plugin_proto::{Epoch, EventBatch, Seq};

use crate::naive::{Taken, alone};
use crate::steps::{Did, Fate, Sending};
use crate::world::{Log, World};

/// What a batch must be answered.
enum Expected {
    /// Its epoch is over.
    Over,
    Taken {
        acked_seq: u64,
        refused: Vec<u64>,
    },
}

impl World {
    pub(crate) async fn single(&mut self, server: usize, did: &Did, key: Option<u8>) {
        let did = did.at(self.now);
        let report = ActivityReport::Single {
            event: did.event(),
            idempotency_key: key.map(|key| format!("key-{key}")),
        };
        let taken = self.take(server, report).await;
        let expected = self.naive.takes_single(server, &did, key, self.now);
        match expected {
            Taken::Yes => assert_eq!(taken.unwrap(), ActivityAnswer::default()),
            Taken::Refused => assert!(
                matches!(taken, Err(TakeActivityError::Refused(_))),
                "{taken:?}"
            ),
        }
    }

    /// Sends a part of a log, and what became of it decides nothing: without an answer it is sent again.
    pub(crate) async fn send(mut self, sending: Sending) -> Self {
        let Sending {
            server,
            epochs_ago,
            fate,
            ..
        } = sending;
        let epochs = &self.logs[server];
        let Some(epoch) = epochs.keys().rev().nth(epochs_ago).copied() else {
            return self;
        };
        let log = &epochs[&epoch];
        let (from, to) = (
            sending.from.min(log.len()),
            log.len().min(sending.from + sending.count),
        );
        if from == to {
            return self;
        }
        let events = log[from..to].iter().map(|(did, _)| did.event()).collect();
        let batch = EventBatch::new(
            Epoch::try_from(epoch.cast_signed()).unwrap(),
            Seq::try_from(from as i64 + 1).unwrap(),
            events,
        );
        let report = ActivityReport::Batch(batch.unwrap());
        let is_lost = fate != Fate::Answered && self.store.has_activity();
        if is_lost {
            // The batch is on its way once the future has been polled.
            tokio::select! {
                biased;
                _ = self.take(server, report.clone()) => {}
                () = std::future::ready(()) => {}
            }
        }
        if fate == Fate::LostAndRestarted {
            self = self.restarted().await;
        }
        let answer = self.take(server, report).await;
        match self.expect(server, epoch, from, to) {
            Expected::Over => assert!(
                matches!(answer, Err(TakeActivityError::Epoch(_))),
                "{answer:?}"
            ),
            Expected::Taken { acked_seq, refused } => {
                let answer = answer.unwrap();
                assert_eq!(answer.acked_seq, acked_seq);
                let named = answer.refused.iter().map(|refused| refused.seq);
                // If the lost batch was taken, an event that was too old is not named again.
                if !is_lost {
                    assert_eq!(named.collect::<Vec<_>>(), refused);
                }
            }
        }
        self
    }

    async fn take(
        &self,
        server: usize,
        report: ActivityReport,
    ) -> Result<ActivityAnswer, TakeActivityError> {
        self.store
            .take_activity(self.servers[server].into(), report, self.now())
            .await
    }

    /// Takes a part of a log into the naive list, and returns what must be answered.
    fn expect(&mut self, server: usize, epoch: u64, from: usize, to: usize) -> Expected {
        let has_any = |(_, log): &(&u64, &Log)| log.iter().any(|(_, is_taken)| *is_taken);
        let newest = self.logs[server]
            .iter()
            .filter(has_any)
            .map(|(epoch, _)| *epoch)
            .max();
        let log = self.logs[server].get_mut(&epoch).unwrap();
        let known = log[from..to]
            .iter()
            .take_while(|(_, is_taken)| *is_taken)
            .count();
        let to = match newest {
            Some(newest) if epoch < newest && known == 0 => return Expected::Over,
            Some(newest) if epoch < newest => from + known,
            _ => to,
        };
        let mut refused = Vec::new();
        for (place, (did, is_taken)) in log.iter_mut().enumerate().take(to).skip(from) {
            let was_taken = std::mem::replace(is_taken, true);
            let taken = match was_taken {
                true => alone(server, did),
                false => self.naive.takes(server, did, self.now),
            };
            if taken == Taken::Refused {
                refused.push(place as u64 + 1);
            }
        }
        Expected::Taken {
            acked_seq: to as u64,
            refused,
        }
    }
}
