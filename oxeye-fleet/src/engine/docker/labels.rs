//! How a container says what it is for. Labels cannot be changed afterwards, so the number of the run,
//! which changes with every start, is not among them.

use std::str::FromStr;

use super::state::Labels;
use crate::engine::Launch;
use crate::ids::WorldName;

/// The fleet that something belongs to.
pub(super) const FLEET: &str = "oxeye.fleet";
const SLOT: &str = "oxeye.slot";
const PORT: &str = "oxeye.port";
const WORLD: &str = "oxeye.world";
const PLAYER: &str = "oxeye.player";

/// Returns the labels of a container.
pub(super) fn of_container(fleet: &str, launch: &Launch) -> Labels {
    Labels::from([
        (FLEET.to_owned(), fleet.to_owned()),
        (SLOT.to_owned(), launch.slot.to_string()),
        (PORT.to_owned(), launch.port.to_string()),
        (WORLD.to_owned(), launch.world.to_string()),
        (PLAYER.to_owned(), launch.player.to_string()),
    ])
}

/// Returns the labels of a volume.
pub(super) fn of_volume(fleet: &str, world: &WorldName) -> Labels {
    Labels::from([
        (FLEET.to_owned(), fleet.to_owned()),
        (WORLD.to_owned(), world.to_string()),
    ])
}

/// Returns the labels of a network.
pub(super) fn of_network(fleet: &str) -> Labels {
    Labels::from([(FLEET.to_owned(), fleet.to_owned())])
}

/// Returns whether something belongs to this fleet.
pub(super) fn is_of(fleet: &str, labels: Option<&Labels>) -> bool {
    let owner = labels.and_then(|labels| labels.get(FLEET));
    owner.is_some_and(|owner| owner == fleet)
}

/// Returns what a container was made for, if it belongs to this fleet and says so completely.
pub(super) fn read(fleet: &str, labels: Option<&Labels>) -> Option<Launch> {
    let labels = labels.filter(|labels| is_of(fleet, Some(labels)))?;
    Some(Launch {
        slot: value(labels, SLOT)?,
        port: value(labels, PORT)?,
        world: value(labels, WORLD)?,
        player: value(labels, PLAYER)?,
    })
}

/// Returns the world that a volume was made for, if it belongs to this fleet.
pub(super) fn world_of(fleet: &str, labels: Option<&Labels>) -> Option<WorldName> {
    value(labels.filter(|labels| is_of(fleet, Some(labels)))?, WORLD)
}

fn value<T: FromStr>(labels: &Labels, name: &str) -> Option<T> {
    labels.get(name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PlayerId, SlotId};

    fn launch() -> Launch {
        let player: PlayerId = "Ada \u{1f409} of \"x\"".parse().unwrap();
        Launch {
            slot: SlotId(7),
            port: 8081,
            world: WorldName::of(&player),
            player,
        }
    }

    #[test]
    fn a_container_says_what_it_is_for() {
        let labels = of_container("f1", &launch());
        assert_eq!(read("f1", Some(&labels)), Some(launch()));
    }

    #[test]
    fn what_belongs_to_somebody_else_says_nothing() {
        let labels = of_container("f1", &launch());
        assert_eq!(read("f10", Some(&labels)), None);
        assert_eq!(read("f", Some(&labels)), None);
        assert_eq!(read("f1", None), None);
    }

    #[test]
    fn a_volume_says_whose_world_it_is() {
        let world = launch().world;
        let labels = of_volume("f1", &world);
        assert_eq!(world_of("f1", Some(&labels)), Some(world));
        assert_eq!(world_of("f2", Some(&labels)), None);
        assert_eq!(world_of("f1", Some(&of_network("f1"))), None);
    }

    #[test]
    fn labels_that_were_made_by_hand_are_not_trusted() {
        for (name, value) in [
            (SLOT, "auto-x"),
            (PORT, "70000"),
            (WORLD, "../x"),
            (PLAYER, ""),
        ] {
            let mut labels = of_container("f1", &launch());
            labels.insert(name.to_owned(), value.to_owned());
            assert_eq!(read("f1", Some(&labels)), None, "{name}");
            labels.remove(name);
            assert_eq!(read("f1", Some(&labels)), None, "{name}");
        }
    }
}
