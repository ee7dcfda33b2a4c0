//! The files in which Oxeye keeps its data, as the settings name them. No command overwrites one of them, not even with
//! `--force`.

use std::path::{Path, PathBuf};

use oxeye_db::{activity, files_of, presence};

use crate::config::{Config, operator_token_path};

/// The paths of the store, of the files of activity and presence, of what lies beside each, and of the operator token.
pub(super) struct StoreFiles(Vec<PathBuf>);

impl StoreFiles {
    pub(super) fn of(config: &Config) -> StoreFiles {
        StoreFiles::at(&config.store.path, operator_token_path(config))
    }

    pub(super) fn at(store: &Path, token: PathBuf) -> StoreFiles {
        let mut paths = vec![token];
        let all = [
            store.to_owned(),
            activity::path_beside(store),
            presence::path_beside(store),
        ];
        for file in all {
            // What is beside a store is beside its real name, if its own is a symbolic link.
            let real = file.canonicalize().ok();
            for name in [Some(file), real].into_iter().flatten() {
                paths.extend(files_of(&name));
            }
        }
        StoreFiles(paths)
    }

    /// Whether a path leads to one of the files, or to where one will be.
    pub(super) fn contain(&self, path: &Path) -> bool {
        self.0.iter().any(|own| is_same(own, path))
    }
}

/// Whether two paths lead to one file. It need not exist.
fn is_same(one: &Path, other: &Path) -> bool {
    let both = |of: fn(&Path) -> Option<PathBuf>| of(one).is_some() && of(one) == of(other);
    both(place) || both(|path| path.canonicalize().ok()) || is_same_inode(one, other)
}

/// Returns the name in the real folder, without following a link of that name.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = match path.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}

/// Whether two existing paths lead to one file, of which either may be a hard link.
#[cfg(unix)]
fn is_same_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (one.metadata(), other.metadata()) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same_inode(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{create_dir, hard_link, write};
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_store_is_found_under_every_name_that_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create_dir(at("data")).unwrap();
        write(at("data/oxeye.db"), "the store").unwrap();
        write(at("data/operator.token"), "the token").unwrap();
        symlink(at("data"), at("folder")).unwrap();
        symlink(at("data/oxeye.db"), at("link.db")).unwrap();
        hard_link(at("data/oxeye.db"), at("second-name.db")).unwrap();
        let files = StoreFiles::at(&at("data/oxeye.db"), at("data/operator.token"));

        let own = [
            "data/oxeye.db",
            "data/../data/./oxeye.db",
            "folder/oxeye.db",
            "link.db",
            "second-name.db",
            "folder/operator.token",
        ];
        for name in own {
            assert!(files.contain(&at(name)), "{name}");
        }
        for name in ["oxeye.db", "data/copy.db", "data/oxeye.db.png", "nowhere/a"] {
            assert!(!files.contain(&at(name)), "{name}");
        }
    }

    #[test]
    fn files_beside_the_store_belong_to_it_before_they_exist() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create_dir(at("data")).unwrap();
        write(at("data/oxeye.db"), "the store").unwrap();
        symlink(at("data/oxeye.db"), at("oxeye.db")).unwrap();
        let files = StoreFiles::at(&at("oxeye.db"), at("operator.token"));

        for name in [
            "oxeye.db-wal",
            "data/oxeye.db-wal",
            "data/oxeye.db-shm",
            "data/oxeye.db.lock",
            "oxeye-activity.db",
            "oxeye-activity.db-wal",
            "oxeye-presence.db",
            "oxeye-presence.db-journal",
            "operator.token",
        ] {
            assert!(files.contain(&at(name)), "{name}");
        }
    }
}
