//! The question itself.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::time::timeout;

use super::{
    AddressPolicy, Edition, RefusedAddress, TypedAddress, WatchAnswer, WatchError, bedrock, java,
    resolving::Names,
};
use crate::ping::LargeAnswers;

/// Time limit for one question in one edition, after the name has been resolved.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Time limit for one question in all.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Most IP addresses of one name that are tried.
const MAX_PLACES: usize = 3;

/// How many answers may be above 64 KiB at the same time.
const LARGE_ANSWERS: usize = 8;

/// Asks servers at addresses that people typed. One probe can ask any number of them concurrently.
#[derive(Debug)]
pub struct AddressProbe {
    policy: AddressPolicy,
    names: Names,
    large_answers: LargeAnswers,
}

/// Where an address leads.
struct Places {
    list: Vec<SocketAddr>,
    /// Whether we know that the server has no SRV record that leads elsewhere.
    is_certain: bool,
}

/// The outcome of asking an address once, before it is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The address that was typed.
    pub address: TypedAddress,
    /// What answered, or why nothing has answered yet.
    pub answer: Result<WatchAnswer, WatchError>,
}

impl AddressProbe {
    /// Makes a probe. `dns` names the DNS server; without one, the system's are asked.
    #[must_use]
    pub fn new(policy: AddressPolicy, dns: Option<SocketAddr>) -> Self {
        Self {
            policy,
            names: Names::new(dns),
            large_answers: LargeAnswers::new(LARGE_ANSWERS),
        }
    }

    /// Takes what a person typed, and asks there once.
    ///
    /// # Errors
    /// When the text is no address, when the address may not be asked, does not exist, or belongs to
    /// something other than a Minecraft server.
    pub async fn ask_once(&self, text: &str) -> Result<Asked, RefusedAddress> {
        let address = TypedAddress::parse(text)?;
        match self.ask(&address, None).await {
            Err(WatchError::Forbidden(reason)) => Err(reason.into()),
            Err(WatchError::UnknownHost) => Err(RefusedAddress::UnknownHost),
            Err(WatchError::NotMinecraft) => Err(RefusedAddress::NotMinecraft),
            answer => Ok(Asked { address, answer }),
        }
    }

    /// Asks a server. `edition` is the one in which it has answered before; without one, both are tried.
    ///
    /// # Errors
    /// When there is no answer, or the address leads only to places that may not be asked.
    pub async fn ask(
        &self,
        address: &TypedAddress,
        edition: Option<Edition>,
    ) -> Result<WatchAnswer, WatchError> {
        let asking = async {
            match edition {
                Some(edition) => self.ask_in(edition, address).await,
                None => self.ask_in_both(address).await,
            }
        };
        let answer = timeout(TOTAL_TIMEOUT, asking).await;
        answer.unwrap_or(Err(WatchError::NoAnswer))
    }

    async fn ask_in_both(&self, address: &TypedAddress) -> Result<WatchAnswer, WatchError> {
        let first = match address.port() {
            Some(port) if port == Edition::Bedrock.default_port() => Edition::Bedrock,
            _ => Edition::Java,
        };
        let error = match self.ask_in(first, address).await {
            Err(error @ (WatchError::UnknownHost | WatchError::NoDns)) => return Err(error),
            Err(error) => error,
            answer => return answer,
        };
        match self.ask_in(first.other(), address).await {
            // The more that an error says, the more it counts.
            Err(other) => Err(weightier(error, other)),
            answer => answer,
        }
    }

    async fn ask_in(
        &self,
        edition: Edition,
        address: &TypedAddress,
    ) -> Result<WatchAnswer, WatchError> {
        let Places { list, is_certain } = self.places(edition, address).await?;
        let asking = async {
            match edition {
                Edition::Java => java::ask(address.host(), &list, &self.large_answers).await,
                Edition::Bedrock => bedrock::ask(&list).await,
            }
        };
        let answer = timeout(ANSWER_TIMEOUT, asking).await;
        match answer.unwrap_or(Err(WatchError::NoAnswer)) {
            Err(_) if !is_certain => Err(WatchError::NoDns),
            answer => answer,
        }
    }

    /// Returns where an address leads in an edition, as far as that may be asked.
    async fn places(&self, edition: Edition, address: &TypedAddress) -> Result<Places, WatchError> {
        let port = address.port().unwrap_or(edition.default_port());
        let may_have_service = edition == Edition::Java && !address.is_ip();
        let service = match address.port() {
            None if may_have_service => self.names.service(address.host()).await,
            _ => Ok(None),
        };
        // Some DNS servers do not answer questions about services. The game then takes the name itself.
        let is_certain = service.is_ok();
        let service = service.unwrap_or_default();
        let (host, port) = service.unwrap_or_else(|| (address.host().to_owned(), port));
        let found = self.names.addresses(&host).await?;
        let list = self.allowed(&found, port)?;
        Ok(Places { list, is_certain })
    }

    /// Returns the places that may be asked.
    fn allowed(&self, found: &[IpAddr], port: u16) -> Result<Vec<SocketAddr>, WatchError> {
        let mut places = Vec::new();
        let mut reason = None;
        for ip in found {
            match self.policy.check(*ip, port) {
                Ok(()) => places.push(SocketAddr::new(*ip, port)),
                Err(forbidden) => reason = Some(forbidden),
            }
        }
        places.truncate(MAX_PLACES);
        match reason {
            Some(reason) if places.is_empty() => Err(reason.into()),
            _ => Ok(places),
        }
    }
}

/// Returns the one of two errors that says more.
fn weightier(first: WatchError, second: WatchError) -> WatchError {
    let weight = |error: &WatchError| match error {
        WatchError::NotMinecraft => 3,
        WatchError::Forbidden(_) => 2,
        WatchError::NoAnswer | WatchError::UnknownHost => 1,
        WatchError::NoDns | WatchError::OwnNetwork => 0,
    };
    if weight(&second) > weight(&first) {
        second
    } else {
        first
    }
}
