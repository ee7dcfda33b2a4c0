//! Variables that can only be meant for one program, so that a misspelt one is noticed.

use super::SettingList;
use crate::settings;

/// The most typos in a name whose setting can still be guessed.
const MAX_TYPOS: usize = 3;

/// The variables that can only be meant for one program. One of them that is not a setting is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnNames {
    /// How their names begin.
    pub prefix: &'static str,
    /// Names that begin like that and are settings of other programs.
    pub except: &'static [&'static str],
}

/// Returns what a variable could have been meant to be, as a part of a sentence, if it can only be meant for
/// the program and is not a setting. What Kubernetes and links between containers set for a service of the
/// same name does not count.
pub(super) fn misspelt(list: &SettingList, name: &str, value: &str) -> Option<String> {
    let own = list.own.filter(|own| name.starts_with(own.prefix))?;
    let is_fine =
        list.named(name).is_some() || own.except.contains(&name) || is_of_service(name, value);
    if is_fine {
        return None;
    }
    Some(match settings::meant_by(name, MAX_TYPOS, list.names()) {
        Some(meant) => format!("did you mean {meant}?"),
        None => {
            let names = list.names().filter(|name| name.starts_with(own.prefix));
            format!("its settings are {}", names.collect::<Vec<_>>().join(", "))
        }
    })
}

/// Whether a variable is one that Kubernetes or a link between containers sets for a service:
/// `NAME_SERVICE_HOST`, `NAME_PORT=tcp://10.0.0.1:80`, `NAME_PORT_80_TCP_ADDR` and so on.
/// Source: <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>
fn is_of_service(name: &str, value: &str) -> bool {
    let names_service = name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT");
    let names_address = name.ends_with("_PORT") && value.contains("://");
    let names_port = name.split("_PORT_").skip(1).any(|rest| {
        let number = rest.split('_').next().unwrap_or_default();
        number.parse::<u16>().is_ok()
    });
    names_service || names_address || names_port
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Setting;

    const LIST: SettingList = SettingList {
        program: "the shop",
        all: &[
            Setting {
                name: "SHOP_LISTEN",
                default: None,
            },
            Setting {
                name: "SHOP_DATA",
                default: None,
            },
        ],
        own: Some(OwnNames {
            prefix: "SHOP_",
            except: &["SHOP_URL"],
        }),
    };

    #[track_caller]
    fn check(name: &str, value: &str, expected: Option<&str>) {
        assert_eq!(misspelt(&LIST, name, value).as_deref(), expected, "{name}");
    }

    #[test]
    fn a_variable_that_can_only_be_ours_has_to_be_a_setting() {
        check("SHOP_LISTEN", "", None);
        check("SHOP_LISTNE", "", Some("did you mean SHOP_LISTEN?"));
        check(
            "SHOP_COLOUR",
            "",
            Some("its settings are SHOP_LISTEN, SHOP_DATA"),
        );
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        for name in ["SHOP_URL", "SHOPPING_LIST", "MY_SHOP_DATE", "PATH"] {
            check(name, "", None);
        }
        for (name, value) in [
            ("SHOP_SERVICE_HOST", "10.0.0.11"),
            ("SHOP_SERVICE_PORT", "6379"),
            ("SHOP_SERVICE_PORT_HTTP", "6379"),
            ("SHOP_PORT", "tcp://10.0.0.11:6379"),
            ("SHOP_PORT_6379_TCP", "tcp://10.0.0.11:6379"),
            ("SHOP_PORT_6379_TCP_PROTO", "tcp"),
            ("SHOP_FRONT_PORT_6379_TCP_ADDR", "10.0.0.11"),
        ] {
            check(name, value, None);
        }
        check(
            "SHOP_PORT",
            "6379",
            Some("its settings are SHOP_LISTEN, SHOP_DATA"),
        );
    }
}
