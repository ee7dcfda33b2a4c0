//! Random symbols of Crockford's base 32, which people can copy by hand: it has no I, L, O or U. See
//! <https://www.crockford.com/base32.html>.

use rand::{TryRngCore as _, rngs::OsRng};

/// The symbols in lower case.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Returns symbols from the operating system's randomness, five bits each, in lower case.
///
/// # Panics
///
/// When the operating system provides no randomness, without which no secret can be generated.
pub(crate) fn random<const SYMBOLS: usize>() -> [char; SYMBOLS] {
    let mut random = [0; SYMBOLS];
    OsRng
        .try_fill_bytes(&mut random)
        .expect("the operating system provides randomness");
    // The alphabet's length divides 256, so every symbol is equally likely.
    random.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]))
}

/// Returns the symbol that somebody meant, in lower case: I, L and O stand for 1, 1 and 0.
pub(crate) fn canonical(symbol: char) -> Option<char> {
    let symbol = match symbol.to_ascii_lowercase() {
        'i' | 'l' => '1',
        'o' => '0',
        other => other,
    };
    ALPHABET
        .iter()
        .any(|&known| char::from(known) == symbol)
        .then_some(symbol)
}
