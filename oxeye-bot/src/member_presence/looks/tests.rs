use oxeye_db::Shard;
use serde_json::json;

use super::super::places::Places;
use super::*;

const GUILD: GuildId = GuildId(1);
const ALEX: UserId = UserId(5);

fn in_channel(channel: u64) -> Voice {
    let state = json!({"channel_id": channel.to_string()});
    Places::default().voice(GUILD, &state).unwrap()
}

fn is_in(guild: GuildId, user: UserId, voice: Option<Voice>) -> Observation {
    Observation::Voice { guild, user, voice }
}

fn leaves(guild: GuildId, user: UserId) -> Observation {
    is_in(guild, user, None)
}

fn out() -> Observation {
    let (guild, user) = (GUILD, ALEX);
    Observation::OutOfVoice { guild, user }
}

/// Looks at Alex, with what the first look has found, as the 7th task in the order.
fn looked(found: Found, now: Instant) -> Looks<u64> {
    let mut looks = Looks::default();
    assert!(looks.begin(GUILD, ALEX, now));
    looks.end_first(GUILD, ALEX, found, 7);
    looks
}

fn is_due(looks: &Looks<u64>, now: Instant) -> bool {
    looks.due(now + AGAIN_AFTER) == [(GUILD, ALEX)]
}

#[test]
fn an_answer_that_comes_after_an_event_does_not_count() {
    let now = Instant::now();
    for later in [
        leaves(GUILD, ALEX),
        Observation::Guild {
            guild: GUILD,
            voices: vec![],
            activities: None,
        },
    ] {
        let mut looks = Looks::default();
        assert!(looks.begin(GUILD, ALEX, now));
        looks.note(5, &[leaves(GUILD, UserId(6)), leaves(GuildId(2), ALEX)]);
        looks.note(6, &[later]);

        let found = Found::InVoice(in_channel(7));
        assert_eq!(looks.end_first(GUILD, ALEX, found, 7), None);
        assert!(!is_due(&looks, now));
    }
}

#[test]
fn whoever_was_looked_at_is_looked_at_once_more_unless_the_gateway_tells_of_them() {
    let now = Instant::now();
    for found in [
        Found::InVoice(in_channel(7)),
        Found::OutOfVoice,
        Found::NoAnswer,
    ] {
        let mut looks = Looks::default();
        looks.begin(GUILD, ALEX, now);
        assert!(!is_due(&looks, now), "the first look has not ended");
        looks.end_first(GUILD, ALEX, found.clone(), 7);

        assert!(looks.due(now).is_empty());
        assert!(is_due(&looks, now), "{found:?}");
        looks.end_second(GUILD, ALEX, Found::OutOfVoice);
        assert!(!is_due(&looks, now));

        let mut looks = looked(found, now);
        looks.note(8, &[leaves(GUILD, ALEX)]);
        assert!(!is_due(&looks, now));
        let found = Found::InVoice(in_channel(8));
        assert!(looks.end_second(GUILD, ALEX, found).is_empty());
    }
}

#[test]
fn a_second_look_corrects_the_first() {
    let now = Instant::now();
    let sharing = Voice {
        shares_screen: true,
        ..in_channel(7)
    };
    let here = || Found::InVoice(in_channel(7));
    let told = |voice: Voice| is_in(GUILD, ALEX, Some(voice));
    let cases = [
        (here(), here(), vec![]),
        (here(), Found::OutOfVoice, vec![out()]),
        (
            here(),
            Found::InVoice(in_channel(8)),
            vec![out(), told(in_channel(8))],
        ),
        (here(), Found::InVoice(sharing.clone()), vec![told(sharing)]),
        (Found::OutOfVoice, here(), vec![told(in_channel(7))]),
        (Found::NoAnswer, here(), vec![told(in_channel(7))]),
        (Found::OutOfVoice, Found::OutOfVoice, vec![]),
    ];
    for (first, second, expected) in cases {
        let mut looks = looked(first.clone(), now);

        let corrected = looks.end_second(GUILD, ALEX, second.clone());

        assert_eq!(corrected, expected, "{first:?}, then {second:?}");
    }
}

#[test]
fn an_event_that_precedes_an_answer_but_arrives_later_does_not_replace_the_second_look() {
    let now = Instant::now();
    let mut looks = looked(Found::InVoice(in_channel(7)), now);

    looks.note(6, &[leaves(GUILD, ALEX)]);

    assert!(is_due(&looks, now));
    let corrected = looks.end_second(GUILD, ALEX, Found::OutOfVoice);
    assert_eq!(corrected, [out()]);
}

#[test]
fn nobody_is_looked_at_for_ever_without_an_answer() {
    let now = Instant::now();
    let in_voice = || looked(Found::InVoice(in_channel(7)), now);
    let mut looks = in_voice();
    let looked_at = (0..1_000).take_while(|_| {
        let goes_on = is_due(&looks, now);
        assert!(looks.end_second(GUILD, ALEX, Found::NoAnswer).is_empty());
        goes_on
    });
    assert_eq!(looked_at.count(), usize::from(MOST_TRIES));

    let mut looks = in_voice();
    assert!(looks.end_second(GUILD, ALEX, Found::Refused).is_empty());
    assert!(!is_due(&looks, now));
    assert!(!is_due(&looked(Found::Refused, now), now));
    let mut looks = in_voice();
    looks.drop_look(GUILD, ALEX);
    assert!(!is_due(&looks, now));
}

#[test]
fn nobody_is_looked_at_in_a_guild_that_has_removed_the_bot() {
    let now = Instant::now();
    let away = |guilds| [Observation::Away { guilds }];
    let mut looks = looked(Found::InVoice(in_channel(7)), now);

    looks.note(8, &away(AwayGuilds::One(GuildId(2))));
    looks.note(8, &away(AwayGuilds::Lost(Shard { id: 0, count: 1 })));
    assert!(is_due(&looks, now), "a connection that may be resumed");

    looks.note(8, &away(AwayGuilds::One(GUILD)));
    assert!(!is_due(&looks, now));
}

#[test]
fn there_is_a_limit_to_those_who_are_looked_at() {
    let (mut looks, now) = (Looks::<u64>::default(), Instant::now());
    let begun = (0..10_000).filter(|user| looks.begin(GUILD, UserId(*user), now));
    assert_eq!(begun.count(), CAPACITY);
}
