//! The language of the person at the terminal, as their system states it.

use oxeye_process::settings;
use oxeye_text::Locale;

/// Returns the language in which commands print: by `LC_ALL`, `LC_MESSAGES` and `LANG`, as in other programs.
pub fn language() -> Locale {
    let values =
        ["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| settings::variable(name).ok().flatten());
    Locale::of_environment(values.each_ref().map(Option::as_deref))
}
