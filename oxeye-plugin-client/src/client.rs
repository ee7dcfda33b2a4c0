//! The routes that need no API key.

use oxeye_plugin_proto::{ApiKey, ConnectRequest, ConnectResponse, LinkCode};
use reqwest::{Method, StatusCode};

use crate::{
    ClientError, LinkedClient, RetryPolicy,
    address::Address,
    retry::{Repeat, RetryPlan},
    transport::{Request, Transport},
};

/// A client without an API key. Clones are cheap.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// Makes a client for the backend at this address, such as `https://oxeye.example.org`. Nothing
    /// is sent yet. If the address is invalid, every request fails with [`ClientError::Address`].
    #[must_use]
    pub fn new(base_url: impl AsRef<str>) -> Self {
        Self {
            transport: Transport::new(base_url.as_ref()),
        }
    }

    /// Returns whether a backend can have this address. If not, every request of a client with this
    /// address fails with [`ClientError::Address`].
    #[must_use]
    pub fn can_have_address(base_url: &str) -> bool {
        Address::parse(base_url).is_some()
    }

    /// Makes a client for a server that is already linked.
    #[must_use]
    pub fn with_key(base_url: impl AsRef<str>, api_key: ApiKey) -> LinkedClient {
        Self::new(base_url).into_linked(api_key)
    }

    /// Returns the same client with another retry policy.
    #[must_use]
    pub fn retrying(mut self, policy: RetryPolicy) -> Self {
        self.transport.retry = RetryPlan::new(policy);
        self
    }

    /// Turns this client into one for a server that is already linked.
    #[must_use]
    pub fn into_linked(self, api_key: ApiKey) -> LinkedClient {
        LinkedClient::new(self.transport, api_key)
    }

    /// Redeems a link code of a server that is not linked. A code works once, so a request that may have arrived is
    /// not repeated.
    ///
    /// # Errors
    ///
    /// [`ClientError::Refused`] with 404 if the code is unknown, used or expired, and with 409 if the
    /// name has been taken in the meantime; otherwise as the variants say.
    pub async fn connect(&self, code: &LinkCode) -> Result<LinkedClient, ClientError> {
        let ConnectResponse { api_key, .. } = self.redeem(code).await?;
        Ok(self.clone().into_linked(api_key))
    }

    /// Does the same for a server that may be linked already, and returns whether the key replaces its own: then
    /// the server goes on with the events that it has not sent yet.
    ///
    /// # Errors
    ///
    /// The same as of [`Self::connect`].
    pub async fn redeem(&self, code: &LinkCode) -> Result<ConnectResponse, ClientError> {
        let request = Request::new(Method::POST, "/connect")
            .with_body(&ConnectRequest { code: code.clone() })
            .repeated(Repeat::OnlyIfNotHandled);
        let answer = self.transport.send(&request).await?;
        answer.expect_status(&[StatusCode::CREATED, StatusCode::OK])?;
        answer.json()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::script::{ScriptedAnswer, ScriptedBackend};

    /// Redeems a code at a backend with this answer, and returns the error.
    async fn connect_fails(answer: ScriptedAnswer) -> ClientError {
        let backend = ScriptedBackend::start([answer]);
        let linked = backend.client().connect(&LinkCode::generate()).await;
        linked.expect_err("no key")
    }

    #[tokio::test]
    async fn a_link_code_becomes_a_linked_client() {
        let api_key = ApiKey::generate();
        let created =
            ScriptedAnswer::new(201).body(&format!(r#"{{"api_key": "{}"}}"#, api_key.expose()));
        let backend = ScriptedBackend::start([created]);
        let code = LinkCode::generate();

        let linked = backend.client().connect(&code).await.expect("a key");

        assert_eq!(linked.api_key(), &api_key);
        let request = &backend.requests()[0];
        assert!(
            request.starts_with("POST /connect HTTP/1.1\r\n") && request.contains(code.expose()),
            "{request}"
        );
        assert!(!request.contains("authorization"), "{request}");
    }

    #[tokio::test]
    async fn a_link_code_that_may_have_arrived_is_not_sent_again() {
        let backend = ScriptedBackend::start([ScriptedAnswer::hang_up(), ScriptedAnswer::new(201)]);
        let error = backend
            .client()
            .connect(&LinkCode::generate())
            .await
            .expect_err("no answer");

        assert!(
            matches!(error, ClientError::Unreachable { .. }),
            "{error:?}"
        );
        assert_eq!(backend.requests().len(), 1);
    }

    #[tokio::test]
    async fn the_error_of_the_backend_reaches_the_operator() {
        let answer = ScriptedAnswer::new(404)
            .body(r#"{"error": "This code has expired.", "details": null}"#);
        let error = connect_fails(answer).await;

        assert_eq!(error.to_string(), "This code has expired.");
    }

    #[tokio::test]
    async fn the_error_of_the_backend_cannot_control_the_terminal() {
        let answer = ScriptedAnswer::new(404)
            .body(r#"{"error": "\u001b[31mno\nINFO all is well", "details": "a\nb"}"#);
        let error = connect_fails(answer).await;

        assert_eq!(error.to_string(), "\u{fffd}[31mno INFO all is well");
        let ClientError::Refused { refusal, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(refusal.details.as_deref(), Some("a b"));
    }

    #[tokio::test]
    async fn a_server_that_answers_with_html_is_not_a_backend() {
        let error = connect_fails(ScriptedAnswer::new(201).body("<html>hello</html>")).await;

        assert!(
            matches!(error, ClientError::NotOxeye { status: 201, .. }),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn the_error_about_an_invalid_address_does_not_contain_its_password() {
        let address = "https://me:secret@oxeye.example.org";
        assert!(!Client::can_have_address(address));
        assert!(Client::can_have_address("https://oxeye.example.org"));
        let client = Client::new(address);
        let error = client
            .connect(&LinkCode::generate())
            .await
            .expect_err("an address with a password");

        assert!(matches!(error, ClientError::Address), "{error:?}");
        assert!(!format!("{client:?} {error}").contains("secret"));
    }

    #[tokio::test]
    async fn a_backend_that_speaks_plain_http_is_recognised() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let answers = async {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut hello = [0; 16_384];
            let _ = stream.read(&mut hello).await.expect("its hello");
            let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(answer).await.expect("written");
            stream
        };
        let client = Client::new(format!("https://{address}")).retrying(RetryPolicy::never());
        let code = LinkCode::generate();
        let (answer, _stream) = tokio::join!(client.connect(&code), answers);
        let error = answer.expect_err("no TLS there");

        assert!(matches!(error, ClientError::PlainHttp { .. }), "{error:?}");
        let sentence = error.to_string();
        assert!(sentence.contains("use http:// in place"), "{sentence}");
    }

    #[tokio::test]
    async fn an_unreachable_backend_is_tried_a_few_times() {
        let nobody = ScriptedBackend::nobody();
        let error = nobody
            .connect(&LinkCode::generate())
            .await
            .expect_err("nobody listens");

        assert!(
            matches!(error, ClientError::Unreachable { .. }),
            "{error:?}"
        );
        assert_eq!(
            nobody
                .transport
                .retry
                .waited
                .lock()
                .expect("not poisoned")
                .len(),
            4
        );
    }
}
