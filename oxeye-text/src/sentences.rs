//! All sentences with their arguments. What they say stands in `en.ftl` and `de.ftl`.

mod check;
mod command_line;
mod discord;
mod servers;

/// Makes each line a method of `Text`, which renders the message of that key.
macro_rules! sentences {
    ($($key:ident($($argument:ident: $kind:ty),*);)+) => {
        impl crate::Text {
            $(
                #[doc = concat!("`", stringify!($key), "` of the catalogues.")]
                #[must_use]
                pub fn $key(self, $($argument: $kind),*) -> String {
                    self.sentence(
                        stringify!($key),
                        [$((stringify!($argument), $argument.into())),*],
                    )
                }
            )+
        }

        /// Each key with its arguments and their types.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &[(&str, &str)])] = &[
            $((stringify!($key), &[$((stringify!($argument), stringify!($kind))),*])),+
        ];
    };
}
use sentences;

#[cfg(test)]
mod tests;
