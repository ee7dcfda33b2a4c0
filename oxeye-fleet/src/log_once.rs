//! Log lines that are written once, though what they say happens again and again.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::WorkerName;

/// The most different lines. Somebody else may choose the words, such as a worker that lies.
const MOST: usize = 10;

/// What the log says already.
#[derive(Debug, Default)]
pub(crate) struct LogOnce(BTreeSet<String>);

impl LogOnce {
    /// Returns whether a line has to be written, and notes it.
    pub(crate) fn is_news(&mut self, line: &str) -> bool {
        self.0.len() < MOST && self.0.insert(line.to_owned())
    }

    /// Has every line written again, because what they say is over.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

/// What the log says already about each worker, so that one that lies keeps no other one out of it.
#[derive(Debug, Default)]
pub(crate) struct LogOnceEach(BTreeMap<WorkerName, LogOnce>);

impl LogOnceEach {
    /// Returns whether a line about a worker has to be written, and notes it.
    pub(crate) fn is_news(&mut self, worker: &WorkerName, line: &str) -> bool {
        self.0.entry(worker.clone()).or_default().is_news(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_news_once_until_it_is_over_also_if_others_come_between() {
        let mut logged = LogOnce::default();

        let news = ["refused", "silent", "refused", "silent"].map(|line| logged.is_news(line));
        assert_eq!(news, [true, true, false, false]);

        logged.forget();
        assert!(logged.is_news("refused"));
    }

    #[test]
    fn new_lines_without_end_do_not_fill_the_log() {
        let mut logged = LogOnce::default();
        let news = (0..1_000).filter(|number: &u32| logged.is_news(&number.to_string()));
        assert_eq!(news.count(), MOST);
    }

    #[test]
    fn a_worker_with_new_lines_without_end_keeps_no_other_one_out_of_the_log() {
        let mut logged = LogOnceEach::default();
        let [attic, home] = ["attic", "home"].map(|name| name.parse().unwrap());
        let news = (0..1_000).filter(|number: &u32| logged.is_news(&attic, &number.to_string()));
        assert_eq!(news.count(), MOST);

        assert!(logged.is_news(&home, "refused"));
        assert!(!logged.is_news(&home, "refused"));
    }
}
