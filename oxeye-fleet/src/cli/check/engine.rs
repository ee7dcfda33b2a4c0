//! The container engine, on the machine of a worker.

use super::Finding;
use crate::engine::docker;
use crate::settings::ContainerSettings;
use crate::text::Text;

pub(super) async fn findings(settings: &ContainerSettings, text: Text) -> Vec<Finding> {
    let socket = settings.socket.display().to_string();
    let equipment = match docker::equipment(settings).await {
        Ok(equipment) => equipment,
        Err(reason) => {
            let sentence = text.container_engine_not_found(&socket, &reason);
            return vec![Finding::Wrong(sentence)];
        }
    };
    let lacking = settings.lacking_memory(equipment.memory);
    let lacking = lacking.map(|(total, server)| text.machine_lacks_memory(&total, &server));
    let missing = equipment.missing_image.map(|missing| text.said(&missing));
    let wrong: Vec<_> = lacking.into_iter().chain(missing).collect();
    match wrong.is_empty() {
        true => vec![Finding::Fine(text.container_engine_found(&socket))],
        false => wrong.into_iter().map(Finding::Wrong).collect(),
    }
}
