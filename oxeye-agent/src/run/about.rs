//! Collects what the sources say about the server, and hands what is worth sending to its delivery.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use oxeye_plugin_client::{Client, RetryPolicy};
use oxeye_plugin_proto::limits::MAX_ICON_PNG_BYTES;
use oxeye_plugin_proto::{AboutRequest, UnixSeconds};
use tokio::sync::watch;

use super::links::Credentials;
use crate::about::{About, AboutDelivery, AboutSource, Facts};
use crate::reconcile::Link;
use crate::settings::Settings;

/// The icon in a server's folder.
const ICON: &str = "server-icon.png";

/// What is known about the server, and the way to its delivery.
#[derive(Debug)]
pub(super) struct AboutServer {
    about: About,
    requests: watch::Sender<Option<AboutRequest>>,
}

impl AboutServer {
    /// Begins with what the server's folder says.
    pub(super) fn of_folder(settings: &Settings, now: UnixSeconds) -> Self {
        let properties = settings.found.properties.as_ref();
        let facts = Facts::of_folder(properties, icon_in(&settings.server_dir));
        let mut about = About::new(now);
        about.note(AboutSource::Folder, facts, now);
        Self {
            about,
            requests: watch::Sender::new(None),
        }
    }

    /// Returns what sends it for the server itself. For the servers behind a proxy, nothing is known.
    pub(super) fn delivery(&self, linked: &[Credentials]) -> Option<AboutDelivery> {
        let main = linked.iter().find(|linked| linked.link == Link::Main)?;
        let client = Client::with_key(&main.backend, main.key.clone());
        Some(AboutDelivery {
            client: client.retrying(RetryPolicy::never()),
            requests: self.requests.subscribe(),
        })
    }

    /// Takes in what a source says.
    pub(super) fn note(&mut self, from: AboutSource, facts: Facts, now: UnixSeconds) {
        self.about.note(from, facts, now);
    }

    /// Notes that the backend may have forgotten it.
    pub(super) fn send_again(&mut self, now: UnixSeconds) {
        self.about.send_again(now);
    }

    /// Sends what is due. Must be called every second.
    pub(super) fn tick(&mut self, now: UnixSeconds) {
        if let Some(request) = self.about.due(now) {
            self.requests.send_replace(Some(request));
        }
    }

    /// Returns everything that is known.
    pub(super) fn known(&self) -> AboutRequest {
        self.about.merged()
    }
}

/// Reads the icon, if there is one that is not too large.
fn icon_in(folder: &Path) -> Option<Vec<u8>> {
    let path = folder.join(ICON);
    // Opening a pipe would block.
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    let file = File::open(&path).ok().filter(|_| is_file)?;
    let mut png = Vec::new();
    let most = MAX_ICON_PNG_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut png).ok()?;
    Some(png)
}
