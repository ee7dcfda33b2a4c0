//! What an alert says, in words.

use oxeye_db::AlertTopics;

use crate::Text;

impl Text {
    /// Returns everything that an alert says, as in "outages, who joins and leaves and records".
    #[must_use]
    pub fn alert_topics(self, topics: AlertTopics) -> String {
        let more = [
            topics.visits.then(|| self.topic_visits()),
            topics.records.then(|| self.topic_records()),
            topics.newcomers.then(|| self.topic_newcomers()),
        ];
        let all = [self.topic_outages()];
        let all: Vec<_> = all.into_iter().chain(more.into_iter().flatten()).collect();
        self.list(&all)
    }
}
