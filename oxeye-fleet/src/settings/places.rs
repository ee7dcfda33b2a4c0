//! Where the fleet listens, and where players find their servers.

use std::net::SocketAddr;

use hyper::Uri;
use oxeye_process::config::{ConfigError, Setting, Sources};

use super::{either, list};

/// The URL of a player's server, with `{port}` in place of its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// Returns the URL of the server on this port.
    #[must_use]
    pub fn of_port(&self, port: u16) -> String {
        self.0.replace("{port}", &port.to_string())
    }

    /// A path needs a `{port}`, because the port would end up behind the path otherwise.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches('/');
        let has_port = text.contains("{port}");
        let template = match (has_port, text.contains("://")) {
            (true, _) => text.to_owned(),
            (false, true) => format!("{text}:{{port}}"),
            (false, false) => format!("http://{text}:{{port}}"),
        };
        let example = template.replace("{port}", "8081");
        let uri: Uri = example.parse().ok()?;
        let authority = uri.authority()?;
        let is_usable = matches!(uri.scheme_str(), Some("http" | "https"))
            && !authority.host().is_empty()
            && !authority.as_str().contains('@')
            && (has_port || uri.path() == "/")
            && !example.contains(['?', '#']);
        is_usable.then_some(Self(template))
    }
}

/// Reads the addresses for players.
pub(super) fn listen(from: &Sources) -> Result<Vec<SocketAddr>, ConfigError> {
    let expected = "addresses with ports such as 0.0.0.0:8090 or 127.0.0.1:8090, [::1]:8090";
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

/// Reads where players find their servers.
pub(super) fn public_address(from: &Sources) -> Result<PublicAddress, ConfigError> {
    let setting = either(from, list::FLEET_PUBLIC_ADDRESS, list::PUBLIC_ADDRESS);
    let expected = "an http or https URL such as http://play.example.org:{port}, or a host, and no path without {port}";
    let address = from.optional(setting, expected, PublicAddress::parse)?;
    Ok(address.unwrap_or_else(|| PublicAddress("http://localhost:{port}".to_owned())))
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

    #[track_caller]
    fn check_address(text: &str, expected: Option<&str>) {
        let url = PublicAddress::parse(text).map(|address| address.of_port(8081));
        assert_eq!(url.as_deref(), expected, "{text}");
    }

    #[test]
    fn players_get_a_url_with_the_port_of_their_server() {
        check_address("play.example.org", Some("http://play.example.org:8081"));
        check_address(
            "https://play.example.org/",
            Some("https://play.example.org:8081"),
        );
        check_address(
            "https://{port}.example.org",
            Some("https://8081.example.org"),
        );
        check_address("http://[::1]:{port}/game", Some("http://[::1]:8081/game"));
        for unusable in [
            "two words",
            "",
            "ftp://play.example.org",
            "ftp://play.example.org:{port}",
            "http://play.example.org/game",
            "play.example.org/game",
            "play.example.org:8080",
            "http://play.example.org:8080",
            "http://play.example.org:{port}?a=b",
            "http://play.example.org:{port}#a",
            "http://play.example.org#a",
            "http://me:secret@play.example.org:{port}",
        ] {
            check_address(unusable, None);
        }
    }

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
