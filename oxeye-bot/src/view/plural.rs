//! A number and what is counted: "1 session", "2 sessions".

use std::fmt::Display;

/// The number and the word for so many.
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(
    number: N,
    one: &str,
    many: &str,
) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_every_other_number_is_plural() {
        assert_eq!(counted(1_u64, "session", "sessions"), "1 session");
        assert_eq!(counted(0_usize, "session", "sessions"), "0 sessions");
        assert_eq!(counted(21_u32, "session", "sessions"), "21 sessions");
    }
}
