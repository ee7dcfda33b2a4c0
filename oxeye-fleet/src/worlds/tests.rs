//! Worlds with files, links and slots.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::engine::Launch;
use crate::ids::PlayerId;

/// A data folder with the world of one player.
struct Disk {
    data: TempDir,
    worlds: Worlds,
    steve: WorldName,
}

impl Disk {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let worlds = Worlds::below(data.path());
        worlds.folders.create().unwrap();
        let player: PlayerId = "Steve".parse().unwrap();
        let steve = WorldName::of(&player);
        let disk = Self {
            data,
            worlds,
            steve,
        };
        disk.write("level.dat", b"level");
        disk.write("region/r.-1.0.mca", &[7; 70_000]);
        disk
    }

    fn world(&self) -> PathBuf {
        self.worlds.folders.world(&self.steve)
    }

    fn write(&self, name: &str, contents: &[u8]) {
        let path = self.world().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    /// Gives the world to a slot.
    fn use_it(&self) -> SlotId {
        let player: PlayerId = "Steve".parse().unwrap();
        let (slot, world) = (SlotId(7), self.steve.clone());
        let launch = Launch {
            slot,
            port: 8081,
            world,
            player,
        };
        Record::of(&launch).write(&self.worlds.folders).unwrap();
        slot
    }

    /// Backs the world up, and unpacks it elsewhere with the real tar.
    fn unpacked(&self) -> (BackedUp, TempDir) {
        let elsewhere = tempfile::tempdir().unwrap();
        let archive = elsewhere.path().join("world.tar");
        let mut file = File::create(&archive).unwrap();
        let backed_up = self.worlds.back_up(&self.steve, &mut file).unwrap();
        assert_eq!(file.metadata().unwrap().len(), backed_up.bytes);
        let mut tar = Command::new("tar");
        tar.arg("-xf").arg(&archive).arg("-C").arg(elsewhere.path());
        assert!(tar.status().unwrap().success());
        (backed_up, elsewhere)
    }
}

/// Lists the files below a folder.
fn files(path: &Path) -> Vec<String> {
    let mut names = Vec::new();
    tree::walk(path, &mut |entry| {
        if !entry.metadata.is_dir() {
            let name = entry.path.strip_prefix(path).unwrap();
            names.push(name.display().to_string());
        }
        Ok(())
    })
    .unwrap();
    names
}

#[test]
fn worlds_are_listed_with_their_size_and_their_slot() {
    let disk = Disk::new();
    let listed = disk.worlds.list().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].name, listed[0].bytes, listed[0].slot),
        (&disk.steve, 70_005, None)
    );
    assert!(listed[0].last_used.0 > 1_700_000_000_000);

    let slot = disk.use_it();

    assert_eq!(disk.worlds.list().unwrap()[0].slot, Some(slot));
}

#[test]
fn before_the_first_start_there_are_no_worlds() {
    let data = tempfile::tempdir().unwrap();
    let worlds = Worlds::below(&data.path().join("nothing"));

    assert_eq!(worlds.list().unwrap(), []);
}

#[test]
fn tar_unpacks_what_was_backed_up() {
    let disk = Disk::new();
    let long = format!("plugins/{}/{}.yml", "d".repeat(90), "f".repeat(120));
    disk.write(&long, b"long");
    fs::create_dir(disk.world().join("empty")).unwrap();

    let (backed_up, elsewhere) = disk.unpacked();

    let copy = elsewhere.path().join(disk.steve.as_str());
    assert_eq!(files(&copy), files(&disk.world()));
    assert_eq!(fs::read(copy.join(long)).unwrap(), b"long");
    assert_eq!(
        fs::read(copy.join("region/r.-1.0.mca")).unwrap(),
        [7; 70_000]
    );
    assert!(copy.join("empty").is_dir());
    assert_eq!(backed_up.files, 3);
    assert_eq!((backed_up.left_out, backed_up.in_use_by), (vec![], None));
}

#[test]
fn links_are_left_out_and_not_followed() {
    let disk = Disk::new();
    symlink("/etc", disk.world().join("folder")).unwrap();
    symlink("/etc/passwd", disk.world().join("file")).unwrap();
    let slot = disk.use_it();

    let (backed_up, elsewhere) = disk.unpacked();

    let copy = elsewhere.path().join(disk.steve.as_str());
    assert_eq!(files(&copy), ["level.dat", "region/r.-1.0.mca"]);
    assert_eq!(backed_up.left_out, ["file", "folder"].map(PathBuf::from));
    assert_eq!(backed_up.in_use_by, Some(slot));
    assert_eq!(disk.worlds.list().unwrap()[0].bytes, 70_005);
}

#[test]
fn a_world_is_deleted_with_its_output_unless_a_slot_has_it() {
    let disk = Disk::new();
    let slot = disk.use_it();
    fs::write(disk.worlds.folders.output(&disk.steve), "hello").unwrap();
    let refused = disk.worlds.delete(&disk.steve).unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("the world {} is in use by {slot}", disk.steve)
    );
    assert_eq!(files(&disk.world()).len(), 2);

    fs::remove_dir_all(disk.worlds.folders.slot(slot)).unwrap();
    disk.worlds.delete(&disk.steve).unwrap();

    assert_eq!(
        files(&disk.data.path().join("worlds")),
        Vec::<String>::new()
    );
    assert_eq!(
        files(&disk.data.path().join("output")),
        Vec::<String>::new()
    );
    let gone = disk.worlds.delete(&disk.steve);
    assert!(matches!(gone, Err(WorldError::Unknown(_))), "{gone:?}");
}

#[test]
fn a_world_that_is_a_link_is_neither_listed_nor_backed_up_nor_deleted() {
    let disk = Disk::new();
    let elsewhere = disk.data.path().join("elsewhere");
    fs::rename(disk.world(), &elsewhere).unwrap();
    symlink(&elsewhere, disk.world()).unwrap();

    assert_eq!(disk.worlds.list().unwrap(), []);
    let backed_up = disk.worlds.back_up(&disk.steve, &mut Vec::new());
    assert!(
        matches!(backed_up, Err(WorldError::Unusable { .. })),
        "{backed_up:?}"
    );
    let deleted = disk.worlds.delete(&disk.steve);
    assert!(
        matches!(deleted, Err(WorldError::Unusable { .. })),
        "{deleted:?}"
    );
    assert_eq!(files(&elsewhere).len(), 2);
}

#[test]
fn a_deletion_that_was_interrupted_is_finished() {
    let disk = Disk::new();
    set_aside(&disk.worlds.folders, &disk.steve).unwrap();
    assert_eq!(disk.worlds.list().unwrap(), []);

    finish_deletions(&disk.worlds.folders).unwrap();

    assert_eq!(
        fs::read_dir(disk.worlds.folders.worlds()).unwrap().count(),
        0
    );
}
