//! `GET /`: what this is and where to go, as HTML for browsers and as plain text for everything else.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use oxeye_text::{Locale, Text};

use super::app::App;

/// The style of the page. [`POLICY`] allows no other.
const STYLE: &str = include_str!("front_page.css");

/// What a browser may do with the page: apply [`STYLE`], which it knows by its hash, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'sha256-rHT0o7XMiGdreycps+FHczX/xqiVabNRFfL2M5QR04o='; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Stands for a link code in the instructions.
const CODE: &str = "CODE";

/// The page says nothing about servers or players, since everybody may read it.
struct Page {
    text: Text,
    introduction: [String; 2],
    sections: [(String, Vec<String>); 4],
}

/// `GET /`: answers in the first language that the client prefers.
pub(crate) async fn front_page(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let page = Page::of(Text::of(language(&headers)), app.watching.is_on());
    let (kind, body) = if wants_html(&headers) {
        ("text/html; charset=utf-8", page.html())
    } else {
        ("text/plain; charset=utf-8", page.plain())
    };
    let fixed: [(HeaderName, &'static str); 7] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
        (VARY, "accept, accept-language"),
    ];
    let fixed = fixed.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (HeaderMap::from_iter(fixed), body).into_response()
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(ACCEPT).into_iter();
    let mut kinds = accept
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    kinds.any(|kind| kind.trim().starts_with("text/html"))
}

fn language(headers: &HeaderMap) -> Locale {
    let preferred = headers.get(ACCEPT_LANGUAGE);
    let preferred = preferred.and_then(|value| value.to_str().ok());
    let first = preferred.and_then(|value| value.split([',', ';']).next());
    first.map_or(Locale::English, |tag| Locale::of_tag(tag.trim()))
}

impl Page {
    /// Makes the page. `can_watch` says whether a server can be watched by its address.
    fn of(text: Text, can_watch: bool) -> Page {
        let watch = can_watch.then(|| text.front_watch());
        Page {
            text,
            introduction: [text.front_what(), text.front_where()],
            sections: [
                (
                    text.front_see(),
                    vec![text.front_see_discord(), text.front_see_shell()],
                ),
                (
                    text.front_link(),
                    [
                        text.front_link_code(),
                        text.link_with_mod(CODE),
                        text.front_with_agent(&text.link_with_agent(CODE)),
                    ]
                    .into_iter()
                    .chain(watch)
                    .collect(),
                ),
                (
                    text.front_health(),
                    vec![text.front_probes(), text.front_check()],
                ),
                (text.front_more(), vec![text.front_documents()]),
            ],
        }
    }

    fn plain(&self) -> String {
        let mut lines = vec!["Oxeye".to_owned(), String::new()];
        lines.extend(self.introduction.iter().cloned());
        for (heading, items) in &self.sections {
            lines.extend([String::new(), heading.clone()]);
            lines.extend(items.iter().map(|item| format!("  - {item}")));
        }
        lines.join("\n") + "\n"
    }

    fn html(&self) -> String {
        let language = self.text.locale().tag();
        let introduction: String = self
            .introduction
            .iter()
            .map(|line| format!("<p>{}</p>\n", marked_up(line)))
            .collect();
        let sections: String = self
            .sections
            .iter()
            .map(|(heading, items)| section(heading, items))
            .collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Oxeye</title>\n<style>{STYLE}</style>\n</head>\n\
             <body>\n<main>\n<h1>Oxeye</h1>\n{introduction}{sections}</main>\n</body>\n</html>\n"
        )
    }
}

fn section(heading: &str, items: &[String]) -> String {
    let items: String = items
        .iter()
        .map(|item| format!("<li>{}</li>\n", marked_up(item)))
        .collect();
    format!("<h2>{}</h2>\n<ul>\n{items}</ul>\n", escaped(heading))
}

/// Turns what is between backticks into code, and our probes into links.
fn marked_up(line: &str) -> String {
    let parts = line.split('`').enumerate();
    let part = |(number, part): (usize, &str)| {
        let escaped = escaped(part);
        match (number % 2, part) {
            (0, _) => escaped,
            (_, "/health" | "/readyz") => {
                format!("<a href=\"{}\"><code>{escaped}</code></a>", &escaped[1..])
            }
            _ => format!("<code>{escaped}</code>"),
        }
    };
    parts.map(part).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &'static str, language: &'static str) -> HeaderMap {
        let values = [(ACCEPT, accept), (ACCEPT_LANGUAGE, language)];
        HeaderMap::from_iter(values.map(|(name, value)| (name, HeaderValue::from_static(value))))
    }

    #[test]
    fn browsers_get_html_and_everything_else_plain_text() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert!(wants_html(&headers(browser, "")));
        for other in ["*/*", "application/json", "text/plain, text/htm", ""] {
            assert!(!wants_html(&headers(other, "")), "{other}");
        }
        assert!(!wants_html(&HeaderMap::new()));
    }

    #[test]
    fn the_page_is_in_the_language_that_the_client_prefers() {
        let check = |accepted, expected| {
            assert_eq!(language(&headers("*/*", accepted)), expected, "{accepted}");
        };
        check("de-AT,de;q=0.9,en;q=0.8", Locale::German);
        check("de;q=0.5", Locale::German);
        check("en-US,de;q=0.9", Locale::English);
        check("fr", Locale::English);
        assert_eq!(language(&HeaderMap::new()), Locale::English);
    }

    #[test]
    fn code_is_marked_up_and_everything_is_escaped() {
        assert_eq!(
            marked_up("see `/health`, then `a <b>` & \"c\""),
            "see <a href=\"health\"><code>/health</code></a>, \
             then <code>a &lt;b&gt;</code> &amp; &quot;c&quot;"
        );
    }

    #[test]
    fn both_forms_say_how_to_link_a_server_in_both_ways() {
        for locale in Locale::ALL {
            let page = Page::of(Text::of(locale), true);
            for form in [page.html(), page.plain()] {
                for way in [
                    "/oxeye connect CODE",
                    "oxeye-agent connect CODE --backend URL",
                    "/oxeye status",
                    "oxeye watch",
                    "oxeye check",
                ] {
                    assert!(form.contains(way), "{way} in {form}");
                }
            }
        }
    }
}
