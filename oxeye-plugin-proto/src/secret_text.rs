//! What link codes and API keys have in common on the wire and in logs.

/// Gives a tuple struct around a `String` its conversions, all of which go through `FromStr`, and a
/// `Debug` that hides it. The struct gets no `Display`.
macro_rules! secret_text {
    ($secret:ident, $error:ty) => {
        impl TryFrom<&str> for $secret {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $secret {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl serde::Serialize for $secret {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl std::fmt::Debug for $secret {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($secret), "(redacted)"))
            }
        }
    };
}

pub(crate) use secret_text;
