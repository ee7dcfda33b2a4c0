//! Parameters of a URL: read, added and removed without touching the others.

use std::fmt::Write as _;

/// Returns the decoded value of a parameter.
pub(crate) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| decode(value))
}

/// Returns a query without a parameter; `None` if nothing is left.
pub(crate) fn without(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = query?.split('&');
    let others = pairs.filter(|pair| pair.split('=').next() != Some(name));
    let rest = others.collect::<Vec<_>>().join("&");
    (!rest.is_empty()).then_some(rest)
}

/// Appends parameters to a URL, which may have some already.
pub(crate) fn with(url: &str, parameters: &[(&str, &str)]) -> String {
    let mut url = url.to_owned();
    for (name, value) in parameters {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        encode(value, &mut url);
    }
    url
}

/// Encodes everything but letters, digits and `-._~` (RFC 3986, section 2.3).
fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => drop(write!(into, "%{byte:02X}")),
        }
    }
}

/// Decodes `%41` and `+`. What is not valid stays as it is, or becomes U+FFFD.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = tail.split_at_checked(2).and_then(|(digits, after)| {
            let digits = std::str::from_utf8(digits).ok()?;
            let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let byte = u8::from_str_radix(digits, 16).ok()?;
            is_hex.then_some((byte, after))
        });
        match (first, escaped) {
            (b'%', Some((byte, after))) => {
                bytes.push(byte);
                rest = after;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_found_and_decoded() {
        let query = Some("a=1&playerId=Ada%20%26%20Bob+%C3%A9%zz&b");

        assert_eq!(parameter(query, "playerId").unwrap(), "Ada & Bob é%zz");
        assert_eq!(parameter(query, "player"), None);
        assert_eq!(parameter(Some("playerId"), "playerId"), None);
        assert_eq!(parameter(None, "playerId"), None);
    }

    #[test]
    fn a_parameter_is_removed_wherever_it_stands() {
        for query in ["sessionId=x&a=1&b", "a=1&sessionId=x&b", "a=1&b&sessionId"] {
            assert_eq!(without(Some(query), "sessionId").unwrap(), "a=1&b");
        }
        assert_eq!(without(Some("sessionId=x"), "sessionId"), None);
        assert_eq!(without(None, "sessionId"), None);
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let odd = "\"$(rm)\" <é>&=+#%?/~";

        let url = with("http://localhost:8081", &[("playerId", odd), ("b", "")]);

        assert!(url.starts_with("http://localhost:8081?playerId=%22%24%28rm"));
        assert!(url.ends_with("~&b="), "{url}");
        let query = url.split_once('?').unwrap().1;
        assert_eq!(parameter(Some(query), "playerId").unwrap(), odd);
    }
}
