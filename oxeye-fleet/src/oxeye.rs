//! Each slot as a server in an Oxeye: linked when its server starts, disconnected when the slot is gone.
//! Rosters, sessions and Discord then work for it as for any other server.
//!
//! | module     | subject                                                               |
//! |------------|-----------------------------------------------------------------------|
//! | `facts`    | what is reported about a slot, and under which name: pure              |
//! | `operator` | the two routes of Oxeye's operator API that link and unlink            |
//! | `reporter` | the task that reports for one slot                                     |

mod facts;
mod operator;
mod reporter;

use std::collections::HashMap;
use std::sync::Arc;

use oxeye_process::tasks::Tasks;
use tokio::sync::watch;

use self::facts::{Facts, name_of};
use self::operator::OperatorApi;
use crate::controller::FleetHandle;
use crate::ids::SlotId;
use crate::settings::OxeyeSettings;
use crate::view::FleetView;

/// Starts to report. Stops when `tasks` are stopped, and leaves the servers linked for the next start.
pub(crate) fn start(settings: &OxeyeSettings, fleet: &FleetHandle, tasks: &Tasks) {
    let api = Arc::new(OperatorApi::new(settings));
    let mut changes = fleet.changes();
    let (all, stop) = (tasks.clone(), tasks.stop_signal());
    tasks.spawn(async move {
        let mut reporters = HashMap::new();
        loop {
            let view = Arc::clone(&changes.borrow_and_update());
            follow(&view, &mut reporters, &api, &all);
            tokio::select! {
                () = stop.cancelled() => break,
                changed = changes.changed() => if changed.is_err() { break },
            }
        }
    });
}

/// Starts a reporter for each new slot, tells the others what has changed, and ends those of slots that
/// are gone.
fn follow(
    view: &FleetView,
    reporters: &mut HashMap<SlotId, watch::Sender<Facts>>,
    api: &Arc<OperatorApi>,
    tasks: &Tasks,
) {
    reporters.retain(|id, _| view.slots.iter().any(|slot| slot.id == *id));
    for slot in &view.slots {
        let facts = Facts::of(slot);
        if let Some(reporter) = reporters.get(&slot.id) {
            reporter.send_if_modified(|old| {
                let is_new = *old != facts;
                *old = facts;
                is_new
            });
        } else if let Some(name) = name_of(slot) {
            let (reporter, seen) = watch::channel(facts);
            reporters.insert(slot.id, reporter);
            tasks.spawn(reporter::run(
                Arc::clone(api),
                name,
                seen,
                tasks.stop_signal(),
            ));
        }
    }
}
