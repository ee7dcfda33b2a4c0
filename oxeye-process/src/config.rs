//! The settings of a program whose settings are written in capitals: their names and defaults, and what
//! a value may be.
//!
//! A value comes from the environment, else from `.env` in the working directory, else from a TOML file, else it is
//! the default. A value that cannot be used is an error that names the setting, the value and what is expected; it is
//! never replaced by the default.

mod expected;
mod own_names;
mod sources;
mod values;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

pub use self::expected::{Expected, Shown, Unit};
pub use self::own_names::OwnNames;
pub use self::sources::{ConfigError, FileTrouble, Sources};

/// A setting. The environment, `.env` and the file use the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name, in capitals.
    pub name: &'static str,
    /// The text that counts when nothing else is set, if any.
    pub default: Option<&'static str>,
}

/// All settings of a program.
#[derive(Debug, Clone, Copy)]
pub struct SettingList {
    /// The program's name, for messages.
    pub program: &'static str,
    /// Every setting there is.
    pub all: &'static [Setting],
    /// The variables that are nobody else's, if any are.
    pub own: Option<OwnNames>,
}

impl SettingList {
    /// Returns the setting with exactly this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Setting> {
        self.all
            .iter()
            .copied()
            .find(|setting| setting.name == name)
    }

    /// Returns the names of all settings.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.all.iter().map(|setting| setting.name)
    }
}

/// Returns the address at which a program on this machine reaches a listener: one on every interface is
/// reached through loopback.
#[must_use]
pub fn locally_reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// Declares a constant for each setting, and `ALL` of them.
#[macro_export]
macro_rules! setting_list {
    ($($(#[$doc:meta])* $name:ident = $default:expr;)+) => {
        $($(#[$doc])* pub(super) const $name: $crate::config::Setting =
            $crate::config::Setting { name: stringify!($name), default: $default };)+

        /// Every setting there is.
        pub(super) const ALL: &[$crate::config::Setting] = &[$($name),+];
    };
}
