use proptest::prelude::*;

use super::*;

/// Feeds all bytes at once. Returns the requests, and the error that ended the reading.
fn read(bytes: &[u8]) -> (Vec<Request>, Option<ProtocolError>) {
    read_in_pieces(bytes, &[])
}

/// Feeds bytes in pieces of these lengths, and then the rest at once.
fn read_in_pieces(bytes: &[u8], lengths: &[usize]) -> (Vec<Request>, Option<ProtocolError>) {
    let mut requests = Requests::default();
    let (mut read, mut rest) = (Vec::new(), bytes);
    for length in lengths.iter().copied().chain([usize::MAX]) {
        let (piece, others) = rest.split_at(length.min(rest.len()));
        rest = others;
        requests.feed(piece);
        loop {
            match requests.next() {
                Ok(Some(request)) => read.push(request),
                Ok(None) => break,
                Err(error) => return (read, Some(error)),
            }
        }
    }
    (read, None)
}

fn request(arguments: &[&str]) -> Request {
    arguments
        .iter()
        .map(|one| one.as_bytes().to_vec())
        .collect()
}

fn sent(request: &Request) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", request.len()).into_bytes();
    for argument in request {
        bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
        bytes.extend_from_slice(argument);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

#[track_caller]
fn check_refused(bytes: &[u8], sentence: &str) {
    let (_, error) = read(bytes);
    let error = error.expect("this must be refused").to_string();
    assert!(error.starts_with("ERR Protocol error: "), "{error}");
    assert!(error.contains(sentence), "{error}");
}

#[test]
fn arrays_and_lines_may_follow_each_other() {
    let (read, error) =
        read(b"*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n\r\n*0\r\n*-1\r\necho \"a b\"\n");

    let expected = [
        request(&["GET", "a"]),
        request(&["PING"]),
        request(&["echo", "a b"]),
    ];
    assert_eq!((read.as_slice(), error), (expected.as_slice(), None));
}

#[test]
fn an_argument_may_hold_any_bytes_or_none() {
    let given: Request = vec![b"a\r\nb\0\xff".to_vec(), Vec::new()];

    assert_eq!(read(&sent(&given)), (vec![given], None));
}

#[test]
fn what_is_too_large_is_refused_as_soon_as_it_is_announced() {
    check_refused(b"*1\r\n$1073741824\r\n", "invalid bulk length");
    check_refused(b"*2\r\n$4\r\nECHO\r\n$1025\r\n", "at most 1024 bytes");
    check_refused(b"*65\r\n", "invalid multibulk length");
    check_refused(b"*1000000000\r\n", "at most 64 arguments");
    check_refused(&[b'*'; 40], "too big count string");
    check_refused(
        b"*1\r\n$00000000000000000000000000000000000",
        "too big count",
    );
    check_refused(&vec![b'a'; 70_000], "too big inline request");
    check_refused(&[&[b'a'; 1025], &b"\n"[..]].concat(), "at most 1024 bytes");
    check_refused(
        &[&b"a ".repeat(65), &b"\n"[..]].concat(),
        "at most 64 arguments",
    );
}

#[test]
fn what_is_no_request_is_refused_as_redis_refuses_it() {
    check_refused(b"*a\r\n", "invalid multibulk length");
    check_refused(b"*\r\n", "invalid multibulk length");
    check_refused(b"*\n", "invalid multibulk length");
    check_refused(b"*01\r\n", "invalid multibulk length");
    check_refused(b"*1\r\n$-1\r\n", "invalid bulk length");
    check_refused(b"*1\r\n$x\r\n", "invalid bulk length");
    check_refused(b"*1\r\n:3\r\n", "expected '$', got ':'");
    check_refused(b"*1\r\n\r\n", r"expected '$', got '\r'");
    check_refused(b"PING \"a\r\n", "unbalanced quotes in request");
}

#[test]
fn half_a_request_is_seen_as_such() {
    let mut requests = Requests::default();
    for (bytes, is_half) in [
        (&b"PING\r\n"[..], false),
        (b"PI", true),
        (b"NG\r\n", false),
        (b"*1\r\n", true),
        (b"$4\r\nPING", true),
        (b"\r\n", false),
    ] {
        requests.feed(bytes);
        while requests.next().unwrap().is_some() {}

        assert_eq!(
            requests.is_half(),
            is_half,
            "after {}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn only_plain_whole_numbers_are_integers() {
    for (text, number) in [("0", 0), ("-1", -1), ("120", 120)] {
        assert_eq!(integer(text.as_bytes()), Some(number));
    }
    for text in [
        "",
        "-",
        "-0",
        "+1",
        "01",
        " 1",
        "1 ",
        "1.0",
        "9223372036854775808",
    ] {
        assert_eq!(integer(text.as_bytes()), None, "{text}");
    }
}

proptest! {
    #[test]
    fn it_does_not_matter_in_which_pieces_requests_arrive(
        given in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..6),
            0..6,
        ),
        lengths in prop::collection::vec(0_usize..20, 0..40),
    ) {
        let bytes: Vec<u8> = given.iter().flat_map(sent).collect();

        prop_assert_eq!(read_in_pieces(&bytes, &lengths), (given, None));
    }

    #[test]
    fn garbage_gives_the_same_in_pieces_and_never_panics(
        garbage in prop::collection::vec(
            prop_oneof![
                prop::sample::select(b"*$0123456789-\r\n \"'\\xP".to_vec()),
                any::<u8>(),
            ],
            0..200,
        ),
        lengths in prop::collection::vec(0_usize..9, 0..40),
    ) {
        let (in_pieces, at_once) = (read_in_pieces(&garbage, &lengths), read(&garbage));

        prop_assert_eq!(&in_pieces.0, &at_once.0);
        prop_assert_eq!(in_pieces.1.is_some(), at_once.1.is_some());
        prop_assert!(at_once.0.iter().all(|request| !request.is_empty()));
    }
}
