//! Which headers are passed on, and which are ours.

use std::net::IpAddr;

use axum::http::header::{
    CONNECTION, EXPECT, FORWARDED, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, REFERER, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};

use super::PREFIX;
use super::session::{SESSION_ID, X_SESSION_ID, remove_cookie};
use crate::http::query;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PREFIX: HeaderName = HeaderName::from_static("x-forwarded-prefix");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Headers that are about one connection, not about the request (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Removes the headers that are about one connection, and those that it names.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let lines = headers.get_all(CONNECTION).iter();
    let named: Vec<HeaderName> = lines
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in HOP_BY_HOP.into_iter().chain(named) {
        headers.remove(name);
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// The other end of its connection.
    pub(super) peer: IpAddr,
    /// Whether that is a proxy that we believe.
    pub(super) is_trusted: bool,
}

/// Makes the headers of a request into those for a game server: without the session id, which nobody
/// else may see, and with what the game server cannot see for itself.
pub(super) fn to_game_server(headers: &mut HeaderMap, origin: Origin) {
    remove_hop_by_hop(headers);
    headers.remove(X_SESSION_ID);
    remove_cookie(headers);
    // The client has its answer to this already: we read the body.
    headers.remove(EXPECT);
    headers.remove(FORWARDED);
    let names_session = |value: &HeaderValue| {
        let bytes = value.as_bytes();
        bytes
            .windows(SESSION_ID.len())
            .any(|window| window == SESSION_ID.as_bytes())
    };
    if headers.get(REFERER).is_some_and(names_session) {
        headers.remove(REFERER);
    }
    if !origin.is_trusted {
        headers.remove(FORWARDED_FOR);
        headers.remove(FORWARDED_HOST);
        headers.remove(FORWARDED_PROTO);
    }
    if let Ok(peer) = HeaderValue::from_str(&origin.peer.to_canonical().to_string()) {
        headers.append(FORWARDED_FOR, peer);
    }
    if let Some(host) = headers.get(HOST).cloned() {
        headers.entry(FORWARDED_HOST).or_insert(host);
    }
    // Only a client that speaks HTTP/1.0 may leave it out.
    let host = HeaderValue::from_static("localhost");
    headers.entry(HOST).or_insert(host);
    let proto = HeaderValue::from_static("http");
    headers.entry(FORWARDED_PROTO).or_insert(proto);
    headers.insert(FORWARDED_PREFIX, HeaderValue::from_static(PREFIX));
}

/// Returns the path and the query as the game server sees them: without our prefix and the session id.
pub(super) fn uri_at_game_server(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_prefix(PREFIX)?;
    let path = if path.is_empty() { "/" } else { path };
    let target = match query::without(uri.query(), SESSION_ID) {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let target: PathAndQuery = target.parse().ok()?;
    Some(Uri::from(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let pairs = lines.iter();
        pairs
            .map(|(name, value)| {
                let name: HeaderName = name.parse().unwrap();
                (name, value.parse().unwrap())
            })
            .collect()
    }

    const STRANGER: Origin = Origin {
        peer: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
        is_trusted: false,
    };

    #[test]
    fn headers_of_one_connection_stay_there() {
        let mut headers = headers(&[
            ("connection", "keep-alive, x-mine"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("x-mine", "1"),
            ("accept", "text/html"),
        ]);

        remove_hop_by_hop(&mut headers);

        assert_eq!(headers.len(), 1);
        assert!(headers.contains_key("accept"));
    }

    #[test]
    fn a_game_server_never_sees_a_session_id() {
        let mut headers = headers(&[
            ("x-session-id", "s"),
            ("cookie", "oxeye-fleet-session=s"),
            ("referer", "http://localhost/gameserver/?sessionId=s"),
            ("x-player-id", "Ada"),
        ]);

        to_game_server(&mut headers, STRANGER);

        for name in ["x-session-id", "cookie", "referer"] {
            assert!(!headers.contains_key(name), "{name}");
        }
        assert_eq!(headers["x-player-id"], "Ada");
        let uri = "/gameserver/a%20b?sessionId=s&c=1".parse().unwrap();
        assert_eq!(uri_at_game_server(&uri).unwrap(), "/a%20b?c=1");
        let root = "/gameserver?sessionId=s".parse().unwrap();
        assert_eq!(uri_at_game_server(&root).unwrap(), "/");
    }

    #[test]
    fn a_stranger_cannot_pretend_to_come_from_somewhere_else() {
        let lines = [
            ("host", "play.example.org"),
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=198.51.100.7"),
        ];
        let mut of_stranger = headers(&lines);
        let mut of_proxy = headers(&lines);

        to_game_server(&mut of_stranger, STRANGER);
        to_game_server(
            &mut of_proxy,
            Origin {
                is_trusted: true,
                ..STRANGER
            },
        );

        let values = |headers: &HeaderMap, name: &str| {
            let lines = headers.get_all(name).iter();
            let lines: Vec<_> = lines.map(|line| line.to_str().unwrap()).collect();
            lines.join(", ")
        };
        assert_eq!(values(&of_stranger, "x-forwarded-for"), "192.0.2.1");
        assert_eq!(values(&of_stranger, "x-forwarded-proto"), "http");
        assert_eq!(values(&of_stranger, "x-forwarded-host"), "play.example.org");
        assert_eq!(values(&of_stranger, "x-forwarded-prefix"), "/gameserver");
        assert!(!of_stranger.contains_key("forwarded"));
        let through = "198.51.100.7, 192.0.2.1";
        assert_eq!(values(&of_proxy, "x-forwarded-for"), through);
        assert_eq!(values(&of_proxy, "x-forwarded-proto"), "https");
    }
}
