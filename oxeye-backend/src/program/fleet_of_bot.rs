//! Lets members in Discord see the fleet.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use oxeye_bot::FleetReader;
use oxeye_text::Fleet;

use crate::fleet::FleetClient;

impl FleetReader for FleetClient {
    fn read(&self) -> BoxFuture<'_, Option<Arc<Fleet>>> {
        async move { self.fleet().await.ok() }.boxed()
    }
}

/// Returns who asks the fleet at this address; `None` if there is no fleet.
pub(super) fn reader(address: Option<&str>) -> reqwest::Result<Option<Arc<dyn FleetReader>>> {
    let client = address.map(FleetClient::at).transpose()?;
    Ok(client.map(|client| Arc::new(client) as _))
}
