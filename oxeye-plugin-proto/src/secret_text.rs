//! The conversions that all secret texts have in common.

/// Implements conversions, `Serialize`, and a `Debug` that hides the text for a tuple struct around a
/// `String` that has `FromStr`. It deliberately implements no `Display`.
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
