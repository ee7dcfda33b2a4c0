//! Which session a request belongs to. What a page loads names none, so the page is answered with a
//! cookie. Browsers send it with style sheets, scripts, whatever these load in turn, and upgrades to
//! WebSocket; a `Referer` does not reach that far.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::PREFIX;
use crate::http::{players, query};
use crate::ids::SessionId;

pub(super) const X_SESSION_ID: HeaderName = HeaderName::from_static("x-session-id");
pub(super) const SESSION_ID: &str = "sessionId";

/// The name of the cookie.
const NAME: &str = "oxeye-fleet-session";

/// A session, and where a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedIn {
    Header(SessionId),
    Url(SessionId),
    Cookie(SessionId),
}

impl NamedIn {
    /// Finds the session of a request. The header takes precedence over the URL, and the URL over the
    /// cookie, even if what they name cannot be a session.
    pub(super) fn find(headers: &HeaderMap, query: Option<&str>) -> Option<Self> {
        if let Some(text) = headers.get(X_SESSION_ID) {
            return players::parse_session(text.to_str().ok()?).map(Self::Header);
        }
        if let Some(text) = query::parameter(query, SESSION_ID) {
            return players::parse_session(&text).map(Self::Url);
        }
        let lines = headers.get_all(COOKIE).iter();
        let mut values = lines.flat_map(cookies).filter_map(our_value);
        values
            .find_map(|value| players::parse_session(std::str::from_utf8(value).ok()?))
            .map(Self::Cookie)
    }

    pub(super) fn session(self) -> SessionId {
        match self {
            Self::Header(session) | Self::Url(session) | Self::Cookie(session) => session,
        }
    }
}

/// Returns the cookie that names a session. Browsers send it only below our prefix, never show it to
/// scripts, leave it out of requests that pages of other sites make, and forget it when they are closed.
pub(super) fn cookie(session: SessionId) -> Option<HeaderValue> {
    let id = session.0;
    let cookie = format!("{NAME}={id}; Path={PREFIX}; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok()
}

/// Removes our cookie from a request, and leaves all others.
pub(super) fn remove_cookie(headers: &mut HeaderMap) {
    let lines: Vec<_> = headers.get_all(COOKIE).iter().cloned().collect();
    headers.remove(COOKIE);
    for line in lines {
        let others: Vec<_> = cookies(&line)
            .filter(|cookie| our_value(cookie).is_none())
            .collect();
        let line = HeaderValue::from_bytes(&others.join(&b"; "[..]));
        headers.extend(
            line.ok()
                .filter(|line| !line.is_empty())
                .map(|line| (COOKIE, line)),
        );
    }
}

/// Returns the cookies of one header.
fn cookies(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    line.as_bytes()
        .split(|byte| *byte == b';')
        .map(<[u8]>::trim_ascii)
}

/// Returns the value of a cookie, if it is ours.
fn our_value(cookie: &[u8]) -> Option<&[u8]> {
    cookie.strip_prefix(NAME.as_bytes())?.strip_prefix(b"=")
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: [&str; 3] = [
        "0b9e1a64-6f5e-4f0e-9d2c-6f6f6f6f6f61",
        "0b9e1a64-6f5e-4f0e-9d2c-6f6f6f6f6f62",
        "0b9e1a64-6f5e-4f0e-9d2c-6f6f6f6f6f63",
    ];

    fn id(index: usize) -> SessionId {
        players::parse_session(IDS[index]).unwrap()
    }

    #[test]
    fn a_session_is_named_in_a_header_in_the_url_or_in_a_cookie() {
        let mut headers = HeaderMap::new();
        let query = format!("a=1&sessionId={}", IDS[1]);

        assert_eq!(NamedIn::find(&headers, None), None);
        let cookies = format!("a=b; oxeye-fleet-session={}", IDS[2]);
        headers.insert(COOKIE, cookies.parse().unwrap());
        assert_eq!(NamedIn::find(&headers, None), Some(NamedIn::Cookie(id(2))));
        assert_eq!(NamedIn::find(&headers, Some("sessionId=7")), None);
        assert_eq!(
            NamedIn::find(&headers, Some(&query)),
            Some(NamedIn::Url(id(1)))
        );
        headers.insert(X_SESSION_ID, IDS[0].parse().unwrap());
        assert_eq!(
            NamedIn::find(&headers, Some(&query)),
            Some(NamedIn::Header(id(0)))
        );
    }

    #[test]
    fn a_browser_sends_back_what_it_was_given() {
        let given = cookie(id(0)).unwrap();
        let given = given.to_str().unwrap();
        assert!(
            given.ends_with("; Path=/gameserver; HttpOnly; SameSite=Lax"),
            "{given}"
        );

        let mut headers = HeaderMap::new();
        let sent = given.split(';').next().unwrap();
        headers.insert(COOKIE, sent.parse().unwrap());

        assert_eq!(NamedIn::find(&headers, None), Some(NamedIn::Cookie(id(0))));
    }

    #[track_caller]
    fn check_removed(lines: &[&[u8]], expected: &[&[u8]]) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        remove_cookie(&mut headers);
        let left = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
        assert_eq!(left.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn only_our_cookie_is_removed() {
        check_removed(&[], &[]);
        check_removed(&[b"oxeye-fleet-session=1"], &[]);
        check_removed(&[b"a=1; oxeye-fleet-session=2;b=\xff"], &[b"a=1; b=\xff"]);
        check_removed(
            &[b"a=1", b"oxeye-fleet-session=", b"b=2"],
            &[b"a=1", b"b=2"],
        );
        check_removed(
            &[b"my-oxeye-fleet-session=1"],
            &[b"my-oxeye-fleet-session=1"],
        );
    }
}
