//! What is left when all players have gone.

use std::fs;
use std::net::TcpListener;

use rusqlite::{Connection, OpenFlags};

use crate::processes;
use crate::program::{FIRST_PORT, Program};

/// How many ports are tried: as many as game servers may get.
const PORTS: u16 = 200;

pub(crate) struct LeftOver {
    ports: usize,
    processes: usize,
    files: Vec<String>,
    rows: i64,
}

/// Looks at what the program, which has stopped, has left.
pub(crate) fn look(program: &Program) -> LeftOver {
    let ports = (FIRST_PORT..FIRST_PORT + PORTS).filter(|port| {
        let taken = |address: &str| TcpListener::bind((address, *port)).is_err();
        taken("0.0.0.0") || taken("::1")
    });
    let mut files = Vec::new();
    for folder in ["slots", "worlds", "output"] {
        for entry in fs::read_dir(program.path(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            files.push(format!("{folder}/{}", entry.file_name().display()));
        }
    }
    LeftOver {
        ports: ports.count(),
        processes: processes::marked(&program.fleet()).len(),
        files,
        rows: rows(program).unwrap_or(i64::MAX),
    }
}

/// Counts the rows of slots and sessions.
fn rows(program: &Program) -> rusqlite::Result<i64> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let store = Connection::open_with_flags(program.path("fleet.db"), flags)?;
    let mut rows = 0;
    for table in ["slots", "sessions"] {
        let count = format!("SELECT count(*) FROM {table}");
        rows += store.query_row(&count, [], |row| row.get::<_, i64>(0))?;
    }
    Ok(rows)
}

impl LeftOver {
    pub(crate) fn print(&self) {
        println!("| ports left over | {} |", self.ports);
        println!("| processes left over | {} |", self.processes);
        println!("| files left over | {} |", self.files.len());
        println!("| rows left over | {} |", self.rows);
        for file in self.files.iter().take(10) {
            println!("left over: {file}");
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.ports == 0 && self.processes == 0 && self.files.is_empty() && self.rows == 0
    }
}
