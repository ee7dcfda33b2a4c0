//! The container engine, on the machine of a worker.

use super::Finding;
use crate::engine::docker;
use crate::settings::ContainerSettings;
use crate::text::Text;

pub(super) async fn finding(settings: &ContainerSettings, text: Text) -> Finding {
    let socket = settings.socket.display().to_string();
    match docker::machine_memory(&settings.socket).await {
        Err(reason) => Finding::Wrong(text.container_engine_not_found(&socket, &reason)),
        Ok(total) => match settings.lacking_memory(total) {
            Some((total, server)) => Finding::Wrong(text.machine_lacks_memory(&total, &server)),
            None => Finding::Fine(text.container_engine_found(&socket)),
        },
    }
}
