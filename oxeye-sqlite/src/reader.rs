//! The connections that only read. In WAL mode they never wait for the writer.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::connection::open_for_reading;
use crate::error::{OpenError, StoreError};

#[derive(Debug)]
pub(crate) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    /// One permit per connection: a task that holds one always finds an idle connection.
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn open(path: &Path, count: usize) -> Result<Self, OpenError> {
        let idle = (0..count)
            .map(|_| open_for_reading(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            permits: Arc::new(Semaphore::new(idle.len())),
            idle: Arc::new(Mutex::new(idle)),
        })
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permits = Arc::clone(&self.permits);
        let permit = permits
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let reading = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let connection = idle.lock().pop().ok_or(StoreError::Closed)?;
            let result =
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| read(&connection)));
            idle.lock().push(connection);
            result
                .map_err(|panic| StoreError::panicked("a read", &*panic))?
                .map_err(StoreError::from)
        });
        // A blocking task is cancelled only if the runtime shuts down before the task starts.
        reading.await.map_err(|_| StoreError::Closed)?
    }

    /// Closes the connections. Later reads fail.
    pub(crate) fn close(&self) {
        self.permits.close();
        self.idle.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_read_that_panics_is_an_internal_error_and_returns_its_connection() {
        let folder = tempfile::tempdir().unwrap();
        let readers = Readers::open(&folder.path().join("store.db"), 1).unwrap();

        let panicked = readers
            .read(|_| -> rusqlite::Result<()> { panic!("on purpose") })
            .await;

        assert!(matches!(panicked, Err(StoreError::Panicked)));
        let one = readers
            .read(|connection| connection.query_row("SELECT 1", [], |row| row.get::<_, i64>(0)));
        assert_eq!(one.await.unwrap(), 1);
    }
}
