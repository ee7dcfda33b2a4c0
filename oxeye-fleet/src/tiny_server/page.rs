//! What a browser sees on a tiny server.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest head of a request that is read, in bytes.
const MAX_HEAD: usize = 8 * 1024;

/// Reads the head of a request. Returns whether it is one.
pub(super) async fn is_asked_for(from: &mut (impl AsyncRead + Unpin)) -> io::Result<bool> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut bytes = [0; 1024];
        let count = from.read(&mut bytes).await?;
        if count == 0 || head.len() + count > MAX_HEAD {
            return Ok(false);
        }
        head.extend(&bytes[..count]);
    }
    Ok(head.starts_with(b"GET ") || head.starts_with(b"HEAD "))
}

/// Returns the whole answer.
pub(super) fn of(player: &str, port: u16, visits: u64) -> String {
    let player = escaped(player);
    let times = if visits == 1 { "time" } else { "times" };
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{player}'s server</title>\n<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem}}</style>\n<h1>{player}'s server</h1>\n<p>This tiny server runs on port {port}. Its world has been started {visits} {times}.</p>\n</html>\n"
    );
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
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

    #[test]
    fn a_name_cannot_become_markup() {
        let page = of("<script>alert(1)</script>", 8081, 1);

        assert!(
            page.contains("&lt;script&gt;") && !page.contains("<script>"),
            "{page}"
        );
        assert!(page.contains("started 1 time."), "{page}");
    }
}
