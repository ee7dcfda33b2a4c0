use super::*;

#[track_caller]
fn check(name: &str, expected: bool) {
    assert_eq!(is_plain(name), expected, "{name}");
    assert_eq!(plain(name.as_bytes()).is_some(), expected, "{name}");
}

#[test]
fn names_are_plain_and_decorated_words_are_not() {
    for name in [
        "Steve",
        "x",
        "_",
        "a.b",
        ".Crossplay",
        "*Bedrock",
        "Zoë",
        "小明",
        "1234567890123456",
    ] {
        check(name, true);
    }
    for name in [
        "",
        "*",
        ".",
        "..",
        "<Steve>",
        "[Steve]",
        "Steve:",
        "Ste ve",
        "a-b",
        "/steve",
        "12345678901234567",
        "**x",
        "»Steve",
        "~~",
        "Steve\u{a0}",
    ] {
        check(name, false);
    }
}

#[test]
fn a_word_may_contain_odd_characters_but_no_space() {
    assert!(word(b"<x>").is_some() && word(b"[abc]").is_some() && word(b"@everyone").is_some());
    assert!(word(b"/192.0.2.7:5").is_none() && word(b"a b").is_none() && word(b"\xff").is_none());
}

#[test]
fn a_name_in_brackets_cannot_contain_what_a_player_typed() {
    assert!(in_brackets(b"Steve").is_some() && in_brackets(b".Some Body").is_some());
    for typed in [
        &b""[..],
        b"a]",
        b"[a",
        b"/a",
        b"a executed command: /x",
        b"<ip address withheld>",
    ] {
        assert!(in_brackets(typed).is_none());
    }
}

#[test]
fn names_are_distinguished_from_the_beginnings_of_chat() {
    let check = |names: &[&str], expected| {
        for name in names {
            assert_eq!(likeness(name), expected, "{name}");
        }
    };
    let usual = [
        "Steve",
        ".Some Body",
        "@everyone",
        "Player-1",
        "x!y-7",
        "a'b",
        "~a~b",
    ];
    check(&usual, Likeness::Name);
    check(
        &["-x-", "x!", "\"x\"", "Some Body", "~x~"],
        Likeness::Decorated,
    );
    let chat = [
        "<x>", "[Server]", "*", "»", "x:", "x:y", "(x)", "x>", "--", "*x*",
    ];
    check(&chat, Likeness::Chat);
}

#[test]
fn no_name_contains_a_colour_code() {
    assert!(any("§bFern".as_bytes()).is_none() && word("Fern§f".as_bytes()).is_none());
    assert!(plain("§bFern".as_bytes()).is_none());
}

#[test]
fn a_name_on_pocketmine_may_contain_spaces_but_not_chat() {
    for name in ["Fern", "Some Body 7", "Zoë"] {
        assert!(on_pocketmine(name.as_bytes()).is_some(), "{name}");
    }
    for other in [
        "",
        " Fern",
        "Fern ",
        "a  b",
        "<Fern> Moss",
        "Fern: Moss",
        "Fern > Moss",
        "* x",
    ] {
        assert!(on_pocketmine(other.as_bytes()).is_none(), "{other}");
    }
}

#[test]
fn a_name_on_java_with_a_usual_prefix_may_contain_spaces() {
    assert!(with_blanks(b".Some Body").is_some());
    assert!(with_blanks(b"Some Body").is_none() && with_blanks(b"* Some Body").is_none());
    assert!(
        with_blanks(b".Some Body Statement Hello").is_none() && with_blanks(b".Some: hi").is_none()
    );
}

#[test]
fn names_with_spaces_are_read_after_any_prefix() {
    for name in ["Some Body", "BE_Some Body", "[BE] Some Body"] {
        assert!(spaced(name.as_bytes()).is_some(), "{name}");
    }
    for other in [
        "Some",
        "Some  Body",
        "/some body",
        " Some",
        "Some Body Says Hello",
    ] {
        assert!(spaced(other.as_bytes()).is_none(), "{other}");
    }
}

#[test]
fn what_precedes_the_words_of_the_console_is_recognised() {
    for name in ["[Server]", "[Rcon]", "[@]", "Server:", "<CONSOLE>"] {
        assert!(is_of_console(name), "{name}");
    }
    for name in ["[x]", "*", "$$$", "[Servers]"] {
        assert!(!is_of_console(name), "{name}");
    }
}
