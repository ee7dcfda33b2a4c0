//! The names in blocks, compared with a set.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::record::naive::model_cases;

type Set = BTreeSet<(String, PlayerId)>;

#[derive(Debug, Clone)]
enum Step {
    Insert(String, u32),
    Remove(String, u32),
}

/// Texts of few characters, so that many of them are equal or contain each other.
fn texts(most: usize) -> impl Strategy<Value = String> {
    let characters = prop::sample::select(&['a', 'b', 'ä'][..]);
    let texts = prop::collection::vec(characters, 1..=most);
    texts.prop_map(|characters| characters.into_iter().collect())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (texts(4), 0..4_u32).prop_map(|(name, player)| Step::Insert(name, player)),
        4 => (texts(4), 0..4_u32).prop_map(|(name, player)| Step::Remove(name, player)),
    ];
    prop::collection::vec(step, 0..60)
}

fn built(steps: Vec<Step>) -> (NamesInOrder, Set) {
    let (mut names, mut set) = (NamesInOrder::with_blocks_of(3), Set::new());
    for step in steps {
        match step {
            Step::Insert(name, player) => {
                names.insert((&name, PlayerId(player)));
                set.insert((name, PlayerId(player)));
            }
            Step::Remove(name, player) => {
                names.remove((&name, PlayerId(player)));
                set.remove(&(name, PlayerId(player)));
            }
        }
    }
    (names, set)
}

/// Returns whose names after a place contain a text, but not at their beginning.
fn all_containing(names: &NamesInOrder, text: &str, after: Named<'_>) -> Vec<PlayerId> {
    let (mut all, mut after) = (Vec::new(), (after.0.to_owned(), after.1));
    while let Some((found, (name, player), count)) =
        names.containing(text, |one| one <= (&*after.0, after.1))
    {
        assert!(count > 0 && (name, player) > (&*after.0, after.1));
        all.extend(found);
        after = (name.to_owned(), player);
    }
    all
}

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn the_names_are_those_of_a_set_in_its_order(
        steps in steps(),
        from in (texts(4), 0..4_u32),
        text in texts(2),
    ) {
        let (names, set) = built(steps);
        let from = (&*from.0, PlayerId(from.1));

        let rest = names.after(|one| one < from).collect::<Vec<_>>();
        let containing = all_containing(&names, &text, from);

        let in_order = set.iter().map(|(name, player)| (&**name, *player));
        let naive: Vec<_> = in_order.clone().filter(|one| *one >= from).collect();
        prop_assert_eq!(rest, naive);
        let naive = in_order.filter(|one| *one > from && one.0.find(&text).is_some_and(|at| at > 0));
        prop_assert_eq!(containing, naive.map(|(_, player)| player).collect::<Vec<_>>());
        let is_filled = |block: &Block| (1..=3).contains(&block.entries.len());
        prop_assert!(names.blocks.iter().all(is_filled));
    }
}

#[test]
fn no_name_contains_nothing_or_more_than_one_name() {
    let mut names = NamesInOrder::default();
    for (name, player) in ["ab", "cd"].into_iter().zip(1..) {
        names.insert((name, PlayerId(player)));
    }
    for text in ["", "\n", "b\nc"] {
        assert_eq!(names.containing(text, |_| false), None, "{text:?}");
    }
    let last = ("cd", PlayerId(2));
    let found = names.containing("d", |_| false);
    assert_eq!(found, Some((vec![PlayerId(2)], last, 2)));
}
