//! Reads a spool's file: a line with the epoch and the number of the first event, then one event per
//! line.

use oxeye_plugin_proto::{Epoch, Seq};
use serde::{Deserialize, Serialize};

use super::{Spooled, line::Line};

/// Version of the format. It grows when older plugins can no longer read the file.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Header {
    oxeye_spool: u32,
    epoch: Epoch,
    first_seq: Seq,
    /// The highest source number of all events so far, even those that are no longer in the file. Old
    /// files have none.
    #[serde(default, skip_serializing_if = "is_zero")]
    source_number: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The contents of an intact file.
#[derive(Debug)]
pub(super) struct Contents<E> {
    pub(super) epoch: Epoch,
    pub(super) first_seq: Seq,
    /// The highest source number of any event, or 0 if none had one.
    pub(super) source_number: u64,
    pub(super) lines: Vec<Line<E>>,
    /// Length of the complete lines. A torn line may follow.
    pub(super) intact_bytes: usize,
}

/// What is wrong with a damaged file.
#[derive(Debug)]
pub(super) struct Damage {
    pub(super) why: String,
    /// The epoch of the file, if it can still be read.
    pub(super) epoch: Option<Epoch>,
}

/// Returns the first line of a file.
pub(super) fn header(epoch: Epoch, first_seq: Seq, source_number: u64) -> String {
    let header = Header {
        oxeye_spool: VERSION,
        epoch,
        first_seq,
        source_number,
    };
    serde_json::to_string(&header).expect("numbers are JSON") + "\n"
}

impl<E: Spooled> Contents<E> {
    /// Makes the contents of a new epoch.
    pub(super) fn empty(epoch: Epoch) -> Self {
        Self {
            epoch,
            first_seq: Seq::FIRST,
            source_number: 0,
            lines: Vec::new(),
            intact_bytes: 0,
        }
    }

    pub(super) fn header(&self) -> String {
        header(self.epoch, self.first_seq, self.source_number)
    }

    /// Reads a file. A last line without a line break was truncated by a crash. The first line cannot
    /// be, since it is never written in place.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let first = lines.next().and_then(|line| line.strip_suffix(b"\n"));
        let header = read_header(first.unwrap_or_default())?;
        let damage = |why| Damage {
            why,
            epoch: Some(header.epoch),
        };
        let mut contents = Self {
            intact_bytes: first.map_or(0, |line| line.len() + 1),
            first_seq: header.first_seq,
            source_number: header.source_number,
            ..Self::empty(header.epoch)
        };
        for line in lines {
            let Some(text) = line.strip_suffix(b"\n") else {
                break;
            };
            let number = contents.lines.len() + 2;
            let read = Line::read(text).map_err(|why| damage(format!("line {number}: {why}")))?;
            let source_number = read.source_number().unwrap_or_default();
            contents.source_number = contents.source_number.max(source_number);
            contents.lines.push(read);
            contents.intact_bytes += line.len();
        }
        match contents.first_seq.checked_add(contents.lines.len()) {
            Some(_) => Ok(contents),
            None => Err(damage("its sequence numbers run out".to_owned())),
        }
    }
}

fn read_header(line: &[u8]) -> Result<Header, Damage> {
    let header: Header = serde_json::from_slice(line).map_err(|why| Damage {
        why: format!("line 1: {why}"),
        epoch: None,
    })?;
    if header.oxeye_spool == VERSION {
        Ok(header)
    } else {
        Err(Damage {
            why: format!("its version is {}, not {VERSION}", header.oxeye_spool),
            epoch: Some(header.epoch),
        })
    }
}
