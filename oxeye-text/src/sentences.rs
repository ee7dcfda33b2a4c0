//! The list of all sentences with their arguments. Their words are in `en.ftl` and `de.ftl`.

mod board_notices;
mod boards;
mod command_line;
mod counters;
mod discord;
mod fleet;
mod front_page;
mod servers;
mod watching;

/// Makes each line a method of `Text` that renders the message with that key.
macro_rules! sentences {
    ($($key:ident($($argument:ident: $kind:ty),*);)+) => {
        impl crate::Text {
            $(
                #[doc = concat!("Renders `", stringify!($key), "` of the catalogues.")]
                #[must_use]
                pub fn $key(self, $($argument: $kind),*) -> String {
                    self.sentence(
                        stringify!($key),
                        [$((stringify!($argument), $argument.into())),*],
                    )
                }
            )+
        }

        /// All keys with their arguments and the types of those.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &[(&str, &str)])] = &[
            $((stringify!($key), &[$((stringify!($argument), stringify!($kind))),*])),+
        ];
    };
}
use sentences;

#[cfg(test)]
mod tests;
