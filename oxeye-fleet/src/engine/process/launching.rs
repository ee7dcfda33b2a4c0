//! Making a container, and starting its server. A refusal that concerns every server names none of them:
//! the rules compare refusals to tell that no server can be started.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use oxeye_process::{private_file, settings};
use rustix::fs::{Access, access};
use rustix::io::Errno;

use super::containers::Containers;
use super::leader::Leader;
use super::record::{Phase, Record};
use super::{lookup, mark, output, port, proc, refused, watching};
use crate::engine::Launch;
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Run};
use crate::worlds::is_something_else;

/// How the names of variables begin that servers must not inherit: they may be secrets, or let a server
/// speak to the service manager in our name.
const OUR_VARIABLES: [&str; 4] = ["OXEYE_", "FLEET_", "NOTIFY_SOCKET", "LISTEN_"];

/// Makes a container. One that does not run takes the new port and world. The record is written
/// before the world is made, so that no world that is to be deleted with its slot is left without one. The
/// world is looked at before the worlds are locked, so one whose folder hangs holds up nobody else.
pub(super) fn create(all: &Containers, launch: &Launch) -> Result<(), CallFailure> {
    let _gate = all.gate(launch.slot);
    if all.running(launch.slot).is_some() {
        return Ok(());
    }
    let mut record = Record::of(launch);
    if let Some(known) = all.record(launch.slot) {
        record.phase = known.phase;
    }
    usable_world(all, &record.world)?;
    let lock = all.folders.lock_worlds();
    let _lock = lock.map_err(|error| refused("cannot lock the worlds", &error))?;
    write(all, &record)?;
    make_world(all, &record.world)?;
    all.put(record, None);
    Ok(())
}

/// Starts the server of a slot. What the disk says is true whenever we are killed: a process that is
/// not recorded yet is found by its mark.
pub(super) fn start(all: &Arc<Containers>, slot: SlotId, run: Run) -> Result<(), CallFailure> {
    let _gate = all.gate(slot);
    match all.running(slot) {
        Some(running) if running.run == run => return Ok(()),
        Some(_) => return Err(CallFailure::Refused(format!("{slot} still runs"))),
        None => {}
    }
    let record = all.record(slot);
    let record = record.ok_or_else(|| CallFailure::Refused(format!("there is no {slot}")))?;
    let command = command(all, &record, run)?;
    let starting = Record {
        phase: Phase::Starting { run: run.0 },
        ..record.clone()
    };
    write(all, &starting)?;
    match spawn(all, &record, command) {
        Ok(leader) => {
            watching::begin(all, starting, run, leader, None);
            Ok(())
        }
        Err(failure) => {
            // If this fails as well, the next program sees that nothing was started.
            let _ = record.write(&all.folders);
            Err(failure)
        }
    }
}

/// Returns the command to run, once everything that it needs is in place.
fn command(all: &Containers, record: &Record, run: Run) -> Result<Command, CallFailure> {
    let world = match usable_world(all, &record.world)? {
        Some(world) => world,
        None => make_world(all, &record.world)?,
    };
    let path = world.to_string_lossy();
    let output = output::open(&all.folders, &record.world);
    let output = output.map_err(|error| output_unusable(&record.world, &error))?;
    let errors = output.try_clone();
    let errors = errors.map_err(|error| refused("cannot write the output of a server", &error))?;
    let player = record.player.as_str();
    let words = all.command.filled_in(record.port, player, &path);
    let (program, arguments) = words.split_first().ok_or_else(|| no_program(all))?;
    let program = lookup::find(program).ok_or_else(|| no_program(all))?;
    let mut command = Command::new(program);
    for (name, _) in settings::variables() {
        let text = name.to_string_lossy();
        if OUR_VARIABLES.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
        .args(arguments)
        .envs(mark::variables(&all.fleet, record, run.0, &path))
        .current_dir(&world)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    Ok(command)
}

/// Spawns the process, if nobody else has its port. Returns when it runs its own program.
fn spawn(all: &Containers, record: &Record, mut command: Command) -> Result<Leader, CallFailure> {
    let _turn = all.spawning.begin();
    port::check(record.port)?;
    let child = command.spawn().map_err(|error| cannot_start(all, &error))?;
    let pid = i32::try_from(child.id()).unwrap_or_default();
    let stat = proc::stat(pid);
    let leader = stat.and_then(|stat| Leader::find(&stat.id(&all.boot), &all.boot));
    leader.ok_or_else(|| CallFailure::Refused("cannot read /proc".to_owned()))
}

/// Returns the folder of a world if there is one, and a game server can start in it.
fn usable_world(all: &Containers, world: &WorldName) -> Result<Option<PathBuf>, CallFailure> {
    let path = match all.folders.world_in_place(world) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(|error| world_unusable(world, &error))?,
    };
    let needed = Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK;
    access(&path, needed).map_err(|error| world_unusable(world, &error.into()))?;
    Ok(Some(path))
}

/// Makes the folder of a world, unless there is one, which is not looked at.
fn make_world(all: &Containers, world: &WorldName) -> Result<PathBuf, CallFailure> {
    let path = all.folders.world(world);
    match private_file::create_new_folder(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(refused("cannot make a world", &error))
        }
        _ => Ok(path),
    }
}

/// Tells a problem with one world, which concerns only its player, from a problem with the folder of all
/// worlds.
fn world_unusable(world: &WorldName, error: &io::Error) -> CallFailure {
    match is_something_else(error) || error.kind() == io::ErrorKind::PermissionDenied {
        true => CallFailure::WorldUnusable(format!("cannot use the world {world}: {error}")),
        false => refused("cannot use a world", error),
    }
}

/// Tells a problem with the file of one world, such as a link in its place, from a problem with the disk.
fn output_unusable(world: &WorldName, error: &io::Error) -> CallFailure {
    let concerns_one = Errno::from_io_error(error) == Some(Errno::LOOP)
        || matches!(
            error.kind(),
            io::ErrorKind::Other | io::ErrorKind::IsADirectory | io::ErrorKind::PermissionDenied
        );
    match concerns_one {
        true => CallFailure::WorldUnusable(format!("cannot write the output of {world}: {error}")),
        false => refused("cannot write the output of a server", error),
    }
}

fn write(all: &Containers, record: &Record) -> Result<(), CallFailure> {
    let written = record.write(&all.folders);
    written.map_err(|error| refused("cannot keep a record of a server", &error))
}

fn no_program(all: &Containers) -> CallFailure {
    CallFailure::Refused(format!(
        "cannot start {}: no such file",
        all.command.program()
    ))
}

fn cannot_start(all: &Containers, error: &io::Error) -> CallFailure {
    let program = all.command.program();
    match error.kind() {
        io::ErrorKind::NotFound => no_program(all),
        io::ErrorKind::PermissionDenied if Path::new(program).exists() => {
            CallFailure::Refused(format!("cannot start {program}: it is not executable"))
        }
        _ => refused(&format!("cannot start {program}"), error),
    }
}
