//! How a backend is ended and started again.

use std::process::ExitStatus;
use std::time::Duration;

use super::{Oxeye, Setup};
use crate::watched::WAIT_LIMIT;

impl Oxeye {
    /// The id of the process.
    ///
    /// # Panics
    /// If it has ended and has been waited for.
    pub fn process_id(&self) -> u32 {
        self.child
            .id()
            .expect("the process has not been waited for")
    }

    /// Sends a signal by its name, such as `TERM` or `KILL`.
    ///
    /// # Panics
    /// If the process is gone.
    pub fn signal(&self, name: &str) {
        let id = self.process_id();
        let status = std::process::Command::new("kill")
            .args([format!("-{name}"), id.to_string()])
            .status()
            .expect("kill can be run");
        assert!(
            status.success(),
            "oxeye was not running when SIG{name} was sent"
        );
    }

    /// Waits until it ends, at most for `limit`.
    ///
    /// # Panics
    /// If this takes longer.
    pub async fn ends_within(&mut self, limit: Duration) -> ExitStatus {
        match tokio::time::timeout(limit, self.child.wait()).await {
            Ok(status) => status.expect("a child can be waited for"),
            Err(_) => panic!("oxeye did not end within {limit:?}:\n{}", self.log()),
        }
    }

    /// Sends SIGTERM and returns the exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.ends_within(WAIT_LIMIT).await.code()
    }

    /// Ends it with SIGTERM and starts it again with the same folder and settings.
    pub async fn restart(mut self) -> Self {
        assert_eq!(self.terminate().await, Some(0), "{}", self.log());
        self.setup.again().start().await
    }

    /// Restarts it with one setting changed.
    pub async fn restart_with(mut self, name: &str, value: &str) -> Self {
        assert_eq!(self.terminate().await, Some(0), "{}", self.log());
        self.setup().set(name, value).start().await
    }

    /// Kills it with SIGKILL and starts it again with the same folder and settings.
    pub async fn kill_and_restart(mut self) -> Self {
        self.kill().await;
        self.start_again().await
    }

    /// Kills it with SIGKILL and waits until it is gone.
    ///
    /// # Panics
    /// If it was already gone.
    pub async fn kill(&mut self) {
        self.child
            .start_kill()
            .expect("the backend is still running");
        self.ends_within(WAIT_LIMIT).await;
    }

    /// Starts a backend that has ended again, with the same folder and settings.
    pub async fn start_again(self) -> Self {
        self.setup().start().await
    }

    /// Starts a backend that has ended again, with the same folder and settings and at the same port, so that whoever
    /// reports to it finds it.
    pub async fn start_again_at_its_port(self) -> Self {
        self.beside(self.setup()).start().await
    }

    /// Returns the same folder and settings, with which a backend that has ended can be started
    /// again.
    pub fn setup(&self) -> Setup {
        self.setup.again()
    }
}
