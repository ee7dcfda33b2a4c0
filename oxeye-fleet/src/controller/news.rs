//! What happened lately, for the dashboard.

use std::collections::VecDeque;

use crate::view::News;

/// How many entries are kept.
const MOST: usize = 100;

/// The latest entries, oldest first.
#[derive(Debug, Default)]
pub(super) struct NewsBoard {
    entries: VecDeque<News>,
}

impl NewsBoard {
    pub(super) fn add(&mut self, news: News) {
        if self.entries.len() == MOST {
            self.entries.pop_front();
        }
        self.entries.push_back(news);
    }

    pub(super) fn all(&self) -> Vec<News> {
        self.entries.iter().cloned().collect()
    }
}
