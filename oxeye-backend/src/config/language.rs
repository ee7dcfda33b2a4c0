//! The language of the person at the terminal, as their system says it.

use oxeye_text::Locale;

/// The language of what commands print: `LC_ALL`, `LC_MESSAGES` and `LANG`, as for other programs.
pub fn language() -> Locale {
    let values = ["LC_ALL", "LC_MESSAGES", "LANG"].map(variable);
    Locale::of_environment(values.each_ref().map(Option::as_deref))
}

fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "these are the system's variables, not settings of ours"
    )]
    std::env::var(name).ok()
}
