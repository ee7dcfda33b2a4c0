//! Compares servers' names. A name is unique in its guild regardless of case. It is kept and shown as it
//! was last written.

use oxeye_plugin_proto::ServerName;

/// Whether two names mean the same server: they are equal or differ only in case.
pub(crate) fn is_same(one: &ServerName, other: &ServerName) -> bool {
    one == other || one.as_str().to_lowercase() == other.as_str().to_lowercase()
}
