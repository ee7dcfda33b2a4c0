//! Checks the head of a request, beyond what hyper checks.

use axum::http::header::{HOST, TRANSFER_ENCODING};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Request, Version};

use super::error::{ApiError, RequestError};

/// Checks that we understand the head of a request as a proxy would.
pub(crate) fn check<B>(request: &Request<B>) -> Result<(), ApiError> {
    check_host(request)?;
    check_transfer_codings(request)
}

/// Checks that an HTTP/1.1 request names its host exactly once (RFC 9112, 3.2). With two, a proxy and we could
/// disagree about which one counts.
fn check_host<B>(request: &Request<B>) -> Result<(), ApiError> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let is_right = match (hosts.next(), hosts.next()) {
        (None, _) => request.version() < Version::HTTP_11,
        (Some(host), None) => {
            let host = host.as_bytes().trim_ascii();
            host.is_empty() || Authority::try_from(host).is_ok()
        }
        (Some(_), Some(_)) => false,
    };
    if is_right {
        Ok(())
    } else {
        Err(RequestError::BadHost.into())
    }
}

/// Checks that the body is encoded as chunks at most (RFC 9112, 6.1). hyper removes only those, and ignores a
/// compression before them.
fn check_transfer_codings<B>(request: &Request<B>) -> Result<(), ApiError> {
    let mut codings = request.headers().get_all(TRANSFER_ENCODING).iter();
    let is_chunked = |value: &HeaderValue| {
        value
            .as_bytes()
            .trim_ascii()
            .eq_ignore_ascii_case(b"chunked")
    };
    if codings.all(is_chunked) {
        Ok(())
    } else {
        Err(RequestError::UnknownTransferCoding.into())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::*;

    #[track_caller]
    fn check_hosts(version: Version, hosts: &[&str], is_right: bool) {
        let mut request = Request::get("/health").version(version);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let checked = check(&request.body(()).unwrap());
        assert_eq!(checked.is_ok(), is_right, "{version:?} {hosts:?}");
    }

    #[test]
    fn a_request_names_its_host_once() {
        let http_1_1 = Version::HTTP_11;
        for host in [
            "oxeye.example:3000",
            "oxeye_backend",
            "[::1]:3000",
            "192.0.2.1",
            "",
        ] {
            check_hosts(http_1_1, &[host], true);
        }
        for hosts in [
            &[][..],
            &["a", "b"],
            &["a", "a"],
            &["a b"],
            &["a,b/c"],
            &["a/b"],
        ] {
            check_hosts(http_1_1, hosts, false);
        }
        check_hosts(Version::HTTP_10, &[], true);
        check_hosts(Version::HTTP_10, &["a", "b"], false);
    }

    #[track_caller]
    fn check_codings(codings: &[&str], expected: Option<StatusCode>) {
        let mut request = Request::get("/join").header(HOST, "a");
        for coding in codings {
            request = request.header(TRANSFER_ENCODING, *coding);
        }
        let refused = check(&request.body(()).unwrap()).err();
        let status = refused.map(|error| error.into_response().status());
        assert_eq!(status, expected, "{codings:?}");
    }

    #[test]
    fn a_body_is_encoded_as_chunks_at_most() {
        check_codings(&[], None);
        check_codings(&["chunked"], None);
        check_codings(&[" Chunked "], None);
        let refused = Some(StatusCode::NOT_IMPLEMENTED);
        check_codings(&["gzip, chunked"], refused);
        check_codings(&["gzip", "chunked"], refused);
        check_codings(&["identity, chunked"], refused);
    }
}
