//! What the backend has logged about a failure whose reference an answer shows.

use std::time::Duration;

use super::Oxeye;

/// How much later than the answer a line may be read: it was written before, but comes another way.
const LATE: Duration = Duration::from_secs(2);

impl Oxeye {
    /// Returns the line about the failure whose reference is in an answer; `None` if the answer shows none.
    pub async fn explains(&self, answer: &str) -> Option<String> {
        // The reference is between backticks.
        let quoted = answer.split('`').skip(1).step_by(2);
        let named: Vec<_> = quoted.map(|one| format!("reference=\"{one}\"")).collect();
        if named.is_empty() {
            return None;
        }
        let is_about = |line: &&String| named.iter().any(|one| line.contains(one));
        let line = self
            .log
            .within(LATE, |log| log.lines.iter().find(is_about).cloned());
        line.await
    }
}
