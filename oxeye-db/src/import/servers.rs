//! The servers that records name, made if there are none.

use std::collections::HashMap;
use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::ServerId;
use crate::portable::{Place, PortableRecord};
use crate::store::{StoreError, WriterThread, naming};

impl Database {
    /// Returns the servers that the records name, and how many of them had to be created.
    pub(super) async fn servers_at(
        &self,
        records: &[PortableRecord],
        now: UnixSeconds,
    ) -> Result<(HashMap<Place, ServerId>, u64), StoreError> {
        let mut servers = HashMap::new();
        let mut unknown = Vec::new();
        for place in records.iter().filter_map(PortableRecord::place) {
            if servers.contains_key(place) || unknown.contains(place) {
                continue;
            }
            match self.inner.memory.cache.find(place.guild, &place.server) {
                Some((server, _)) => {
                    servers.insert(place.clone(), server);
                }
                None => unknown.push(place.clone()),
            }
        }
        let mut made = 0;
        for place in unknown {
            let (server, is_new) = self.make_server(place.clone(), now).await?;
            made += u64::from(is_new);
            servers.insert(place, server);
        }
        Ok((servers, made))
    }

    /// Creates a server that is not linked, unless there is one. Returns it and whether it is new.
    async fn make_server(
        &self,
        place: Place,
        now: UnixSeconds,
    ) -> Result<(ServerId, bool), StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let (guild, name) = (place.guild, place.server.clone());
        let remember = move |(server, is_new), writer: &WriterThread| {
            if is_new {
                let state = memory.new_state(place.guild, place.server, now);
                memory
                    .cache
                    .link(writer, server, now, || state.unlinked(now));
            }
            (server, is_new)
        };
        naming::find_or_add(&self.inner.store, guild, name, now, remember).await
    }
}
