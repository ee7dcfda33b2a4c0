//! Limits how many bytes of request bodies are held at once, overall and for each server and address.
//!
//! The first 16 KiB of a body are free, so that a join never waits for somebody else's batch; the number of
//! connections bounds them. The rest of a body is charged as it arrives, not as it is announced.

use std::collections::HashMap;
use std::time::Duration;

use ipnet::IpNet;
use oxeye_db::ServerId;
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::timeout;

/// Bytes of each body that nobody is charged for.
pub(crate) const FREE_BYTES: usize = 16 * 1024;

/// The most bytes held at once for all bodies combined, beyond the free ones.
const BYTES_AT_ONCE: usize = 32 << 20;

/// The share of the budget that one server or one address may hold: one in this many.
const SHARE_OF_ONE: usize = 4;

/// How long a body waits for others to finish.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// An account that a body is charged to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// A server, from any address.
    Server(ServerId),
    /// An address, with any key.
    Address(IpNet),
}

/// The budget of all bodies. Its mutex is held only for a few instructions, and only for bodies that are not small.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    bytes: usize,
    held: Mutex<Held>,
    released: Notify,
}

#[derive(Debug, Default)]
struct Held {
    bytes: usize,
    by_payer: HashMap<Payer, usize>,
}

/// There was no room for a body before its wait ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BudgetSpent;

/// What one body holds of the budget. Dropping it returns that to the budget.
#[derive(Debug)]
pub(crate) struct Charge<'a> {
    budget: &'a BodyBudget,
    payers: Vec<Payer>,
    bytes: usize,
}

impl BodyBudget {
    /// Creates a budget in which one share is enough for the largest body.
    pub(crate) fn for_bodies_of(largest: usize) -> BodyBudget {
        BodyBudget {
            bytes: BYTES_AT_ONCE.max(largest * SHARE_OF_ONE),
            held: Mutex::default(),
            released: Notify::new(),
        }
    }

    /// Opens an empty charge on these accounts.
    pub(crate) fn charge(&self, payers: Vec<Payer>) -> Charge<'_> {
        Charge {
            budget: self,
            payers,
            bytes: 0,
        }
    }
}

/// What became of an attempt to raise a charge.
#[derive(Debug, PartialEq, Eq)]
enum Growth {
    Done,
    NoRoom,
}

impl Charge<'_> {
    /// Raises the charge to this many bytes in total, and waits a moment if there is no room.
    pub(crate) async fn grow_to(&mut self, bytes: usize) -> Result<(), BudgetSpent> {
        let bytes = bytes.saturating_sub(FREE_BYTES);
        let budget = self.budget;
        let growing = async {
            loop {
                let mut released = std::pin::pin!(budget.released.notified());
                // From here on, we do not miss a release.
                released.as_mut().enable();
                match self.try_to_grow(bytes) {
                    Growth::Done => return,
                    Growth::NoRoom => released.await,
                }
            }
        };
        timeout(LONGEST_WAIT, growing)
            .await
            .map_err(|_| BudgetSpent)
    }

    fn try_to_grow(&mut self, bytes: usize) -> Growth {
        let more = bytes.saturating_sub(self.bytes);
        let share = self.budget.bytes / SHARE_OF_ONE;
        let mut held = self.budget.held.lock();
        let fits_all = held.bytes + more <= self.budget.bytes;
        let has_share = |payer| held.by_payer.get(payer).copied().unwrap_or(0) + more <= share;
        if !fits_all || !self.payers.iter().all(has_share) {
            return Growth::NoRoom;
        }
        held.bytes += more;
        for payer in &self.payers {
            *held.by_payer.entry(*payer).or_default() += more;
        }
        self.bytes += more;
        Growth::Done
    }
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.budget.held.lock();
        held.bytes -= self.bytes;
        for payer in &self.payers {
            if let Some(bytes) = held.by_payer.get_mut(payer) {
                *bytes -= self.bytes;
                if *bytes == 0 {
                    held.by_payer.remove(payer);
                }
            }
        }
        drop(held);
        self.budget.released.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxeye_process::clients::address_network;

    const MEBIBYTE: usize = 1 << 20;

    fn address(number: u8) -> Payer {
        Payer::Address(address_network([192, 0, 2, number].into()))
    }

    /// Charges as many bodies of one mebibyte as fit on one account.
    async fn all_that_fit(budget: &BodyBudget, payer: Payer) -> Vec<Charge<'_>> {
        let mut charges = Vec::new();
        loop {
            let mut charge = budget.charge(vec![payer]);
            if charge.grow_to(MEBIBYTE).await.is_err() {
                return charges;
            }
            charges.push(charge);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_that_sends_too_much_leaves_room_for_others() {
        let budget = BodyBudget::for_bodies_of(MEBIBYTE);

        let greedy = all_that_fit(&budget, address(1)).await;

        assert_eq!(greedy.len(), 8, "a quarter of 32 MiB");
        assert_eq!(all_that_fit(&budget, address(2)).await.len(), 8);
    }

    #[tokio::test(start_paused = true)]
    async fn all_bodies_combined_are_bounded_but_small_ones_pass() {
        let budget = BodyBudget::for_bodies_of(MEBIBYTE);
        let mut held = Vec::new();
        for number in 0..6 {
            held.extend(all_that_fit(&budget, address(number)).await);
        }
        assert_eq!(held.len(), 32);

        let mut small = budget.charge(vec![address(1)]);

        assert_eq!(small.grow_to(FREE_BYTES).await, Ok(()));
        assert_eq!(
            small.grow_to(FREE_BYTES + 1 + MEBIBYTE).await,
            Err(BudgetSpent)
        );
        drop((held, small));
        assert!(budget.held.lock().by_payer.is_empty());
        assert_eq!(budget.held.lock().bytes, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_waits_for_another_to_finish() {
        let budget = BodyBudget::for_bodies_of(MEBIBYTE);
        let mut held = all_that_fit(&budget, address(1)).await;
        let mut waiting = budget.charge(vec![address(1)]);

        let (grown, ()) = tokio::join!(waiting.grow_to(MEBIBYTE), async { drop(held.pop()) });

        assert_eq!(grown, Ok(()));
    }

    #[test]
    fn the_largest_body_fits_into_a_share() {
        let budget = BodyBudget::for_bodies_of(16 * MEBIBYTE);
        let mut charge = budget.charge(vec![address(1)]);

        assert_eq!(charge.try_to_grow(16 * MEBIBYTE), Growth::Done);
    }
}
