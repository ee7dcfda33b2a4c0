//! What is forgotten leaves the others as if it had never been there.

use super::*;

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn a_forgotten_name_leaves_everything_that_did_not_depend_on_it(
        (reports, _) in facts(),
        name in 1..6_u32,
    ) {
        let mut persons = Persons::of(merged(&reports));
        persons.set_accounts(PlayerId(name), Vec::new());
        let others: Vec<_> = reports.into_iter().filter(|(of, ..)| *of != name).collect();
        prop_assert_eq!(&persons, &Persons::of(merged(&others)));
        prop_assert_eq!(persons.is_empty(), others.is_empty());
    }

    #[test]
    fn uses_that_are_forgotten_together_leave_the_others_and_a_snapshot_as_it_was(
        (reports, _) in facts(),
        gone in prop::collection::vec((1..6_u32, 1..5_u32), 0..8),
    ) {
        let persons = PersonsOfGuilds::default();
        for (name, number, at) in &reports {
            persons.add(GUILD, used(*name, *number, *at));
        }
        let snapshot = persons.of(GUILD);
        let uses = merged(&reports);
        let gone: Vec<_> = gone
            .into_iter()
            .map(|(name, number)| (PlayerId(name), account(number)))
            .collect();
        let (forgotten, left): (Vec<_>, Vec<_>) = uses
            .iter()
            .copied()
            .partition(|one| gone.contains(&(one.name, one.account)));

        let was_known = persons.forget_uses(GUILD, gone);

        prop_assert_eq!(was_known, !forgotten.is_empty());
        prop_assert_eq!(persons.guilds().is_empty(), left.is_empty());
        prop_assert_eq!(&*persons.of(GUILD), &Persons::of(left));
        prop_assert_eq!(&*snapshot, &Persons::of(uses));
    }
}

#[test]
fn a_name_is_forgotten_where_it_was_asked_for_and_by_whoever_knew_it() {
    let (here, there, elsewhere) = (GUILD, GuildId(8), GuildId(9));
    let persons = PersonsOfGuilds::default();
    persons.add(here, used(1, 1, 10));
    persons.add(there, used(1, 1, 10));
    persons.add(elsewhere, used(2, 1, 10));
    let knows = |guild| !persons.of(guild).is_empty();

    assert_eq!(persons.forget_name(Some(here), PlayerId(1)), [here]);
    assert_eq!((knows(here), knows(there)), (false, true));
    assert_eq!(persons.forget_name(None, PlayerId(1)), [there]);
    assert_eq!((knows(there), knows(elsewhere)), (false, true));

    persons.forget_guild(elsewhere);
    assert_eq!(persons.guilds(), []);
}
