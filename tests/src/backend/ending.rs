//! How a backend ends, and how it is started again.

use std::process::ExitStatus;
use std::time::Duration;

use super::{Oxeye, Setup};
use crate::watched::PATIENCE;

impl Oxeye {
    /// The id of the process.
    ///
    /// # Panics
    /// When it has ended and was waited for.
    pub fn process_id(&self) -> u32 {
        self.child
            .id()
            .expect("the process has not been waited for")
    }

    /// Sends a signal by name, `TERM` or `KILL`.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn signal(&self, name: &str) {
        let id = self.process_id();
        let status = std::process::Command::new("kill")
            .args([format!("-{name}"), id.to_string()])
            .status()
            .expect("kill can be run");
        assert!(status.success(), "oxeye was not there to get SIG{name}");
    }

    /// Waits for the end, at most `patience`.
    ///
    /// # Panics
    /// When it takes longer.
    pub async fn ends_within(&mut self, patience: Duration) -> ExitStatus {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => status.expect("a child can be waited for"),
            Err(_) => panic!("oxeye did not end within {patience:?}:\n{}", self.log()),
        }
    }

    /// SIGTERM, and the exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.ends_within(PATIENCE).await.code()
    }

    /// Ends it as it is, by SIGTERM, and starts it again on the same folder and settings.
    pub async fn restart(mut self) -> Self {
        assert_eq!(self.terminate().await, Some(0), "{}", self.log());
        self.setup.again().start().await
    }

    /// The same with one setting changed.
    pub async fn restart_with(mut self, name: &str, value: &str) -> Self {
        assert_eq!(self.terminate().await, Some(0), "{}", self.log());
        self.setup().set(name, value).start().await
    }

    /// `kill -9`, and starts it again on the same folder and settings.
    pub async fn kill_and_restart(mut self) -> Self {
        self.kill().await;
        self.start_again().await
    }

    /// `kill -9`: it is gone when this returns.
    ///
    /// # Panics
    /// When it was gone before.
    pub async fn kill(&mut self) {
        self.child.start_kill().expect("it is still there");
        self.ends_within(PATIENCE).await;
    }

    /// Starts one that has ended again, on the same folder and settings.
    pub async fn start_again(self) -> Self {
        self.setup().start().await
    }

    /// The same folder and settings, to start one that has ended again.
    pub fn setup(&self) -> Setup {
        self.setup.again()
    }
}
