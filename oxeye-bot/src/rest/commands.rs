//! The commands of the application.

use reqwest::Method;
use serde_json::Value;

use super::limits::Route;
use super::{Rest, RestError, id, json_of};

impl Rest {
    /// Replaces the commands of our application, and returns the id of the first one.
    pub(crate) async fn set_commands(
        &self,
        application: u64,
        commands: &Value,
    ) -> Result<Option<u64>, RestError> {
        let path = format!("/applications/{application}/commands");
        let route = Route("set commands", application);
        let sent = self.send_payload(Method::PUT, path, route, commands, &[]);
        let json = json_of(sent.await?).await?;
        json.get(0).map(id).transpose()
    }
}
