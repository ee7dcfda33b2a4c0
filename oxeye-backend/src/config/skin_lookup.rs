//! The settings of the lookup of skins.

use reqwest::Url;

use oxeye_process::config::{ConfigError, Sources};

use super::{list, web_address};

/// Returns the session server that is asked; `None` if skins are not looked up.
pub(super) fn read(from: &Sources) -> Result<Option<Url>, ConfigError> {
    let base = web_address::read(from, list::SKIN_LOOKUP_BASE)?;
    let base = base.and_then(|base| Url::parse(&base).ok());
    let is_on = from.word(list::SKIN_LOOKUP, [("mojang", true), ("off", false)])?;
    Ok(base.filter(|_| is_on))
}
