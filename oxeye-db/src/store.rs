//! The SQLite file: what Oxeye keeps in it. How it is opened, written, read, locked and copied is
//! `oxeye-sqlite`'s.
//!
//! | module       | subject                                                         |
//! |--------------|-----------------------------------------------------------------|
//! | `rows`       | the tables: plain functions over a connection                   |
//! | `apply`      | what a report changes, written row by row                       |
//! | `schema`     | the migrations, and what marks the file as ours                 |
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
