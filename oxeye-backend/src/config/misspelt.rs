//! Names that look like a setting with a typing error in it.
//!
//! A `.env` may hold variables of other programs too, as one beside a Compose file does, so an unknown name is no error
//! by itself.

/// The setting that is most likely meant by a name which is none: one letter is missing, too many, wrong or changed
/// places with its neighbour, or it is in lower case.
pub(super) fn meant_by<'a>(name: &str, settings: &[&'a str]) -> Option<&'a str> {
    let name = name.to_ascii_uppercase();
    let close = |setting: &&&str| is_one_slip_away(name.as_bytes(), setting.as_bytes());
    settings.iter().find(close).copied()
}

fn is_one_slip_away(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    match (one, other) {
        ([], [] | [_]) | ([_], []) => true,
        ([], _) | (_, []) => false,
        ([a, b, one @ ..], [c, d, other @ ..]) if (a, b) == (d, c) && one == other => true,
        ([_, one_rest @ ..], [_, other_rest @ ..]) => {
            one_rest == other_rest || one_rest == other || one == other_rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let settings = ["DATABASE_PATH", "DISCORD_TOKEN", "PORT", "RUST_LOG"];
        assert_eq!(meant_by(name, &settings), expected, "{name}");
    }

    #[test]
    fn a_slip_is_told_from_another_programs_variable() {
        check("DISCORD_TOKE", Some("DISCORD_TOKEN"));
        check("DISCORD_TOKENS", Some("DISCORD_TOKEN"));
        check("DICSORD_TOKEN", Some("DISCORD_TOKEN"));
        check("DISCORDTOKEN", Some("DISCORD_TOKEN"));
        check("discord_token", Some("DISCORD_TOKEN"));
        check("PROT", Some("PORT"));
        check("DATABASE_PASS", None);
        check("RUST_LOG_STYLE", None);
        check("HTTP_PORT", None);
        check("PATH", None);
        check("", None);
    }
}
