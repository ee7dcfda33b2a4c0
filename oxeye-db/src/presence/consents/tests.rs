use super::*;

pub(crate) fn joined_at(at: i64) -> Member {
    Member {
        joined_at: UnixSeconds(at),
        seen_at: UnixSeconds(at),
        hidden_since: None,
        agreed: Agreed::since(PresenceKinds::all(), UnixSeconds(at)),
    }
}

const ONE: GuildId = GuildId(1);
const TWO: GuildId = GuildId(2);
const ALEX: UserId = UserId(5);

fn game() -> PresenceKey {
    PresenceKey::of_application(PresenceKind::Game, 7)
}

fn voice_in(guild: GuildId) -> PresenceKey {
    PresenceKey::of_voice(PresenceKind::Voice, guild, 9)
}

/// Guild 1 keeps everything and guild 2 voice; Alex joined in 1 at 100 and in 2 at 50, and agreed to all of it.
fn consents() -> Consents {
    let mut consents = Consents::default();
    consents.set_kinds(ONE, PresenceKinds::all(), UnixSeconds(10));
    consents.set_kinds(TWO, PresenceKinds::in_voice(), UnixSeconds(10));
    consents.add(ONE, ALEX, joined_at(100));
    consents.add(TWO, ALEX, joined_at(50));
    consents
}

#[test]
fn a_game_is_kept_since_the_user_joined_in_a_guild_that_keeps_games() {
    let mut consents = consents();

    assert_eq!(consents.since(ALEX, &game()), Some(UnixSeconds(100)));
    consents.set_kinds(TWO, PresenceKinds::all(), UnixSeconds(60));
    consents.agree(TWO, ALEX, PresenceKinds::all(), UnixSeconds(60));
    assert_eq!(consents.since(ALEX, &game()), Some(UnixSeconds(60)));
    assert_eq!(consents.since(ALEX, &voice_in(TWO)), Some(UnixSeconds(50)));
    consents.remove(TWO, ALEX);
    assert_eq!(consents.since(ALEX, &game()), Some(UnixSeconds(100)));
    consents.set_kinds(ONE, PresenceKinds::NONE, UnixSeconds(900));
    assert_eq!(consents.since(ALEX, &game()), None);
    assert_eq!(consents.guilds_of(ALEX), []);
}

#[test]
fn what_a_guild_keeps_in_addition_is_kept_only_once_the_member_agrees_to_it() {
    let mut consents = consents();
    consents.remove(ONE, ALEX);
    consents.remove(TWO, ALEX);
    let agreed = Agreed::since(PresenceKinds::in_voice(), UnixSeconds(50));
    let member = Member {
        agreed,
        ..joined_at(50)
    };
    consents.add(TWO, ALEX, member);

    consents.set_kinds(TWO, PresenceKinds::all(), UnixSeconds(60));

    assert_eq!(consents.since(ALEX, &game()), None);
    let new = consents.not_agreed(TWO, ALEX);
    assert_eq!(new, PresenceKinds::all().without(PresenceKinds::in_voice()));
    consents.agree(TWO, ALEX, PresenceKinds::all(), UnixSeconds(90));
    assert_eq!(consents.since(ALEX, &game()), Some(UnixSeconds(90)));
    assert_eq!(consents.since(ALEX, &voice_in(TWO)), Some(UnixSeconds(50)));
    assert!(consents.not_agreed(TWO, ALEX).is_empty());
}

#[test]
fn what_a_guild_drops_has_to_be_agreed_to_again() {
    let mut consents = consents();
    consents.remove(TWO, ALEX);

    consents.set_kinds(ONE, PresenceKinds::in_voice(), UnixSeconds(200));
    consents.set_kinds(ONE, PresenceKinds::all(), UnixSeconds(300));

    assert_eq!(consents.since(ALEX, &game()), None);
    assert_eq!(consents.since(ALEX, &voice_in(ONE)), Some(UnixSeconds(100)));
    let kinds = consents.agreed(ONE, ALEX).into_iter();
    let kinds: PresenceKinds = kinds.map(|(kind, _)| kind).collect();
    assert_eq!(kinds, PresenceKinds::in_voice());
    consents.agree(ONE, ALEX, PresenceKinds::all(), UnixSeconds(400));
    assert_eq!(consents.since(ALEX, &game()), Some(UnixSeconds(400)));
}

#[test]
fn a_guild_without_the_bot_licenses_nothing_until_it_is_back() {
    let mut consents = consents();
    consents.note_heard(ONE, UnixSeconds(150));
    assert_eq!(
        consents.recorded_since(ALEX, &game()),
        Some(UnixSeconds(100))
    );

    consents.note_removal(ONE);

    assert_eq!(consents.recorded_since(ALEX, &game()), None);
    assert_eq!(consents.recorded_since(ALEX, &voice_in(ONE)), None);
    assert_eq!(
        consents.recorded_since(ALEX, &voice_in(TWO)),
        Some(UnixSeconds(50))
    );
    assert_eq!(consents.since(ALEX, &game()), Some(UnixSeconds(100)));
    // What was told before it was removed does not count once that is told.
    consents.note_heard(ONE, UnixSeconds(500));
    consents.note_unheard(ONE);
    assert_eq!(consents.recorded_since(ALEX, &game()), None);
    for back in [600, 700] {
        consents.note_heard(ONE, UnixSeconds(back));
    }
    consents.note_return(ONE, UnixSeconds(800));
    consents.note_unheard(ONE);
    assert_eq!(
        consents.recorded_since(ALEX, &game()),
        Some(UnixSeconds(600))
    );
}

#[test]
fn voice_is_kept_since_the_user_joined_in_its_own_guild() {
    let mut consents = consents();

    assert_eq!(consents.since(ALEX, &voice_in(TWO)), Some(UnixSeconds(50)));
    consents.remove(TWO, ALEX);
    assert_eq!(consents.since(ALEX, &voice_in(TWO)), None);
    assert_eq!(consents.since(ALEX, &voice_in(ONE)), Some(UnixSeconds(100)));
}

#[test]
fn nobody_joins_where_nothing_is_kept_and_nobody_joins_again() {
    let mut consents = consents();

    consents.add(GuildId(3), ALEX, joined_at(1));
    consents.add(ONE, ALEX, joined_at(900));
    consents.set_kinds(TWO, PresenceKinds::NONE, UnixSeconds(900));

    assert!(!consents.has(GuildId(3), ALEX) && !consents.has(TWO, ALEX));
    assert_eq!(consents.joined_at(ONE, ALEX), Some(UnixSeconds(100)));
    assert_eq!(consents.guilds_of(ALEX), [ONE]);
}

#[test]
fn that_a_member_was_seen_is_noted_once_a_day() {
    let mut consents = consents();
    let later = UnixSeconds(100 + 86_400);

    assert!(!consents.note_seen(ONE, ALEX, UnixSeconds(200)));
    assert!(consents.note_seen(ONE, ALEX, later));
    assert!(!consents.note_seen(ONE, ALEX, later));
    assert_eq!(consents.unseen_since(later), [(TWO, ALEX)]);
}
