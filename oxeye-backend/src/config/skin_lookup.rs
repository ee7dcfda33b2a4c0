//! The settings of the lookup of skins.

use reqwest::Url;

use super::list;
use super::sources::{ConfigError, Sources};

/// Returns the session server that is asked; `None` if skins are not looked up.
pub(super) fn read(from: &Sources) -> Result<Option<Url>, ConfigError> {
    let base = from.web_address(list::SKIN_LOOKUP_BASE)?;
    let base = base.and_then(|base| Url::parse(&base).ok());
    let is_on = from.word(list::SKIN_LOOKUP, [("mojang", true), ("off", false)])?;
    Ok(base.filter(|_| is_on))
}
