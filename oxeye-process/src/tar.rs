//! The format of tar archives (ustar, POSIX.1-1988, with the long names of GNU): as much of it as files and
//! folders need, whose lengths are known before they are written.

/// The size of a block, in bytes. Headers are one block long, and files are filled up to whole blocks.
const BLOCK: usize = 512;

/// The longest name of a file that a header has room for, in bytes.
pub const MAX_NAME_BYTES: usize = 100;

/// The end of an archive: two empty blocks.
pub const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// The largest size that fits into its field as octal digits. Above that, GNU tar and all others of today use binary.
const MAX_OCTAL_SIZE: u64 = (1 << 33) - 1;

/// The ids of the user and the group that own a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Owner {
    /// The user's.
    pub user: u32,
    /// The group's.
    pub group: u32,
}

/// Returns the header of a file that only its owner can read. `modified` counts seconds since 1970.
#[must_use]
pub fn header(name: impl AsRef<[u8]>, bytes: u64, owner: Owner, modified: u64) -> [u8; BLOCK] {
    of_kind(b"0", b"0000600", name.as_ref(), bytes, owner, modified)
}

/// Returns the header of a folder that only its owner can enter. Its name ends with a slash.
#[must_use]
pub fn folder_header(name: impl AsRef<[u8]>, owner: Owner, modified: u64) -> [u8; BLOCK] {
    of_kind(b"5", b"0000700", name.as_ref(), 0, owner, modified)
}

/// Returns what has to precede the header of a file or folder so that its name is read in full, which
/// is nothing unless it is longer than [`MAX_NAME_BYTES`].
#[must_use]
pub fn long_name(name: impl AsRef<[u8]>, owner: Owner) -> Vec<u8> {
    let name = name.as_ref();
    if name.len() <= MAX_NAME_BYTES {
        return Vec::new();
    }
    // The name ends with a zero, which counts.
    let bytes = name.len() as u64 + 1;
    let header = of_kind(b"L", b"0000000", b"././@LongLink", bytes, owner, 0);
    let mut long_name = header.to_vec();
    long_name.extend_from_slice(name);
    long_name.push(0);
    long_name.extend_from_slice(padding(bytes));
    long_name
}

fn of_kind(
    kind: &[u8; 1],
    mode: &[u8; 7],
    name: &[u8],
    bytes: u64,
    owner: Owner,
    modified: u64,
) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    put(&mut header, 0, &name[..name.len().min(MAX_NAME_BYTES)]);
    put(&mut header, 100, mode);
    put(&mut header, 108, &octal(owner.user.into(), 7));
    put(&mut header, 116, &octal(owner.group.into(), 7));
    if bytes <= MAX_OCTAL_SIZE {
        put(&mut header, 124, &octal(bytes, 11));
    } else {
        header[124] = 0x80;
        put(&mut header, 128, &bytes.to_be_bytes());
    }
    put(&mut header, 136, &octal(modified.min(MAX_OCTAL_SIZE), 11));
    // The checksum is computed with blanks in its place.
    put(&mut header, 148, b"        ");
    put(&mut header, 156, kind);
    put(&mut header, 257, b"ustar\x0000");
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    put(&mut header, 148, &octal(sum, 6));
    header[154] = 0;
    header
}

/// Returns what fills up a file of this size to a whole block.
#[must_use]
pub fn padding(bytes: u64) -> &'static [u8] {
    let over = usize::try_from(bytes % BLOCK as u64).unwrap_or_default();
    &END[..(BLOCK - over) % BLOCK]
}

fn put(header: &mut [u8; BLOCK], at: usize, bytes: &[u8]) {
    header[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Returns a number as octal digits. The ids of users can be too large for their field; nobody's (65534) fits.
fn octal(number: u64, digits: usize) -> Vec<u8> {
    let largest = (1_u64 << (3 * digits)) - 1;
    format!("{:0digits$o}", number.min(largest)).into_bytes()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::Command;

    use super::*;

    const OWNER: Owner = Owner {
        user: 65_532,
        group: 1,
    };

    /// Returns what the real tar lists of an archive that holds nothing but this header.
    fn listed(header: &[u8]) -> String {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(header).unwrap();
        let mut tar = Command::new("tar");
        tar.args(["--list", "--verbose", "--numeric-owner", "--utc", "--file"]);
        let output = tar.arg(file.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn tar_reads_the_name_the_owner_the_size_and_the_time() {
        let small = header("oxeye.db", 1_234_567, OWNER, 1_795_780_800);
        let words: Vec<String> = listed(&small)
            .split_whitespace()
            .map(str::to_owned)
            .collect();

        let expected = "-rw------- 65532/1 1234567 2026-11-27 12:00 oxeye.db";
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn a_store_may_have_more_than_8_gib() {
        for bytes in [MAX_OCTAL_SIZE, MAX_OCTAL_SIZE + 1, 1 << 42] {
            let large = header("oxeye.db", bytes, OWNER, 0);
            assert!(listed(&large).contains(&format!(" {bytes} ")), "{bytes}");
        }
    }

    #[test]
    fn a_name_may_be_longer_than_its_field() {
        for letters in [MAX_NAME_BYTES, MAX_NAME_BYTES + 1, 511, 512, 4_000] {
            let name = "n".repeat(letters);
            let mut archive = long_name(&name, OWNER);
            archive.extend_from_slice(&header(&name, 0, OWNER, 0));

            assert!(
                listed(&archive).ends_with(&format!(" {name}\n")),
                "{letters}"
            );
        }
    }

    #[test]
    fn a_folder_is_listed_as_one() {
        let listed = listed(&folder_header("world/region/", OWNER, 0));

        assert!(listed.starts_with("drwx------ 65532/1 "), "{listed}");
        assert!(listed.ends_with(" world/region/\n"), "{listed}");
    }

    #[test]
    fn files_are_filled_up_to_whole_blocks() {
        let lengths = [0, 1, 511, 512, 513].map(|bytes| padding(bytes).len());

        assert_eq!(lengths, [0, 511, 1, 0, 511]);
    }
}
