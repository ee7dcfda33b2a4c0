//! HTML pages for people whose browser opens a URL of the API, and which requests get them instead of
//! JSON.

use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::error::ApiError;

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Returns whether a person would see the answer to a request.
pub(crate) fn shows_html(method: &Method, headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter();
    let mut lines = accepted.map(|line| line.to_str().unwrap_or_default());
    *method == Method::GET && lines.any(|line| line.contains("text/html"))
}

/// Returns whether a request is for a page, as far as the client says what it is for. Browsers do; what
/// they fetch for a page must not be sent to `/game`, where it would start a server.
pub(crate) fn is_for_a_page(headers: &HeaderMap) -> bool {
    headers.get(SEC_FETCH_DEST).is_none_or(|destination| {
        matches!(
            destination.as_bytes(),
            b"document" | b"iframe" | b"frame" | b"embed" | b"object"
        )
    })
}

/// The page for a player whose server is not running yet. It reloads itself.
pub(crate) fn starting() -> Response {
    let retry = ApiError::ServerStarting
        .retry_after()
        .unwrap_or_default()
        .as_secs();
    let refresh = format!(r#"<meta http-equiv="refresh" content="{retry}">"#);
    let text =
        "This page reloads automatically, and opens your game as soon as the server is ready.";
    (
        StatusCode::OK,
        page("Your server is starting", text, &refresh),
    )
        .into_response()
}

/// The page for a player who gets no server.
pub(crate) fn no_server(error: &ApiError) -> Response {
    error.describe(page(
        "There is no server for you right now",
        &error.to_string(),
        "",
    ))
}

fn page(title: &str, text: &str, head: &str) -> impl IntoResponse {
    let text = escaped(text);
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n{head}\n<title>{title}</title>\n<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; text-align: center; }}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
    );
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
        ),
    ];
    (headers, html)
}

/// Writes a text so that HTML shows it as it is.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_shown_as_text() {
        assert_eq!(
            escaped("<script>'&\"</script>"),
            "&lt;script&gt;&#39;&amp;&quot;&lt;/script&gt;"
        );
    }

    #[test]
    fn only_pages_count_as_pages() {
        let headers = |destination: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(SEC_FETCH_DEST, destination.parse().unwrap());
            headers
        };

        assert!(is_for_a_page(&HeaderMap::new()));
        assert!(is_for_a_page(&headers("document")));
        for fetched in ["empty", "script", "image", "websocket"] {
            assert!(!is_for_a_page(&headers(fetched)), "{fetched}");
        }
    }
}
