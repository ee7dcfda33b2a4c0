//! Trouble that a story causes: faults, outages, trouble with the gateway, old messages.

use std::time::Duration;

use super::faults::RandomFaults;
use super::gateway::{Order, PRESENCES};
use super::{Call, Discord, Fault};

impl Discord {
    /// Makes the next `times` requests of this kind fail with `fault`.
    pub fn fails(&self, call: Call, fault: Fault, times: usize) {
        self.world.change(|world| {
            world
                .faults
                .extend(std::iter::repeat_n((call, fault), times))
        });
    }

    /// Makes this share of the requests about guilds and channels fail, from 0 to 1. Answers to
    /// interactions do not fail.
    pub fn fails_at_random(&self, share: f64, seed: u64) {
        let faults = RandomFaults::of_places(share, seed);
        self.world
            .change(|world| world.random_faults = Some(faults));
    }

    /// Makes this share of the answers to interactions fail, from 0 to 1.
    pub fn answers_fail_at_random(&self, share: f64, seed: u64) {
        let faults = RandomFaults::of_answers(share, seed);
        self.world
            .change(|world| world.random_answer_faults = Some(faults));
    }

    /// Refuses all requests about guilds and channels for this long, with the global 429 that a bot gets which has sent
    /// too many. Answers to interactions are taken.
    pub fn limits_everything(&self, time: Duration) {
        self.world.change(|world| world.rates.refuse_all(time));
    }

    /// Ends all injected faults.
    pub fn recovers(&self) {
        self.world.change(|world| {
            world.faults.clear();
            world.random_faults = None;
            world.random_answer_faults = None;
        });
    }

    /// Makes every message that exists older.
    pub fn messages_age(&self, by: Duration) {
        self.world.change(|world| {
            for message in world.messages.values_mut() {
                message.aged += by;
            }
        });
    }

    /// Allows this many edits of messages older than an hour per channel in this time.
    pub fn limits_old_edits(&self, most: usize, within: Duration) {
        self.world
            .change(|world| world.old_edits = Some((most, within)));
    }

    /// Closes all connections and accepts none: an outage begins.
    pub fn goes_down(&self) {
        self.world.change(|world| world.down = true);
        self.order(Order::HangUp);
    }

    /// Ends the outage.
    pub fn comes_up(&self) {
        self.world.change(|world| world.down = false);
    }

    /// Asks the bot to reconnect and resume (op 7).
    pub fn asks_to_reconnect(&self) {
        self.order(Order::Reconnect);
    }

    /// Declares the session invalid (op 9).
    pub fn invalidates_the_session(&self, resumable: bool) {
        self.order(Order::Invalidate { resumable });
    }

    /// Forgets the session, so that nothing in it is replayed and it cannot be resumed.
    pub fn forgets_the_session(&self) {
        self.world.change(|world| world.session = None);
    }

    /// Closes the gateway connection with a code.
    pub fn closes_the_gateway(&self, code: u16) {
        self.order(Order::Close(code));
    }

    /// From now on closes the gateway with `code` at every IDENTIFY; `None` accepts them again.
    pub fn refuses_identify(&self, code: Option<u16>) {
        self.world.change(|world| world.refuse_identify = code);
    }

    /// Turns on "Presence Intent" in the developer portal.
    pub fn allows_presences(&self) {
        self.world
            .change(|world| world.allowed_intents |= PRESENCES);
    }

    /// Returns how often an IDENTIFY was refused.
    pub fn refused(&self) -> usize {
        self.sessions().refused
    }

    fn order(&self, order: Order) {
        self.world.change(|world| world.order(order));
    }
}
