//! What Oxeye keeps in its SQLite file. `oxeye-sqlite` opens, locks, reads, writes and copies the file.
//!
//! | module       | subject                                                         |
//! |--------------|-----------------------------------------------------------------|
//! | `rows`       | the tables: plain functions over a connection                   |
//! | `apply`      | the changes of a report, written row by row                     |
//! | `schema`     | the migrations, and what marks a file as ours                   |
//! | `open_error` | why the file could not be opened, for whoever starts Oxeye      |

pub(crate) mod apply;
mod open_error;
pub(crate) mod rows;
mod schema;

pub use oxeye_sqlite::{FileLoss, Inspection, LostFile, StoreError, WriterLoad};
pub(crate) use oxeye_sqlite::{Job, Store, WriterThread, atomically, touch, truncate_wal};

pub use open_error::OpenError;
pub use schema::inspect;
pub(crate) use schema::open;
