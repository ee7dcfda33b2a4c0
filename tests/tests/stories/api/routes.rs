//! Which routes of `/api` exist, by the function that lists them, and which of them a story has visited.

use std::collections::BTreeSet;

use oxeye_tests::binary;
use oxeye_tests::raw::Request;

/// A method and a path with placeholders, such as `GET /api/guilds/{guild_id}/occupancy`.
type Route = (String, String);

/// The routes that no request has been sent to.
#[derive(Debug)]
pub(super) struct Unvisited(BTreeSet<Route>);

impl Unvisited {
    /// Returns all routes of the operator API.
    pub(super) fn all() -> Self {
        let list = binary::workspace().join("oxeye-backend/src/http/operator.rs");
        let source = std::fs::read_to_string(list).expect("a source is text");
        Self(listed(&source).collect())
    }

    pub(super) fn note(&mut self, request: &Request) {
        let (method, path) = request.route();
        // A literal segment counts before a placeholder, as it does for the router.
        let meant = self
            .0
            .iter()
            .filter(|(listed, pattern)| listed == method && fits(pattern, path));
        let meant = meant
            .min_by_key(|(_, pattern)| pattern.matches('{').count())
            .cloned();
        if let Some(route) = meant {
            self.0.remove(&route);
        }
    }

    #[track_caller]
    pub(super) fn are_none(&self) {
        assert!(self.0.is_empty(), "no request was sent to {:?}", self.0);
    }
}

/// Returns the routes in the source of a router, of which each stands on a line of its own.
fn listed(source: &str) -> impl Iterator<Item = Route> {
    let lines = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix(".route(\""));
    lines.flat_map(|line| {
        let (path, handlers) = line.split_once("\", ").expect("a path and its handlers");
        let methods = ["get", "post", "put", "delete", "patch"].into_iter();
        let routes: Vec<_> = methods
            .filter(|method| handlers.contains(&format!("{method}(")))
            .map(|method| (method.to_uppercase(), path.to_owned()))
            .collect();
        assert!(!routes.is_empty(), "no method is recognised in {line}");
        routes
    })
}

/// Whether a path is one of those that a pattern stands for.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') || wanted == given => {}
            _ => return false,
        }
    }
}

#[test]
fn a_route_is_visited_by_its_method_and_its_path() {
    let source = r#"
        .route("/api/players/{player}", get(one).delete(forget))
        .route("/api/players/all", get(all))
    "#;
    let mut unvisited = Unvisited(listed(source).collect());
    assert_eq!(unvisited.0.len(), 3);

    unvisited.note(&Request::get("/api/players/all?limit=1"));
    unvisited.note(&Request::new("DELETE", "/api/players/Alex"));
    unvisited.note(&Request::get("/api/players"));
    unvisited.note(&Request::get("/api/players/Alex/sessions"));

    let left = ("GET".to_owned(), "/api/players/{player}".to_owned());
    assert_eq!(unvisited.0, BTreeSet::from([left]));
}

#[test]
fn every_route_of_the_operator_api_is_documented() {
    let source = include_str!("../../../../docs/api.md");
    let documented = |(method, path): &Route| {
        let short = path.replace("/api/servers/{guild_id}/{server}", "...");
        let short = short.replace("/api/guilds/{guild_id}/activity", "ACTIVITY");
        [path, &short]
            .iter()
            .any(|path| source.contains(&format!("`{method} {path}")))
    };
    let undocumented: Vec<_> = Unvisited::all()
        .0
        .into_iter()
        .filter(|route| !documented(route))
        .collect();
    assert!(
        undocumented.is_empty(),
        "docs/api.md lacks {undocumented:?}"
    );
}
