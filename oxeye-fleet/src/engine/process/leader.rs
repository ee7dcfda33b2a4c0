//! The process that we started for a slot: the leader of a process group. If it has exited before its
//! group while we were away, the oldest of the others takes its place.

use std::os::fd::{AsFd as _, OwnedFd};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process_group, pidfd_open,
    waitid, waitpid,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::proc::{self, Stat};
use super::record::ProcessId;

/// How often we check whether a process has exited, on a system that cannot tell us.
const POLL: Duration = Duration::from_millis(250);

/// The leader, which may have exited. If it is a child of ours, its pid is not reused before we collect
/// it; if it was adopted, only while it runs.
#[derive(Debug)]
pub(super) struct Leader {
    pid: Pid,
    stat: Stat,
    /// Becomes readable when the process exits. None on a system without such files, or if too many
    /// files are open.
    exit: Option<AsyncFd<OwnedFd>>,
}

impl Leader {
    /// Finds a process, unless it is gone or another one has its pid.
    pub(super) fn find(id: &ProcessId, boot: &str) -> Option<Self> {
        if id.boot != boot {
            return None;
        }
        let pid = Pid::from_raw(id.pid)?;
        let exit = pidfd_open(pid, PidfdFlags::empty()).ok();
        // Read after the file was opened, so that both are about the same process.
        let stat = proc::stat(id.pid).filter(|stat| stat.started == id.started)?;
        let exit = exit.and_then(readable);
        Some(Self { pid, stat, exit })
    }

    pub(super) fn stat(&self) -> &Stat {
        &self.stat
    }

    /// Sends a signal to the group. The leader must not have been collected.
    pub(super) fn signal(&self, signal: Signal) {
        let is_there =
            proc::stat(self.stat.pid).is_some_and(|now| now.started == self.stat.started);
        if is_there {
            // An error means that nobody is left in the group.
            let _ = kill_process_group(self.pid, signal);
        }
    }

    /// Waits until the process has exited.
    pub(super) async fn exited(&self) {
        if let Some(exit) = &self.exit
            && exit.readable().await.is_ok()
        {
            return;
        }
        let is_running = || {
            let now = proc::stat(self.stat.pid);
            now.is_some_and(|now| now.started == self.stat.started && !now.is_zombie)
        };
        while is_running() {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Collects (reaps) the process, which has exited, and returns its exit code. After a signal, and
    /// if it is not a child of ours, there is none.
    pub(super) fn collect(&self) -> Option<i32> {
        loop {
            let code = match &self.exit {
                Some(exit) => {
                    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
                    let waited = waitid(WaitId::PidFd(exit.get_ref().as_fd()), options);
                    waited.map(|status| status.and_then(|status| status.exit_status()))
                }
                None => {
                    let waited = waitpid(Some(self.pid), WaitOptions::NOHANG);
                    waited.map(|status| status.and_then(|(_, status)| status.exit_status()))
                }
            };
            match code {
                Err(Errno::INTR) => {}
                code => return code.ok().flatten(),
            }
        }
    }
}

/// Makes it possible to wait until a file is readable.
#[expect(
    deprecated,
    reason = "the successor is unsafe for files that somebody else could close; this one is ours alone"
)]
fn readable(file: OwnedFd) -> Option<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(file, Interest::READABLE).ok()
}
