//! The signals that stop a program: SIGTERM from a service manager, SIGINT from a keyboard.

use std::io;

/// Listens for the signals that stop a program. It listens as soon as it is created, so none is missed
/// while the program is still starting.
#[cfg(unix)]
#[derive(Debug)]
pub struct StopSignals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    /// Starts listening.
    ///
    /// # Errors
    ///
    /// When the system does not allow it.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next signal and returns its name.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Listens for Ctrl-C, the only such signal on this system.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct StopSignals;

#[cfg(not(unix))]
impl StopSignals {
    /// Does nothing, since there is nothing to prepare.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for Ctrl-C.
    pub async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "Ctrl-C",
            Err(_) => std::future::pending().await,
        }
    }
}
