//! Limits how often an address may use the routes that need no key.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use oxeye_process::clients::AddressLimit;

use super::client_address::{ClientAddress, TrustedProxies};
use super::error::ApiError;

/// Attempts to redeem a link code per minute, by all addresses combined.
const CONNECTS_PER_MIN: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// Heads that one address may fetch per minute: ten pages of sixty heads. Browsers cache the ones they have.
const HEADS_PER_MIN: NonZeroU32 = NonZeroU32::new(600).expect("not zero");

/// Heads that all addresses combined may fetch per minute. Each can cost a look-up in the store.
const ALL_HEADS_PER_MIN: NonZeroU32 = NonZeroU32::new(60_000).expect("not zero");

/// The limits on the routes that need no key.
#[derive(Clone)]
pub(crate) struct StrangerLimits {
    connects: Arc<AddressLimit>,
    heads: Arc<AddressLimit>,
}

impl StrangerLimits {
    pub(crate) fn new(connects_per_address_per_min: NonZeroU32) -> StrangerLimits {
        StrangerLimits {
            connects: Arc::new(AddressLimit::new(
                connects_per_address_per_min,
                CONNECTS_PER_MIN,
            )),
            heads: Arc::new(AddressLimit::new(HEADS_PER_MIN, ALL_HEADS_PER_MIN)),
        }
    }
}

/// Proof that the client may try a link code now.
pub(crate) struct ConnectAttempt;

impl<S> FromRequestParts<S> for ConnectAttempt
where
    S: Send + Sync,
    StrangerLimits: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(parts, state).await;
        let limits = StrangerLimits::from_ref(state);
        limits.connects.check(client).map_err(ApiError::TooMany)?;
        Ok(ConnectAttempt)
    }
}

/// Proof that the client may fetch a head now.
pub(crate) struct HeadLookup;

impl<S> FromRequestParts<S> for HeadLookup
where
    S: Send + Sync,
    StrangerLimits: FromRef<S>,
    TrustedProxies: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Ok(ClientAddress(client)) = ClientAddress::from_request_parts(parts, state).await;
        let limits = StrangerLimits::from_ref(state);
        limits.heads.check(client).map_err(ApiError::TooMany)?;
        Ok(HeadLookup)
    }
}
