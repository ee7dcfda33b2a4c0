//! The codes of why an address is not watched.

use oxeye_text::WatchRefusal;

use super::Refusal;

impl From<&WatchRefusal> for Refusal {
    fn from(refusal: &WatchRefusal) -> Refusal {
        match refusal {
            WatchRefusal::NoAddress => Refusal::NoAddress,
            WatchRefusal::TooLong => Refusal::AddressTooLong,
            WatchRefusal::Url => Refusal::AddressIsUrl,
            WatchRefusal::Malformed => Refusal::MalformedAddress,
            WatchRefusal::OddIp => Refusal::OddIpAddress,
            WatchRefusal::InvalidPort => Refusal::InvalidPort,
            WatchRefusal::LowPort => Refusal::LowPort,
            WatchRefusal::NotPublic => Refusal::AddressNotPublic,
            WatchRefusal::NoMachine => Refusal::AddressOfNoServer,
            WatchRefusal::LeadsInside => Refusal::HostLeadsInside,
            WatchRefusal::UnknownHost => Refusal::UnknownHost,
            WatchRefusal::NotMinecraft => Refusal::NotMinecraft,
            WatchRefusal::NameTooLong => Refusal::HostTooLong,
            WatchRefusal::NameTaken(server) => Refusal::WatchNameTaken {
                server: server.clone(),
            },
            WatchRefusal::AlreadyWatched(server) => Refusal::AlreadyWatched {
                server: server.clone(),
            },
            WatchRefusal::HasAddress(server) => Refusal::HasAddress {
                server: server.clone(),
            },
            WatchRefusal::FullHere(limit) => Refusal::GuildWatchesTooMany {
                guild_limit: *limit,
            },
            WatchRefusal::Full(limit) => Refusal::TooManyWatched {
                total_limit: *limit,
            },
            WatchRefusal::NameAndServer => Refusal::NameAndServer,
            WatchRefusal::TooManyTries => Refusal::TooManyTries,
            WatchRefusal::BotRemoved => Refusal::BotRemoved,
            WatchRefusal::Off => Refusal::WatchingOff,
        }
    }
}

impl Refusal {
    /// Returns why an address is not watched, if that is what the code says.
    pub(crate) fn of_watching(&self) -> Option<WatchRefusal> {
        Some(match self {
            Refusal::NoAddress => WatchRefusal::NoAddress,
            Refusal::AddressTooLong => WatchRefusal::TooLong,
            Refusal::AddressIsUrl => WatchRefusal::Url,
            Refusal::MalformedAddress => WatchRefusal::Malformed,
            Refusal::OddIpAddress => WatchRefusal::OddIp,
            Refusal::InvalidPort => WatchRefusal::InvalidPort,
            Refusal::LowPort => WatchRefusal::LowPort,
            Refusal::AddressNotPublic => WatchRefusal::NotPublic,
            Refusal::AddressOfNoServer => WatchRefusal::NoMachine,
            Refusal::HostLeadsInside => WatchRefusal::LeadsInside,
            Refusal::UnknownHost => WatchRefusal::UnknownHost,
            Refusal::NotMinecraft => WatchRefusal::NotMinecraft,
            Refusal::HostTooLong => WatchRefusal::NameTooLong,
            Refusal::WatchNameTaken { server } => WatchRefusal::NameTaken(server.clone()),
            Refusal::AlreadyWatched { server } => WatchRefusal::AlreadyWatched(server.clone()),
            Refusal::HasAddress { server } => WatchRefusal::HasAddress(server.clone()),
            Refusal::GuildWatchesTooMany { guild_limit } => WatchRefusal::FullHere(*guild_limit),
            Refusal::TooManyWatched { total_limit } => WatchRefusal::Full(*total_limit),
            Refusal::NameAndServer => WatchRefusal::NameAndServer,
            Refusal::TooManyTries => WatchRefusal::TooManyTries,
            Refusal::BotRemoved => WatchRefusal::BotRemoved,
            Refusal::WatchingOff => WatchRefusal::Off,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::ServerName;

    use super::*;

    #[test]
    fn the_code_says_exactly_why_an_address_is_not_watched() {
        let hub = || ServerName::try_from("hub").unwrap();
        for refusal in [
            WatchRefusal::NoAddress,
            WatchRefusal::TooLong,
            WatchRefusal::Url,
            WatchRefusal::Malformed,
            WatchRefusal::OddIp,
            WatchRefusal::InvalidPort,
            WatchRefusal::LowPort,
            WatchRefusal::NotPublic,
            WatchRefusal::NoMachine,
            WatchRefusal::LeadsInside,
            WatchRefusal::UnknownHost,
            WatchRefusal::NotMinecraft,
            WatchRefusal::NameTooLong,
            WatchRefusal::NameTaken(hub()),
            WatchRefusal::AlreadyWatched(hub()),
            WatchRefusal::HasAddress(hub()),
            WatchRefusal::FullHere(2),
            WatchRefusal::Full(3),
            WatchRefusal::NameAndServer,
            WatchRefusal::TooManyTries,
            WatchRefusal::BotRemoved,
            WatchRefusal::Off,
        ] {
            assert_eq!(Refusal::from(&refusal).of_watching(), Some(refusal));
        }
        assert_eq!(Refusal::Busy.of_watching(), None);
    }
}
