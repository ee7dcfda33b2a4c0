//! Checks the head of a request, beyond what hyper checks.

use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{Request, Version};

use super::error::{ApiError, RequestError};

/// Checks that an HTTP/1.1 request names its host exactly once (RFC 9112, 3.2). With two, a proxy and we could
/// disagree about which one counts.
pub(crate) fn check<B>(request: &Request<B>) -> Result<(), ApiError> {
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

#[cfg(test)]
mod tests {
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
}
