//! A backend on the loopback interface with prepared answers, for tests. It records the requests.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use oxeye_plugin_proto::ApiKey;

use crate::{Client, LinkedClient};

/// One prepared answer. The connection is closed after it.
pub(crate) struct ScriptedAnswer {
    /// `None` closes the connection without an answer.
    status: Option<u16>,
    headers: String,
    body: String,
}

impl ScriptedAnswer {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status: Some(status),
            headers: String::new(),
            body: String::new(),
        }
    }

    pub(crate) fn hang_up() -> Self {
        Self {
            status: None,
            headers: String::new(),
            body: String::new(),
        }
    }

    pub(crate) fn header(mut self, header: &str) -> Self {
        self.headers = format!("{}{header}\r\n", self.headers);
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        self
    }

    fn send(&self, mut connection: &TcpStream) -> std::io::Result<()> {
        let Some(status) = self.status else {
            return Ok(());
        };
        let Self { headers, body, .. } = self;
        let length = body.len();
        write!(
            connection,
            "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
        )
    }
}

/// A backend that gives its answers one after the other and then stops.
pub(crate) struct ScriptedBackend {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl ScriptedBackend {
    pub(crate) fn start(answers: impl IntoIterator<Item = ScriptedAnswer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("a bound port"));
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (heard, answers) = (
            Arc::clone(&requests),
            answers.into_iter().collect::<Vec<_>>(),
        );
        thread::spawn(move || {
            for answer in answers {
                let (connection, _) = listener.accept().expect("a connection");
                let request = read_request(&connection).expect("a request");
                heard.lock().expect("not poisoned").push(request);
                answer.send(&connection).expect("a listening client");
            }
        });
        Self { address, requests }
    }

    /// Makes a client for an address where nothing listens.
    pub(crate) fn nobody() -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Client::new(format!(
            "http://{}",
            listener.local_addr().expect("a bound port")
        ))
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.address)
    }

    pub(crate) fn linked_client(&self) -> LinkedClient {
        self.client().into_linked(ApiKey::generate())
    }

    /// Returns the head and body of each request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

fn read_request(connection: &TcpStream) -> std::io::Result<String> {
    let mut reader = BufReader::new(connection);
    let (mut request, mut body_length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some(length) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            body_length = length.trim().parse().expect("a number");
        }
        request.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; body_length];
    reader.read_exact(&mut body)?;
    Ok(request + std::str::from_utf8(&body).expect("UTF-8"))
}
