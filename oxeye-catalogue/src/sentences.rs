//! The list of the sentences of a crate, each of them a method.

/// The key of a sentence, and its arguments with their Rust types.
pub type Sentence = (&'static str, &'static [(&'static str, &'static str)]);

/// Makes each line a method of the `Text` of a crate, which renders the message with that key. For the
/// tests, the constant `ALL` lists the keys with their arguments.
///
/// The crate's `Text` has a method `sentence`, which finds the message; the macro is called in a module
/// below it:
///
/// ```
/// mod text {
///     use std::sync::LazyLock;
///     use oxeye_catalogue::{Catalogue, FluentValue, Locale};
///
///     #[derive(Clone, Copy)]
///     pub struct Text(pub Locale);
///
///     impl Text {
///         fn sentence<const N: usize>(
///             self,
///             key: &str,
///             arguments: [(&'static str, FluentValue<'_>); N],
///         ) -> String {
///             static CATALOGUE: LazyLock<Catalogue> =
///                 LazyLock::new(|| Catalogue::of("here = { $count } here", "here = { $count } da"));
///             CATALOGUE.sentence(self.0, key, arguments)
///         }
///     }
///
///     mod sentences {
///         oxeye_catalogue::sentences! { super::Text:
///             here(count: usize);
///         }
///     }
/// }
///
/// let text = text::Text(oxeye_catalogue::Locale::German);
/// assert_eq!(text.here(3), "3 da");
/// ```
#[macro_export]
macro_rules! sentences {
    ($text:ty: $($key:ident($($argument:ident: $kind:ty),*);)+) => {
        impl $text {
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
        pub(super) const ALL: &[$crate::Sentence] = &[
            $((stringify!($key), &[$((stringify!($argument), stringify!($kind))),*])),+
        ];
    };
}
