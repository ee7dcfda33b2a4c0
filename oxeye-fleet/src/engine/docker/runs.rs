//! Which start of a container is which run. A container has no place for a number that changes, so each
//! start is written to a file first: `containers/auto-1.json` in the data folder. Whether a start that was
//! written has happened, the engine knows: the container was started at another time than before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use oxeye_process::private_file;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::state::State;
use crate::ids::SlotId;
use crate::rules::Run;

/// What is written about the container of a slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The engine's id of the container. What was written about another one means nothing.
    container: String,
    /// The run that the container had begun before the attempt.
    begun: Option<Run>,
    /// The last start, which may not have happened.
    attempt: Option<Attempt>,
    /// The run that was told to exit.
    #[serde(default)]
    told_to_exit: Option<Run>,
    /// The volume that has to go when the container is gone.
    pub(super) discards: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Attempt {
    run: Run,
    /// When the container had been started before.
    before: String,
}

impl Record {
    /// Returns the run that a container in this state has begun last.
    pub(super) fn run(&self, state: &State) -> Option<Run> {
        self.run_if(state.is_running(), || state.started_at.clone())
    }

    /// Returns the last run that has surely begun.
    pub(super) fn begun(&self) -> Option<Run> {
        self.begun
    }

    /// Returns the run of a container that runs: nothing is started while one runs, so it is the last.
    pub(super) fn running(&self) -> Option<Run> {
        self.run_if(true, String::new)
    }

    fn run_if(&self, is_running: bool, started_at: impl FnOnce() -> String) -> Option<Run> {
        match &self.attempt {
            Some(attempt) if is_running || started_at() != attempt.before => Some(attempt.run),
            _ => self.begun,
        }
    }

    /// Returns the record for the next start of a container in this state.
    fn with_attempt(&self, run: Run, state: &State) -> Self {
        Self {
            container: self.container.clone(),
            begun: self.run(state),
            attempt: Some(Attempt {
                run,
                before: state.started_at.clone(),
            }),
            told_to_exit: self.told_to_exit,
            discards: None,
        }
    }
}

/// The records of all slots.
#[derive(Debug)]
pub(super) struct Runs {
    folder: PathBuf,
    known: Mutex<BTreeMap<SlotId, Record>>,
}

