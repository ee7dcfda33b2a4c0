//! The outcomes of a question as the facts that people read.

use std::net::IpAddr;
use std::sync::Arc;

use oxeye_db::{Poll, PolledPlayers};
use oxeye_probe::{Forbidden, InvalidTypedAddress, RefusedAddress, TypedAddress, WatchError};
use oxeye_text::{Found, Unanswered, WatchRefusal};

/// Says why a text is no address.
pub(super) fn of_text(invalid: InvalidTypedAddress) -> WatchRefusal {
    match invalid {
        InvalidTypedAddress::Empty => WatchRefusal::NoAddress,
        InvalidTypedAddress::TooLong => WatchRefusal::TooLong,
        InvalidTypedAddress::Url => WatchRefusal::Url,
        InvalidTypedAddress::Host => WatchRefusal::Malformed,
        InvalidTypedAddress::OddIp => WatchRefusal::OddIp,
        InvalidTypedAddress::Port => WatchRefusal::InvalidPort,
        InvalidTypedAddress::LowPort(_) => WatchRefusal::LowPort,
    }
}

/// Says why an address that was asked is not accepted.
pub(super) fn of_question(refused: RefusedAddress, address: &TypedAddress) -> WatchRefusal {
    let is_name = address.host().parse::<IpAddr>().is_err();
    match refused {
        RefusedAddress::Invalid(invalid) => of_text(invalid),
        RefusedAddress::Forbidden(Forbidden::LowPort(_)) => WatchRefusal::LowPort,
        RefusedAddress::Forbidden(_) if is_name => WatchRefusal::LeadsInside,
        RefusedAddress::Forbidden(Forbidden::NoMachine) => WatchRefusal::NoMachine,
        RefusedAddress::Forbidden(Forbidden::NotPublic) => WatchRefusal::NotPublic,
        RefusedAddress::UnknownHost => WatchRefusal::UnknownHost,
        RefusedAddress::NotMinecraft => WatchRefusal::NotMinecraft,
    }
}

/// Says why a question came to nothing.
pub(super) fn unanswered(error: WatchError) -> Unanswered {
    match error {
        WatchError::UnknownHost => Unanswered::UnknownHost,
        WatchError::Forbidden(_) => Unanswered::Forbidden,
        WatchError::NotMinecraft => Unanswered::NotMinecraft,
        WatchError::NoAnswer => Unanswered::NoAnswer,
        WatchError::NoDns => Unanswered::NoDns,
        WatchError::OwnNetwork => Unanswered::OwnNetwork,
    }
}

/// Says what a server answered in a poll.
pub(super) fn found(poll: &Poll) -> Found {
    let (players, about) = match poll {
        Poll::Answered { players, about, .. } => (players, about.as_ref()),
        Poll::Failed => (&PolledPlayers::Unknown, None),
    };
    let (online, names_everybody) = match players {
        PolledPlayers::Complete(roster) => (Some(roster.len()), true),
        PolledPlayers::Count(count) => (usize::try_from(*count).ok(), false),
        PolledPlayers::Unknown => (None, false),
    };
    Found {
        online,
        names_everybody,
        about: Arc::new(about.map(|event| event.about.clone()).unwrap_or_default()),
    }
}
