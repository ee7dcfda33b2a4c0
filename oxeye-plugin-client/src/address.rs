//! The backend's address.

use std::fmt;

use reqwest::Url;

/// A valid address: `http` or `https`, a host, and perhaps a path at which a reverse proxy serves the
/// backend.
#[derive(Debug, Clone)]
pub(crate) struct Address(Url);

impl Address {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let speaks_http = matches!(url.scheme(), "http" | "https");
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        (speaks_http && plain).then_some(Self(url))
    }

    /// Returns the URL of a route. `path` starts with a slash.
    pub(crate) fn route(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        let address = Address::parse(address).expect(address);
        assert_eq!(address.route("/join").as_str(), expected);
    }

    #[test]
    fn routes_are_below_the_address() {
        check("http://127.0.0.1:3000", "http://127.0.0.1:3000/join");
        check(" https://example.org/ ", "https://example.org/join");
        check(
            "https://example.org/oxeye",
            "https://example.org/oxeye/join",
        );
        check(
            "https://example.org/oxeye/",
            "https://example.org/oxeye/join",
        );
    }

    #[test]
    fn an_address_is_http_and_contains_no_secret() {
        for text in [
            "",
            "example.org",
            "ftp://example.org",
            "http://",
            "http://me:secret@example.org",
            "http://a/?b=c",
        ] {
            assert!(Address::parse(text).is_none(), "{text}");
        }
    }
}