impl Runs {
    /// Reads what an earlier program has written. A file that cannot be understood is skipped: its
    /// container is there without a run.
    pub(super) fn open(data: &Path) -> io::Result<Self> {
        let folder = data.join("containers");
        private_file::create_folder(&folder)?;
        let mut known = BTreeMap::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let slot = path.file_stem().and_then(|name| name.to_str());
            let slot = slot.and_then(|name| name.parse::<SlotId>().ok());
            let record = fs::read(&path).map(|text| serde_json::from_slice(&text));
            if let (Some(slot), Ok(Ok(record))) = (slot, record) {
                known.insert(slot, record);
            }
        }
        Ok(Self {
            folder,
            known: Mutex::new(known),
        })
    }

    /// Returns what is known of this container of a slot.
    pub(super) fn of(&self, slot: SlotId, container: &str) -> Record {
        let known = self.known.lock();
        let record = known
            .get(&slot)
            .filter(|record| record.container == container);
        record.cloned().unwrap_or_else(|| Record {
            container: container.to_owned(),
            ..Record::default()
        })
    }

    /// Returns the container of a slot that was started last, or was about to be.
    pub(super) fn container(&self, slot: SlotId) -> Option<String> {
        let known = self.known.lock();
        known.get(&slot).map(|record| record.container.clone())
    }

    /// Writes that a container in this state is about to be started.
    pub(super) async fn attempt(
        self: &Arc<Self>,
        slot: SlotId,
        container: &str,
        run: Run,
        state: &State,
    ) -> io::Result<()> {
        let record = self.of(slot, container).with_attempt(run, state);
        self.write(slot, record).await
    }

    /// Writes that a run is told to exit, so that the next program does not take its exit for a crash.
    pub(super) async fn tell_to_exit(
        self: &Arc<Self>,
        slot: SlotId,
        container: &str,
        run: Run,
    ) -> io::Result<()> {
        let record = self.of(slot, container);
        if record.told_to_exit == Some(run) {
            return Ok(());
        }
        let record = Record {
            told_to_exit: Some(run),
            ..record
        };
        self.write(slot, record).await
    }

    /// Returns the runs that were told to exit.
    pub(super) fn told_to_exit(&self) -> Vec<(SlotId, Run)> {
        let known = self.known.lock();
        let told = known
            .iter()
            .filter_map(|(slot, record)| Some((*slot, record.told_to_exit?)));
        told.collect()
    }

    /// Writes that a volume has to go with the container.
    pub(super) async fn discard(
        self: &Arc<Self>,
        slot: SlotId,
        container: &str,
        volume: String,
    ) -> io::Result<()> {
        let record = Record {
            discards: Some(volume),
            ..self.of(slot, container)
        };
        self.write(slot, record).await
    }

    /// Forgets a container that is gone, with everything that belonged to it.
    pub(super) async fn forget(self: &Arc<Self>, slot: SlotId) -> io::Result<()> {
        if self.known.lock().remove(&slot).is_none() {
            return Ok(());
        }
        let path = self.path(slot);
        let deleted = spawn_blocking(move || fs::remove_file(path)).await;
        match deleted.map_err(io::Error::other)? {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns all slots with a record, and the volumes that have to go with them.
    pub(super) fn all(&self) -> Vec<(SlotId, Option<String>)> {
        let known = self.known.lock();
        let all = known
            .iter()
            .map(|(slot, record)| (*slot, record.discards.clone()));
        all.collect()
    }

    /// Returns the volume that has to go with the container of a slot.
    pub(super) fn discarded(&self, slot: SlotId) -> Option<String> {
        let known = self.known.lock();
        known.get(&slot).and_then(|record| record.discards.clone())
    }

    async fn write(self: &Arc<Self>, slot: SlotId, record: Record) -> io::Result<()> {
        let (path, text) = (self.path(slot), serde_json::to_vec(&record)?);
        let written = spawn_blocking(move || private_file::write_durably(&path, &text)).await;
        written.map_err(io::Error::other)??;
        self.known.lock().insert(slot, record);
        Ok(())
    }

    fn path(&self, slot: SlotId) -> PathBuf {
        self.folder.join(format!("{slot}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT: SlotId = SlotId(1);
    const NEVER: &str = "0001-01-01T00:00:00Z";

    fn state(status: &str, started_at: &str) -> State {
        let json = serde_json::json!({"Status": status, "StartedAt": started_at});
        serde_json::from_value(json).unwrap()
    }

    #[tokio::test]
    async fn a_start_counts_only_if_it_has_happened() {
        let data = tempfile::tempdir().unwrap();
        let runs = Arc::new(Runs::open(data.path()).unwrap());
        let created = state("created", NEVER);
        assert_eq!(runs.of(SLOT, "c").run(&created), None);

        runs.attempt(SLOT, "c", Run(1), &created).await.unwrap();

        let runs = Arc::new(Runs::open(data.path()).unwrap());
        let record = runs.of(SLOT, "c");
        assert_eq!(record.run(&created), None);
        assert_eq!(record.run(&state("running", "t1")), Some(Run(1)));
        assert_eq!(record.run(&state("exited", "t1")), Some(Run(1)));

        runs.attempt(SLOT, "c", Run(2), &state("exited", "t1"))
            .await
            .unwrap();

        let record = runs.of(SLOT, "c");
        assert_eq!(record.run(&state("exited", "t1")), Some(Run(1)));
        assert_eq!(record.run(&state("exited", "t2")), Some(Run(2)));
        assert_eq!(record.running(), Some(Run(2)));
    }

    #[tokio::test]
    async fn a_run_that_was_told_to_exit_stays_so_if_the_next_one_does_not_begin() {
        let data = tempfile::tempdir().unwrap();
        let runs = Arc::new(Runs::open(data.path()).unwrap());
        let created = state("created", NEVER);
        runs.attempt(SLOT, "c", Run(1), &created).await.unwrap();
        runs.tell_to_exit(SLOT, "c", Run(1)).await.unwrap();

        let exited = state("exited", "t1");
        runs.attempt(SLOT, "c", Run(2), &exited).await.unwrap();

        let runs = Runs::open(data.path()).unwrap();
        assert_eq!(runs.of(SLOT, "c").run(&exited), Some(Run(1)));
        assert_eq!(runs.told_to_exit(), [(SLOT, Run(1))]);
    }

    #[tokio::test]
    async fn a_container_that_was_replaced_has_begun_no_run() {
        let data = tempfile::tempdir().unwrap();
        let runs = Arc::new(Runs::open(data.path()).unwrap());
        let created = state("created", NEVER);
        runs.attempt(SLOT, "c", Run(1), &created).await.unwrap();

        assert_eq!(runs.of(SLOT, "d").run(&state("exited", "t1")), None);

        runs.forget(SLOT).await.unwrap();
        runs.forget(SLOT).await.unwrap();
        assert_eq!(Runs::open(data.path()).unwrap().all(), []);
    }

    #[tokio::test]
    async fn a_damaged_file_is_skipped() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("containers");
        private_file::create_folder(&folder).unwrap();
        fs::write(folder.join("auto-1.json"), "{").unwrap();
        fs::write(folder.join("notes.txt"), "hello").unwrap();

        assert_eq!(Runs::open(data.path()).unwrap().all(), []);
    }
}
