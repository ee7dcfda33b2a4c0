//! What others say, such as the engine of a container or a worker on another machine, before we repeat it.

/// The most characters of a sentence that we repeat.
const MAX_WORDS: usize = 300;

/// Returns text on one line, without control characters, and not too long.
pub(crate) fn readable(words: &str) -> String {
    let line = words.trim().chars().take(MAX_WORDS);
    line.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_say_fits_on_one_line() {
        assert_eq!(readable(" no\n\u{1b}[31m image \n"), "no  [31m image");
        let long = readable(&"ä".repeat(MAX_WORDS + 1));
        assert_eq!(long.chars().count(), MAX_WORDS);
    }
}
