//! The files of `web/`: the dashboard, and the client for game pages.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The dashboard: path, type and content of each file.
const DASHBOARD: [(&str, &str, &str); 4] = [
    ("/", HTML, include_str!("../../web/index.html")),
    (
        "/dashboard.css",
        CSS,
        include_str!("../../web/dashboard.css"),
    ),
    ("/words.js", JAVASCRIPT, include_str!("../../web/words.js")),
    (
        "/dashboard.js",
        JAVASCRIPT,
        include_str!("../../web/dashboard.js"),
    ),
];

/// The client for game pages.
const CLIENT: (&str, &str, &str) = (
    "/client.js",
    JAVASCRIPT,
    include_str!("../../web/client.js"),
);

/// Allows only our own scripts, styles and connections. The feed is a WebSocket, which older browsers
/// do not count as our own.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Returns the routes of the dashboard's files.
pub(crate) fn dashboard<S: Clone + Send + Sync + 'static>() -> Router<S> {
    DASHBOARD.into_iter().fold(Router::new(), add)
}

/// Returns the route of the client for game pages.
pub(crate) fn client<S: Clone + Send + Sync + 'static>() -> Router<S> {
    add(Router::new(), CLIENT)
}

fn add<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    (path, kind, content): (&'static str, &'static str, &'static str),
) -> Router<S> {
    let file = async move || {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(kind)),
            (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (CONTENT_SECURITY_POLICY, POLICY),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (headers, content).into_response()
    };
    routes.route(path, get(file))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use oxeye_catalogue::testing;

    use super::*;

    /// Returns what stands between these two texts, wherever they follow each other.
    fn between<'a>(
        text: &'a str,
        before: &'a str,
        after: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        let parts = text.split(before).skip(1);
        parts.filter_map(move |rest| Some(rest.split_once(after)?.0.trim()))
    }

    #[test]
    fn every_word_of_the_dashboard_has_a_translation() {
        let [(_, _, page), _, (_, _, words), (_, _, script)] = DASHBOARD;
        let (_, body) = page.split_once("<body>").unwrap();
        let shown = between(body, ">", "<").filter(|word| word.chars().any(char::is_alphabetic));
        let labels = between(body, "aria-label=\"", "\"");
        let said = between(script, "say(\"", "\"");
        for word in shown.chain(labels).chain(said) {
            assert!(words.contains(&format!("    \"{word}\": \"")), "{word}");
        }
    }

    #[test]
    fn the_fleet_says_what_the_dashboard_translates() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let folders =
            ["controller", "engine", "http", "rules", "worker"].map(|name| folder.join(name));
        let mut source = testing::source_below(folders).unwrap();
        for file in ["controller.rs", "demo.rs", "worlds.rs"] {
            source.push_str(&std::fs::read_to_string(folder.join(file)).unwrap());
        }
        let (_, _, words) = DASHBOARD[2];
        let (_, from_the_fleet) = words.split_once("// What the fleet says.").unwrap();
        let sentences: Vec<_> = between(from_the_fleet, "\n    \"", "\": ").collect();
        assert!(sentences.contains(&"is ready"), "{sentences:?}");
        for part in sentences.iter().flat_map(|sentence| sentence.split("{}")) {
            assert!(source.contains(part), "nothing says {part:?}");
        }
    }
}
