//! The operator's own fonts for status pictures.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxeye_render::Fonts;

use oxeye_process::config::{ConfigError, Expected, Shown, Sources};

use super::list;

/// The most bytes that all fonts of the folder may have. They stay in memory.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Returns the bundled fonts, and those in the folder of `FONTS_DIR`.
pub(super) fn read(from: &Sources) -> Result<Arc<Fonts>, ConfigError> {
    let Some(given) = from.find(list::FONTS_DIR) else {
        return Ok(Arc::default());
    };
    let folder = Path::new(given.text.trim());
    let refuse = |why: String| ConfigError::BadValue {
        variable: list::FONTS_DIR.name,
        shown: Shown::Quoted(given.text.clone()),
        origin: given.origin.clone(),
        expected: Expected::Other {
            what: "a folder with .ttf, .otf or .ttc fonts".to_owned(),
            why: Some(why),
        },
    };
    let (paths, fonts) = read_folder(folder).map_err(|error| refuse(error.to_string()))?;
    let fonts = Fonts::with_extra(fonts).map_err(|error| {
        let path = paths[error.place].display();
        refuse(format!("{path} cannot be read: {error}"))
    })?;
    Ok(Arc::new(fonts))
}

/// Reads the font files of a folder, in the order of their names.
fn read_folder(folder: &Path) -> io::Result<(Vec<PathBuf>, Vec<Vec<u8>>)> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_font(&path) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(io::Error::other("it holds no .ttf, .otf or .ttc file"));
    }
    paths.sort_unstable();
    let mut left = MAX_BYTES;
    let mut fonts = Vec::new();
    for path in &paths {
        let size = fs::metadata(path)?.len();
        left = left.checked_sub(size).ok_or_else(|| {
            let limit = MAX_BYTES / 1024 / 1024;
            io::Error::other(format!(
                "its fonts have more than {limit} MiB, and all stay in memory"
            ))
        })?;
        fonts.push(fs::read(path)?);
    }
    Ok((paths, fonts))
}

fn is_font(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let known = ["ttf", "otf", "ttc"];
    extension.is_some_and(|extension| {
        known
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FONT: &[u8] = include_bytes!("../../../oxeye-render/fonts/DejaVuSans-subset.ttf");

    fn read_from(folder: &Path) -> Result<Arc<Fonts>, String> {
        let folder = folder.display().to_string();
        let values = [("FONTS_DIR", folder.as_str())];
        read(&Sources::none(&list::LIST).and(&values)).map_err(|error| error.to_string())
    }

    #[test]
    fn all_fonts_of_the_folder_are_read_and_other_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b.ttf"), FONT).unwrap();
        fs::write(folder.path().join("a.OTF"), FONT).unwrap();
        fs::write(folder.path().join("LICENSE"), "no font").unwrap();

        let (paths, fonts) = read_folder(folder.path()).unwrap();

        let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()).collect();
        assert_eq!(
            (names, fonts.len()),
            (vec!["a.OTF".as_ref(), "b.ttf".as_ref()], 2)
        );
        read_from(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_without_usable_fonts_stops_the_start_and_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = read_from(&folder.path().join("nowhere")).unwrap_err();
        assert!(missing.starts_with("FONTS_DIR is "), "{missing}");
        assert!(missing.contains("nowhere"), "{missing}");
        let empty = read_from(folder.path()).unwrap_err();
        assert!(empty.contains("no .ttf, .otf or .ttc file"), "{empty}");

        fs::write(folder.path().join("good.ttf"), FONT).unwrap();
        fs::write(folder.path().join("page.ttf"), "<html>").unwrap();
        let broken = read_from(folder.path()).unwrap_err();
        assert!(
            broken.contains("page.ttf cannot be read: this is no TrueType"),
            "{broken}"
        );
    }
}
