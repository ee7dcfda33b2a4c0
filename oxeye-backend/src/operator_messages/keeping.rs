//! What is taken along and forgotten.

use oxeye_db::Imported;
use serde::{Deserialize, Serialize};

/// The answer of `POST /api/import`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportAnswer {
    /// Sessions and playtimes that were not known.
    pub added: u64,
    /// Those that were known already, or overlap what is known.
    pub skipped: u64,
    /// Servers that were not known.
    pub servers: u64,
}

impl From<Imported> for ImportAnswer {
    fn from(imported: Imported) -> ImportAnswer {
        ImportAnswer {
            added: imported.added,
            skipped: imported.skipped,
            servers: imported.servers,
        }
    }
}
