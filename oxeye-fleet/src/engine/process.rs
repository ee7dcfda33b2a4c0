//! The engine `process`: runs a command of the operator's for each slot, on this machine. A container
//! is a folder with a record, and a process in a group of its own.
//!
//! | module       | subject                                                                  |
//! |--------------|--------------------------------------------------------------------------|
//! | `folders`    | where everything lies below `FLEET_DATA`                                 |
//! | `record`     | what is written about a slot before and after its server is started      |
//! | `engine`     | [`ProcessEngine`]: the trait's calls                                     |
//! | `containers` | everything that the engine has, in memory                                |
//! | `gates`      | who waits for whom                                                       |
//! | `launching`  | making a container, starting its server                                  |
//! | `lookup`     | where the program of a command is                                        |
//! | `port`       | whether a port is free                                                   |
//! | `mark`       | the variables by which a server's processes are recognised               |
//! | `leader`     | the process that we started                                              |
//! | `watching`   | waiting for its end, and clearing up after it                            |
//! | `remnants`   | processes that a server leaves behind                                    |
//! | `ending`     | stop, kill, remove                                                       |
//! | `adoption`   | servers that outlived an earlier program of ours                         |
//! | `output`     | what servers print, kept short                                           |
//! | `usage`      | processor time and memory                                                |
//! | `proc`       | what `/proc` says                                                        |

pub(crate) mod folders;
pub(crate) mod record;

#[cfg(target_os = "linux")]
mod adoption;
#[cfg(target_os = "linux")]
mod containers;
#[cfg(target_os = "linux")]
mod ending;
#[cfg(target_os = "linux")]
mod engine;
#[cfg(target_os = "linux")]
mod gates;
#[cfg(target_os = "linux")]
mod launching;
#[cfg(target_os = "linux")]
mod leader;
#[cfg(target_os = "linux")]
mod lookup;
#[cfg(target_os = "linux")]
mod mark;
#[cfg(target_os = "linux")]
mod output;
#[cfg(target_os = "linux")]
mod port;
#[cfg(target_os = "linux")]
mod proc;
#[cfg(target_os = "linux")]
mod remnants;
#[cfg(test)]
#[cfg(target_os = "linux")]
pub(crate) mod tests;
#[cfg(target_os = "linux")]
mod usage;
#[cfg(target_os = "linux")]
mod watching;

#[cfg(target_os = "linux")]
pub use engine::ProcessEngine;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::ProcessEngine;

/// Why the engine cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another program has the folder.
    #[error("another oxeye-fleet uses the data folder")]
    InUse,
    /// The folder, or `/proc`, cannot be used.
    #[error("cannot use the data folder: {0}")]
    Disk(#[from] std::io::Error),
    /// Processes are only understood on Linux.
    #[error("the engine `process` needs Linux")]
    NotLinux,
}

/// Returns whether a server could listen on a port of this machine now.
#[cfg(target_os = "linux")]
pub(crate) fn is_port_free(port: u16) -> bool {
    port::check(port).is_ok()
}

/// Turns an error of the system into a sentence for operators.
#[cfg(target_os = "linux")]
fn refused(what: &str, error: &std::io::Error) -> crate::rules::CallFailure {
    crate::rules::CallFailure::Refused(format!("{what}: {error}"))
}
