//! Where worlds lie that the fleet has not seen being made.

use super::host::Host;
use super::workers::{limits, unavailable};
use crate::rules::{Action, Limits};

/// A fleet with the workers `attic` and `home`, neither of which has said which worlds it has.
fn two_unknown_workers() -> Host {
    Host::with(limits())
}

fn worker_of(host: &mut Host, player: &str) -> String {
    let player = host.a_player(player);
    host.worker_of(player.slot)
}

#[test]
fn a_player_gets_the_worker_that_has_named_their_world() {
    let mut host = two_unknown_workers();
    host.has_worlds("attic", &[]);
    host.has_worlds("home", &["ada", "bea", "cem"]);

    let workers = ["ada", "bea", "cem", "dan"].map(|name| worker_of(&mut host, name));

    assert_eq!(workers, ["home", "home", "home", "attic"]);
}

#[test]
fn nobody_is_placed_where_another_worker_may_have_their_world() {
    let mut host = two_unknown_workers();
    let waits = unavailable("No server can be started at the moment");

    assert_eq!(host.join("ada").1, waits);
    host.has_worlds("home", &["bea"]);
    // What `home` has not named is on `attic` or nowhere.
    assert_eq!(worker_of(&mut host, "ada"), "attic");
    assert_eq!(worker_of(&mut host, "bea"), "home");

    host.goes_away("attic");
    assert_eq!(host.join("cem").1, waits);
    host.comes_back("attic");
    host.has_worlds("attic", &["cem"]);
    assert_eq!(worker_of(&mut host, "cem"), "attic");
}

#[test]
fn a_lost_worker_that_has_never_named_its_worlds_keeps_nobody_waiting() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &[]);
    host.goes_away("attic");

    host.pass(299);
    let waits = unavailable("No server can be started at the moment");
    assert_eq!(host.join("ada").1, waits);
    host.pass(1);

    assert_eq!(worker_of(&mut host, "ada"), "home");
}

#[test]
fn a_world_stays_bound_when_another_worker_has_one_of_its_name() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &["ada"]);
    host.has_worlds("attic", &["ada", "bea"]);
    host.has_worlds("home", &["bea"]);
    host.has_worlds("home", &["bea"]);

    let warned = |worker: &str, words: &str| {
        host.count(|action| match action {
            Action::Warn {
                worker: of,
                sentence,
            } => of.as_str() == worker && sentence.contains(words),
            _ => false,
        })
    };
    assert_eq!((warned("attic", "(home)"), warned("attic", "bea")), (1, 0));
    assert_eq!((warned("home", "(attic)"), warned("home", "ada")), (1, 0));
    assert_eq!(worker_of(&mut host, "ada"), "home");
    assert_eq!(worker_of(&mut host, "bea"), "attic");
}

#[test]
fn what_a_worker_has_named_is_known_after_a_restart() {
    let mut host = two_unknown_workers();
    host.has_worlds("home", &["ada"]);
    host.has_worlds("attic", &[]);
    host.goes_away("home");

    host.we_restart();

    assert_eq!(worker_of(&mut host, "bea"), "attic");
    let waits = unavailable("No server can be started at the moment");
    assert_eq!(host.join("ada").1, waits);
}

#[test]
fn worlds_that_are_deleted_with_their_servers_bind_nobody() {
    let mut host = Host::with(Limits {
        discards_worlds: true,
        ..limits()
    });
    host.takes_servers("attic", 2);
    host.takes_servers("home", 1);
    host.has_worlds("home", &["ada"]);

    assert_eq!(worker_of(&mut host, "ada"), "attic");
}
