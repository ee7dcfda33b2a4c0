//! The engine on systems other than Linux: it cannot be opened.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tokio::sync::mpsc;

use super::OpenError;
use crate::engine::{Engine, Exit, Launch, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};
use crate::settings::SlotCommand;

/// An engine that does not exist.
#[derive(Debug, Clone)]
pub struct ProcessEngine(Infallible);

impl ProcessEngine {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub async fn open(_: &Path, _: SlotCommand, _: &Tasks) -> Result<Self, OpenError> {
        Err(OpenError::NotLinux)
    }
}

impl Engine for ProcessEngine {
    async fn create(&self, _: &Launch) -> Result<(), CallFailure> {
        match self.0 {}
    }

    async fn start(&self, _: SlotId, _: Run) -> Result<(), CallFailure> {
        match self.0 {}
    }

    async fn stop(&self, _: SlotId, _: Duration) -> Result<(), CallFailure> {
        match self.0 {}
    }

    async fn kill(&self, _: SlotId) -> Result<(), CallFailure> {
        match self.0 {}
    }

    async fn remove(&self, _: SlotId, _: bool) -> Result<(), CallFailure> {
        match self.0 {}
    }

    async fn list(&self) -> Result<Vec<Listed>, CallFailure> {
        match self.0 {}
    }

    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        match self.0 {}
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        match self.0 {}
    }

    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        match self.0 {}
    }

    fn is_port_free(&self, _: u16) -> bool {
        match self.0 {}
    }

    fn reachable_at(&self, _: u16) -> oxeye_probe::Address {
        match self.0 {}
    }
}
