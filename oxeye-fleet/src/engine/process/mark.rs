//! The variables by which a server's processes are recognised, whatever becomes of their group and of
//! our records. A server may read them, too.

use std::path::Path;
use std::str::{self, FromStr};

use super::proc;
use super::record::Record;
use crate::engine::Launch;
use crate::ids::SlotId;

const FLEET: &str = "OXEYE_FLEET_ID";
const SLOT: &str = "OXEYE_FLEET_SLOT";
const RUN: &str = "OXEYE_FLEET_RUN";
const PORT: &str = "OXEYE_FLEET_PORT";
const WORLD: &str = "OXEYE_FLEET_WORLD";
const PLAYER: &str = "OXEYE_FLEET_PLAYER";

/// What a process says it was started for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) run: u32,
    pub(super) launch: Launch,
}

/// Returns the variables for one run of a slot's server, whose world has this path.
pub(super) fn variables(
    fleet: &str,
    record: &Record,
    run: u32,
    world: &str,
) -> [(&'static str, String); 6] {
    [
        (FLEET, fleet.to_owned()),
        (SLOT, record.slot.to_string()),
        (RUN, run.to_string()),
        (PORT, record.port.to_string()),
        (WORLD, world.to_owned()),
        (PLAYER, record.player.to_string()),
    ]
}

/// Returns the slot of a process, if it was started by this fleet.
pub(super) fn slot_of(pid: i32, fleet: &str) -> Option<SlotId> {
    let environment = proc::environment(pid);
    is_of(&environment, fleet)
        .then(|| value(&environment, SLOT))
        .flatten()
}

/// Returns the whole mark of a process, if it was started by this fleet.
pub(super) fn of(pid: i32, fleet: &str) -> Option<Mark> {
    let environment = proc::environment(pid);
    if !is_of(&environment, fleet) {
        return None;
    }
    let world: String = value(&environment, WORLD)?;
    let launch = Launch {
        slot: value(&environment, SLOT)?,
        port: value(&environment, PORT)?,
        world: Path::new(&world).file_name()?.to_str()?.parse().ok()?,
        player: value(&environment, PLAYER)?,
    };
    let run = value(&environment, RUN)?;
    Some(Mark { run, launch })
}

fn is_of(environment: &[u8], fleet: &str) -> bool {
    value::<String>(environment, FLEET).is_some_and(|id| id == fleet)
}

fn value<T: FromStr>(environment: &[u8], name: &str) -> Option<T> {
    let mut entries = environment.split(|byte| *byte == 0);
    let value = entries.find_map(|entry| {
        let value = entry.strip_prefix(name.as_bytes())?;
        value.strip_prefix(b"=")
    })?;
    str::from_utf8(value).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_variable_is_only_a_name() {
        let environment =
            b"OXEYE_FLEET_PLAYER=OXEYE_FLEET_ID=abc\0OXEYE_FLEET_IDX=abc\0A=OXEYE_FLEET_ID=abc\0";

        assert!(!is_of(environment, "abc"));
        assert!(is_of(b"A=b\0OXEYE_FLEET_ID=abc\0", "abc"));
        assert!(!is_of(b"OXEYE_FLEET_ID=abcd\0", "abc"));
    }
}
