//! The name of a face's emoji.

use std::fmt::{self, Display, Formatter};

use oxeye_db::Head;
use sha2::{Digest as _, Sha256};

/// Hexadecimal digits behind the `h`. Discord accepts names of 2 to 32 characters.
const DIGITS: usize = 31;

/// A face, by the hash of its pixels. Its text is the name of its emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Face(u128);

impl Face {
    /// Returns the face of a head.
    pub(super) fn of(head: &Head) -> Self {
        let hash: [u8; 32] = Sha256::digest(head.as_bytes()).into();
        let first = hash.first_chunk().copied().unwrap_or_default();
        Self(u128::from_be_bytes(first) >> 4)
    }

    /// Returns the face whose emoji has this name; `None` if the emoji is not ours.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let digits = name.strip_prefix('h')?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_ours = digits.len() == DIGITS && digits.bytes().all(is_digit);
        let face = u128::from_str_radix(digits, 16).ok()?;
        is_ours.then_some(Self(face))
    }
}

impl Display for Face {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "h{:0DIGITS$x}", self.0)
    }
}

#[cfg(test)]
pub(super) mod testing {
    use oxeye_db::Head;

    /// Returns a head, a different one for each number.
    pub(in crate::head_emoji) fn head(number: u16) -> Head {
        let mut pixels = [0; 192];
        pixels[..2].copy_from_slice(&number.to_be_bytes());
        Head::from_bytes(&pixels).expect("192 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::testing::head;
    use super::*;

    #[test]
    fn a_face_is_found_again_by_the_name_of_its_emoji() {
        for number in 0..1_000 {
            let face = Face::of(&head(number));
            let name = face.to_string();
            assert_eq!(name.len(), 32, "{name}");
            assert_eq!(Face::of_name(&name), Some(face));
        }
        assert_ne!(Face::of(&head(1)), Face::of(&head(2)));
    }

    #[test]
    fn an_emoji_of_somebody_else_has_no_face() {
        let own = Face::of(&head(1)).to_string();
        let upper = own.to_uppercase().replace('H', "h");
        let sign = format!("h+{}", &own[2..]);
        for name in [
            "",
            "h",
            "heart",
            &own[1..],
            &format!("{own}0"),
            &upper,
            &sign,
        ] {
            assert_eq!(Face::of_name(name), None, "{name}");
        }
    }
}
