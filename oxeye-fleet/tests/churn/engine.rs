//! What the engine says and waits for, to find out why nothing goes on.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use crate::LIMIT;

/// Says how the engine answers whoever wants a list of all containers, and what it has complained about, to tell its
/// own trouble from that of the worker.
pub(crate) fn condition(socket: &Path) -> String {
    let answer = match list_of_all(socket) {
        Ok(list) => list.lines().next().unwrap_or_default().to_owned(),
        Err(error) => format!("does not answer: {error}"),
    };
    let log = std::fs::read_to_string(socket.with_file_name("podman.log"));
    format!("{answer}\n{}", log.unwrap_or_default())
}

fn list_of_all(socket: &Path) -> io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"GET /containers/json?all=true HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Returns what the engine's programs are waiting for, to find out why it does not answer.
pub(crate) fn processes() -> String {
    let all = std::process::Command::new("ps")
        .args(["-eo", "pid,ppid,stat,etimes,wchan:24,args"])
        .output();
    let all = all.map(|all| String::from_utf8_lossy(&all.stdout).into_owned());
    let is_part = |line: &&str| {
        ["podman", "conmon", "runc", "netavark", "aardvark"]
            .iter()
            .any(|name| line.contains(name))
    };
    let shown = |line: &str| line.chars().take(400).collect::<String>();
    let all = all.unwrap_or_else(|error| error.to_string());
    let parts: Vec<_> = all.lines().filter(is_part).map(shown).collect();
    parts.join("\n")
}
