//! Sentences about the fleet.

super::sentences! {
    fleet_title();
    fleet_counts(servers: usize, max: usize, players: usize);
    fleet_starts_none();
    fleet_empty();
    fleet_silent();
    slot_starting();
    slot_running();
    slot_idle();
    slot_stopping();
    slot_stopped();
    slot_failed();
    slot_deleting();
    slot_last_active(moment: &str);

    about_fleet();
}
