//! One SQLite file, used by one process. One thread writes in batches, a few other connections read,
//! and damage to the file is noticed before any write is acknowledged.
//!
//! The crate knows no tables. A program supplies its [`Schema`] and its [`Job`]s:
//!
//! 1. [`Store::open`] locks the file, checks that it belongs to the program and is not damaged, and
//!    migrates it.
//! 2. [`Store::write`] and [`Store::enqueue`] queue jobs for the writer. A batch of jobs is one
//!    transaction and one fsync. Each job is answered after the commit, or with the reason why there
//!    was none. A job that fails does not affect the others in its batch.
//! 3. [`Store::read`] runs on a connection that never waits for the writer.
//!
//! | module       | subject                                                                |
//! |--------------|------------------------------------------------------------------------|
//! | `store`      | the handle: open, write, read, copy, close                             |
//! | `error`      | why a store cannot be opened or used; what happened to its files       |
//! | `connection` | opening and closing connections; truncating the write-ahead log        |
//! | `file_names` | the names of the files that belong to a store                          |
//! | `migrations` | the schema: numbered SQL files, applied in order after a copy is made  |
//! | `lock`       | one process per file, one name per file                                |
//! | `damage`     | damage that is visible when the file is opened                         |
//! | `inspect`    | a read-only look at a file                                             |
//! | `identity`   | files that are deleted, replaced, truncated or overwritten while in use |
//! | `copy`       | a copy of the file, made while the store is in use                     |
//! | `writer`     | the thread that writes; `batches`: one transaction for many jobs; `job`: one write; `queue`: whose turn it is; `load`: how busy the writer is; `thread`: proof of running on it |
//! | `feed`       | the change feed: what the writer's jobs changed in memory              |
//! | `reader`     | the connections that only read                                         |
//! | `log_throttle` | a rate limit for log lines, with a count of what was left out          |

mod connection;
mod copy;
mod damage;
mod error;
mod feed;
mod file_names;
mod identity;
mod inspect;
mod lock;
mod log_throttle;
mod migrations;
mod reader;
mod store;
mod writer;

pub use connection::{changes_by_others, touch, truncate_wal};
pub use error::{FileLoss, LostFile, OpenError, StoreError};
pub use feed::{FeedMessage, KeyedChange, Listener};
pub use file_names::files_of;
pub use inspect::{Inspection, inspect};
pub use log_throttle::LogThrottle;
pub use migrations::Schema;
pub use store::Store;
pub use writer::{Job, WriterLoad, WriterThread, atomically};
