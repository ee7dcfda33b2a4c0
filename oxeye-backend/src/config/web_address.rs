//! Settings that are the address of a web server, which may hold a password.

use oxeye_process::config::{ConfigError, Setting, Sources};
use reqwest::Url;

const EXPECTED: &str = "an address such as http://127.0.0.1:8080";

/// Reads an `http` or `https` address to which paths are appended. An error quotes none with a password.
pub(super) fn read(from: &Sources, setting: Setting) -> Result<Option<String>, ConfigError> {
    let may_hold_password = from.optional(setting, EXPECTED, |text| Some(text.contains('@')))?;
    if may_hold_password == Some(true) {
        let is_usable = |text: &str| base(text).is_some();
        let checked = from.checked_secret(setting, EXPECTED, is_usable)?;
        return Ok(checked.and_then(|address| base(address.expose())));
    }
    from.optional(setting, EXPECTED, base)
}

/// Returns an address that was read before without its name and password, for people.
pub(crate) fn without_credentials(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return String::new();
    };
    // Only an address without a host refuses this, and then there is nothing to remove.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.as_str().trim_end_matches('/').to_owned()
}

/// Returns the address without a slash at the end, if a path can be appended to it.
fn base(text: &str) -> Option<String> {
    let address = text.trim_end_matches('/');
    let url = Url::parse(address).ok().filter(is_base);
    url.map(|_| address.to_owned())
}

fn is_base(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_web && url.query().is_none() && url.fragment().is_none()
}
