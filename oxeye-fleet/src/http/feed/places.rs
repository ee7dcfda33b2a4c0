//! How many clients of the feed there are, and of which address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use oxeye_process::clients::address_network;
use parking_lot::Mutex;

/// The most clients of one address. A few hundred people can be behind one.
const MAX_PER_ADDRESS: usize = 256;

/// All places for clients of the feed.
#[derive(Debug)]
pub(super) struct Places {
    limit: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpNet, usize>,
}

/// The place of one client, which is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    address: Option<IpNet>,
}

impl Places {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            taken: Mutex::default(),
        })
    }

    /// Gives a client a place, if there is one for its address.
    pub(super) fn take(self: &Arc<Self>, client: Option<IpAddr>) -> Option<Place> {
        let address = client.map(address_network);
        let mut taken = self.taken.lock();
        if taken.all >= self.limit {
            return None;
        }
        if let Some(address) = address {
            let of_address = taken.by_address.entry(address).or_default();
            if *of_address >= MAX_PER_ADDRESS {
                return None;
            }
            *of_address += 1;
        }
        taken.all += 1;
        Some(Place {
            places: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        taken.all -= 1;
        let Some(address) = self.address else { return };
        if let Some(of_address) = taken.by_address.get_mut(&address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u8) -> Option<IpAddr> {
        Some([192, 0, 2, number].into())
    }

    #[test]
    fn one_address_cannot_take_all_places() {
        let places = Places::new(1000);
        let taken: Vec<_> = (0..1000).filter_map(|_| places.take(client(1))).collect();

        assert_eq!(taken.len(), MAX_PER_ADDRESS);
        assert!(places.take(client(2)).is_some());
        drop(taken);
        assert!(places.take(client(1)).is_some());
        assert!(places.taken.lock().by_address.is_empty());
    }

    #[test]
    fn there_is_an_end_for_all_addresses_together() {
        let places = Places::new(3);
        let _taken: Vec<_> = (0..3).map(|number| places.take(client(number))).collect();

        assert!(places.take(client(9)).is_none());
    }
}
