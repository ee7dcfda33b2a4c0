//! Settings that are the address of a web server.

use oxeye_process::config::{ConfigError, Setting, Sources};
use reqwest::Url;

/// Reads an `http` or `https` address to which paths are appended.
pub(super) fn read(from: &Sources, setting: Setting) -> Result<Option<String>, ConfigError> {
    from.optional(
        setting,
        "an address such as http://127.0.0.1:8080",
        |text| {
            let address = text.trim_end_matches('/');
            let url = Url::parse(address).ok().filter(is_base);
            url.map(|_| address.to_owned())
        },
    )
}

/// Whether a path can be appended to a URL.
fn is_base(url: &Url) -> bool {
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_web && url.query().is_none() && url.fragment().is_none()
}
