//! One SQLite file, used by one process: one thread writes, in batches; a few connections read beside
//! it; whatever happens to the file is noticed before anything is acknowledged.
//!
//! The crate knows no table. A program brings its [`Schema`] and its [`Job`]s:
//!
//! 1. [`Store::open`] locks the file, checks that it is the program's and not damaged, and migrates it.
//! 2. [`Store::write`] and [`Store::enqueue`] queue jobs for the writer. A batch of them is one
//!    transaction and one fsync; each job is answered after the commit, or with the reason why there
//!    was none. One job's failure leaves the others of its batch untouched.
//! 3. [`Store::read`] runs on a connection that never waits for the writer.
//!
//! | module       | subject                                                               |
//! |--------------|-----------------------------------------------------------------------|
//! | `store`      | the handle: open, write, read, copy, close                            |
//! | `error`      | why a store cannot be opened or do something; what became of its files |
//! | `connection` | how a connection is opened and closed; the write-ahead log truncated  |
//! | `migrations` | the schema: numbered SQL files, applied in order, after a copy        |
//! | `lock`       | one process per file; a file has one name                             |
//! | `damage`     | damage that can be seen when the file is opened                       |
//! | `inspect`    | a look at a file that changes nothing                                 |
//! | `identity`   | files that are deleted, replaced, truncated or overwritten in use     |
//! | `copy`       | a copy of the file, made while everything runs                        |
//! | `writer`     | the thread that writes; `job`: one thing to write; `queue`: whose turn it is; `load`: how busy it is; `thread`: proof of running on it |
//! | `feed`       | the change feed: what the writer's jobs changed in memory             |
//! | `reader`     | the connections that only read                                        |
//! | `occasional` | trouble that is logged now and then, with a count                     |

mod connection;
mod copy;
mod damage;
mod error;
mod feed;
mod identity;
mod inspect;
mod lock;
mod migrations;
mod occasional;
mod reader;
mod store;
mod writer;

pub use connection::{touch, truncate_wal};
pub use error::{HowLost, LostFile, OpenError, StoreError};
pub use feed::{FeedMessage, KeyedChange, Listener};
pub use inspect::{Inspection, inspect};
pub use migrations::Schema;
pub use occasional::Occasional;
pub use store::Store;
pub use writer::{Job, WriterLoad, WriterThread, as_a_whole};
