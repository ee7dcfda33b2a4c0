//! What was found to be wrong.

/// What was found to be wrong, in sentences.
#[derive(Debug, Default)]
pub struct Violations(pub Vec<String>);

impl Violations {
    /// Notes that something is wrong unless it holds.
    pub fn claim(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }
}
