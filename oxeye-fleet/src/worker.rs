//! `oxeye-fleet worker`: holds the engine, so that the program that answers HTTP does not. It offers
//! only verbs on slots; what is run for a slot, and within which limits, stands in its own settings.
//!
//! | module       | subject                                                                |
//! |--------------|------------------------------------------------------------------------|
//! | `program`    | starts and stops the worker                                            |
//! | `wire`       | the messages between a fleet and its worker                              |
//! | `lines`      | messages as lines of JSON, of bounded length                             |
//! | `epochs`     | which start of the fleet may give orders: the newest                    |
//! | `limits`     | what the worker refuses, whoever asks: pure                             |
//! | `room`       | whether there is room for one more world                                |
//! | `recent`     | the newest list of the engine                                           |
//! | `admission`  | what was allowed and the engine's list may not show yet                 |
//! | `in_flight`  | the calls that are being carried out, at most one on each world          |
//! | `verbs`      | carries out what the fleet asks                                         |
//! | `proof`      | how a fleet shows that it knows the secret                             |
//! | `seat`       | lets in one fleet at a time                                             |
//! | `connection` | one connection of a fleet                                               |
//! | `strangers`  | connections on which nobody has been let in yet                         |
//! | `listener`   | accepts connections                                                     |
//! | `stops`      | when servers were asked to stop                                         |
//! | `socket`     | the Unix socket, for fleets on this machine                             |
//! | `validity`   | whether a certificate is valid now                                       |
//! | `tls`        | TLS and the worker's certificate, for fleets on any machine             |

mod admission;
mod connection;
pub(crate) mod epochs;
mod in_flight;
mod limits;
pub(crate) mod lines;
mod listener;
pub(crate) mod program;
pub(crate) mod proof;
mod recent;
mod room;
mod seat;
mod socket;
mod stops;
mod strangers;
#[cfg(test)]
mod tests;
pub(crate) mod tls;
pub(crate) mod validity;
mod verbs;
pub(crate) mod wire;

use std::sync::Arc;

use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use self::admission::Admissions;
use self::epochs::Epochs;
use self::in_flight::InFlight;
use self::limits::{Creations, WorkerLimits};
use self::recent::Recent;
use self::room::WorldRoom;
use self::seat::Seat;
use self::stops::Stops;
use self::wire::{PROTOCOL, Welcome};
use crate::engine::Engine;

/// Calls that change something and are carried out at the same time. While so many are, others wait a while and are
/// refused then.
const CALLS_AT_ONCE: u32 = 64;

/// Calls that only look and are answered at the same time. While so many are, others are refused.
const LOOKS_AT_ONCE: usize = 8;

/// The engine, and what guards it.
pub(crate) struct Worker<E> {
    engine: E,
    limits: WorkerLimits,
    welcome: Welcome,
    /// What a fleet has to know.
    secret: Option<Secret>,
    /// The certificate by which fleets know this worker, if it listens with TLS.
    certificate: Option<Fingerprint>,
    epochs: Arc<Mutex<Epochs>>,
    creations: Mutex<Creations>,
    recent: Recent,
    admissions: Admissions,
    stops: Stops,
    room: WorldRoom,
    seat: Seat,
    calls: Arc<Semaphore>,
    looks: Arc<Semaphore>,
    in_flight: Arc<InFlight>,
}

impl<E> Worker<E> {
    fn new(engine: E, limits: WorkerLimits, secret: Option<&Secret>, epochs: Epochs) -> Self {
        let welcome = Welcome {
            protocol: PROTOCOL,
            address: None,
            max_servers: Some(limits.max_servers),
            memory: None,
            ports: (*limits.ports.start(), *limits.ports.end()),
        };
        Self {
            welcome,
            engine,
            creations: Mutex::new(Creations::of(limits.creations_per_minute)),
            room: WorldRoom::for_most(limits.max_worlds),
            limits,
            secret: secret.cloned(),
            certificate: None,
            epochs: Arc::new(Mutex::new(epochs)),
            recent: Recent::default(),
            admissions: Admissions::default(),
            stops: Stops::default(),
            seat: Seat::default(),
            calls: Arc::new(Semaphore::new(CALLS_AT_ONCE as usize)),
            looks: Arc::new(Semaphore::new(LOOKS_AT_ONCE)),
            in_flight: Arc::default(),
        }
    }

    /// Returns what a fleet has to know now.
    fn welcome(&self) -> Welcome
    where
        E: Engine,
    {
        Welcome {
            memory: self.engine.memory(),
            ..self.welcome.clone()
        }
    }

    /// Names the host at which fleets reach the game servers.
    fn with_address(mut self, address: Option<String>) -> Self {
        self.welcome.address = address;
        self
    }

    /// Names the certificate by which fleets know this worker.
    fn with_certificate(mut self, certificate: Option<Fingerprint>) -> Self {
        self.certificate = certificate;
        self
    }
}
