//! Proof that code runs where memory may change.

use std::cell::Cell;
use std::marker::PhantomData;

/// Only the store makes one: for the writer's thread, and for whoever opens the store before that
/// thread has anything to do. It is lent by reference, and a reference to it cannot be sent to
/// another thread.
#[derive(Debug)]
pub(crate) struct WriterThread {
    _not_sync: PhantomData<Cell<()>>,
}

impl WriterThread {
    pub(in crate::store) fn new() -> Self {
        Self {
            _not_sync: PhantomData,
        }
    }
}
