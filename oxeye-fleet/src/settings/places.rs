//! Where the fleet listens, and which pages may call it.

use std::net::SocketAddr;

use hyper::Uri;
use oxeye_process::config::{ConfigError, Setting, Sources};

use super::list;

/// Reads the addresses for players.
pub(super) fn listen(from: &Sources) -> Result<Vec<SocketAddr>, ConfigError> {
    let expected =
        "a list of addresses with ports such as 0.0.0.0:8090 or 127.0.0.1:8090, [::1]:8090";
    let addresses = from.optional(list::FLEET_LISTEN, expected, |text| {
        let entries = text.split([',', ' ']).filter(|entry| !entry.is_empty());
        let addresses: Option<Vec<_>> = entries.map(|entry| entry.parse().ok()).collect();
        addresses.filter(|addresses| !addresses.is_empty())
    })?;
    Ok(addresses.unwrap_or_default())
}

/// Reads the address of the dashboard.
pub(super) fn dashboard(from: &Sources) -> Result<Option<SocketAddr>, ConfigError> {
    let expected = "an address with a port such as 0.0.0.0:3001, or off";
    let address = from.optional(list::FLEET_DASHBOARD_LISTEN, expected, |text| match text {
        "off" => Some(None),
        text => text.parse().ok().map(Some),
    })?;
    Ok(address.unwrap_or_default())
}

/// Reads an `http` or `https` URL without a slash at its end.
pub(super) fn web_address(from: &Sources, setting: Setting) -> Result<Option<String>, ConfigError> {
    from.optional(
        setting,
        "an address such as http://127.0.0.1:3000",
        |text| {
            let text = text.trim_end_matches('/');
            let uri: Uri = text.parse().ok()?;
            let is_web = matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
            (is_web && uri.query().is_none()).then(|| text.to_owned())
        },
    )
}

/// Reads the origins of pages that may call the API.
pub(super) fn origins(from: &Sources) -> Result<Vec<String>, ConfigError> {
    let expected = "origins such as https://play.example.org, http://localhost:8081, or *";
    let origins = from.optional(list::FLEET_CORS_ORIGINS, expected, |text| {
        let entries = text.split([',', ' ']).filter(|entry| !entry.is_empty());
        entries.map(origin).collect()
    })?;
    Ok(origins.unwrap_or_default())
}

/// Returns an origin as browsers send it: a scheme and a host in lower case, perhaps with a port that is not
/// the usual one, and nothing else.
/// Source: RFC 6454, section 6.2.
fn origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let text = text.to_ascii_lowercase();
    let uri: Uri = text.parse().ok()?;
    let usual_port = match uri.scheme_str()? {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let is_bare = uri.path() == "/" && uri.query().is_none() && !text.ends_with(['/', '#']);
    let origin = text.strip_suffix(usual_port).unwrap_or(&text);
    (has_host && is_bare && !text.contains('@')).then(|| origin.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path() {
        for text in ["https://play.example.org", "http://localhost:8081", "*"] {
            assert_eq!(origin(text).as_deref(), Some(text));
        }
        for text in [
            "https://play.example.org/",
            "https://a.org/x",
            "https://a.org?x",
            "https://a.org#",
            "https://me@a.org",
            "ftp://a.org",
            "play.example.org",
            "null",
        ] {
            assert!(origin(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_origin_is_compared_as_browsers_send_it() {
        for (text, sent) in [
            ("HTTPS://Play.Example.org", "https://play.example.org"),
            ("http://localhost:80", "http://localhost"),
            ("https://[::1]:443", "https://[::1]"),
            ("http://localhost:443", "http://localhost:443"),
            ("http://localhost:8080", "http://localhost:8080"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(sent), "{text}");
        }
    }
}
