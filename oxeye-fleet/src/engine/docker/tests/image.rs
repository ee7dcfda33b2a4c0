//! The images of the tests: an archive with the program of `server.c`, which each container engine imports. Nothing is
//! downloaded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The image whose program is `server.c`.
pub(super) const IMAGE: &str = "localhost/oxeye-test:1";

/// An image that names a program it does not contain.
pub(super) const BROKEN_IMAGE: &str = "localhost/oxeye-test:broken";

/// The images, each with what its containers start.
const IMAGES: [(&str, &str); 2] = [
    (IMAGE, r#"CMD ["/server"]"#),
    (BROKEN_IMAGE, r#"CMD ["/missing"]"#),
];

/// Makes the images with the `import` of a container engine, which takes the same arguments everywhere.
pub(super) fn import_all(folder: &Path, import: impl Fn(&[&str])) {
    let archive = packed(folder);
    let archive = archive.to_str().unwrap();
    for (name, command) in IMAGES {
        import(&["import", "--change", command, archive, name]);
    }
}

/// Makes the program and an archive with it in a folder.
fn packed(folder: &Path) -> PathBuf {
    compile(folder).unwrap();
    let archive = folder.join("image.tar");
    let packed = Command::new("tar")
        .args(["--create", "--file"])
        .arg(&archive)
        .arg("--directory")
        .arg(folder)
        .arg("server")
        .status();
    assert!(packed.unwrap().success());
    archive
}

/// Makes the program `server` in a folder.
pub(super) fn compile(folder: &Path) -> Result<(), String> {
    let source = folder.join("server.c");
    fs::write(&source, include_str!("server.c")).unwrap();
    let compiled = Command::new("cc")
        .args(["-static", "-O1", "-o"])
        .arg(folder.join("server"))
        .arg(source)
        .output();
    match compiled {
        Ok(compiled) if compiled.status.success() => Ok(()),
        Ok(compiled) => Err(format!("`cc -static` says {}", words(&compiled))),
        Err(error) => Err(format!("cc cannot be started: {error}")),
    }
}

/// Returns what a program complains about, on one line.
pub(super) fn words(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr);
    words.trim().replace('\n', "; ")
}
