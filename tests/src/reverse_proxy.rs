//! A real nginx or Caddy in front of a backend, with the configuration from `docs/`, if it is installed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command as StdCommand, Stdio};

use reqwest::{Client, RequestBuilder};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::binary;
use crate::output::say_past_the_runner;
use crate::redis::free_port;
use crate::watched::WAIT_LIMIT;

/// The name in the documents.
const DOCUMENTED_NAME: &str = "oxeye.example.org";

/// The address of the backend in the documents.
const DOCUMENTED_BACKEND: &str = "127.0.0.1:3000";

/// How often another port is tried.
const ATTEMPTS: usize = 5;

/// The programs that the documents configure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `docs/nginx.md`
    Nginx,
    /// `docs/caddy.md`
    Caddy,
}

/// A running proxy. Dropping it kills it.
#[derive(Debug)]
pub struct ReverseProxy {
    child: Child,
    _folder: TempDir,
    /// The port for HTTPS.
    port: u16,
}

/// What differs from the documents: names, ports and folders.
struct Place<'a> {
    folder: &'a Path,
    backend: SocketAddr,
    http: u16,
    https: u16,
}

impl ReverseProxy {
    /// Starts the program in front of a backend. Returns `None`, and says so loudly, if it is not installed.
    ///
    /// # Panics
    /// If it is installed and does not start.
    pub async fn start(program: Program, backend: SocketAddr) -> Option<Self> {
        if !program.is_installed() {
            say_past_the_runner(&format!(
                "*** THE TEST WITH A REAL {program:?} DID NOT RUN: it, or openssl, is not installed"
            ));
            return None;
        }
        for _ in 0..ATTEMPTS {
            let mut proxy = Self::spawn(program, backend);
            if proxy.answers().await {
                return Some(proxy);
            }
        }
        panic!("{program:?} ends instead of answering");
    }

    fn spawn(program: Program, backend: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be created");
        let place = Place {
            folder: folder.path(),
            backend,
            http: free_port(),
            https: free_port(),
        };
        let child = match program {
            Program::Nginx => place.nginx(),
            Program::Caddy => place.caddy(),
        };
        Self {
            port: place.https,
            child,
            _folder: folder,
        }
    }

    /// Returns a request to a path, from an address of this machine; all of 127.0.0.0/8 belong to it.
    ///
    /// # Panics
    /// If there can be no client.
    pub fn request(&self, method: &str, path: &str, source: IpAddr) -> RequestBuilder {
        let client = Client::builder()
            .danger_accept_invalid_certs(true)
            .local_address(source)
            .no_proxy()
            .timeout(WAIT_LIMIT);
        let method = method.parse().expect("a method");
        let url = format!("https://localhost:{}{path}", self.port);
        let client = client.build().expect("a client");
        client.request(method, url)
    }

    /// Waits until it answers. Returns false if it ends instead, because somebody has taken its port meanwhile.
    async fn answers(&mut self) -> bool {
        let asking = async {
            while self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
                let health = self.request("GET", "/health", Ipv4Addr::LOCALHOST.into());
                if health.send().await.is_ok() {
                    return true;
                }
                tokio::task::yield_now().await;
            }
            false
        };
        let answered = tokio::time::timeout(WAIT_LIMIT, asking).await;
        answered.expect("the proxy answers in time")
    }
}

impl Program {
    fn is_installed(self) -> bool {
        let runs = |program: &str, argument: &str| {
            let mut command = StdCommand::new(program);
            let command = command.arg(argument);
            let run = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
            run.is_ok_and(|status| status.success())
        };
        match self {
            Program::Nginx => runs("nginx", "-v") && runs("openssl", "version"),
            Program::Caddy => runs("caddy", "version"),
        }
    }

    /// Returns the configuration in the document.
    fn documented(self) -> String {
        let (document, language) = match self {
            Program::Nginx => ("docs/nginx.md", "nginx"),
            Program::Caddy => ("docs/caddy.md", "caddyfile"),
        };
        let path = binary::workspace().join(document);
        let text = std::fs::read_to_string(path).expect("the document is there");
        let (_, rest) = text
            .split_once(&format!("```{language}\n"))
            .expect("the document has a configuration");
        let (configuration, _) = rest.split_once("```").expect("it ends");
        configuration.to_owned()
    }
}

/// Replaces a text that must be there.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in:\n{text}");
    text.replace(from, to)
}

impl Place<'_> {
    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    }

    fn nginx(&self) -> Child {
        let folder = self.folder.display().to_string();
        let made = StdCommand::new("openssl")
            .args(["req", "-x509", "-nodes", "-newkey", "ec"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-subj", "/CN=localhost", "-days", "1"])
            .args(["-keyout", "privkey.pem", "-out", "fullchain.pem"])
            .current_dir(self.folder)
            .stderr(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "no certificate");
        let documented = Program::Nginx.documented();
        let certificates = format!("/etc/letsencrypt/live/{DOCUMENTED_NAME}");
        let site = replaced(&documented, &certificates, &folder);
        let site = replaced(&site, DOCUMENTED_BACKEND, &self.backend.to_string());
        let site = replaced(
            &site,
            "listen 80;",
            &format!("listen 127.0.0.1:{};", self.http),
        );
        let site = replaced(
            &site,
            "listen 443 ",
            &format!("listen 127.0.0.1:{} ", self.https),
        );
        let site = replaced(&site, "listen [::]:80;", "");
        let site = replaced(&site, "listen [::]:443 ssl;", "");
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
            .concat();
        // As root, nginx would become another user, who cannot read the folder.
        let user = if is_root() { "user root;\n" } else { "" };
        let whole = format!(
            "{user}daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{site}}}\n"
        );
        let file = self.write("nginx.conf", &whole);
        self.spawn("nginx", &["-c", &file])
    }

    fn caddy(&self) -> Child {
        let Place { http, https, .. } = self;
        let folder = self.folder.display();
        let options = format!(
            "{{\n\tadmin off\n\tskip_install_trust\n\tstorage file_system {folder}\n\thttp_port {http}\n\thttps_port {https}\n"
        );
        let documented = Program::Caddy.documented();
        let rest = documented.strip_prefix("{\n").expect("global options");
        let site = format!("{options}{rest}");
        let local = "localhost {\n\tbind 127.0.0.1\n";
        let site = replaced(&site, &format!("{DOCUMENTED_NAME} {{\n"), local);
        let site = replaced(&site, DOCUMENTED_BACKEND, &self.backend.to_string());
        let file = self.write("Caddyfile", &site);
        self.spawn(
            "caddy",
            &["run", "--config", &file, "--adapter", "caddyfile"],
        )
    }

    fn spawn(&self, program: &str, arguments: &[&str]) -> Child {
        let mut command = Command::new(program);
        command.args(arguments).env("HOME", self.folder);
        let command = command.stdin(Stdio::null()).stdout(Stdio::null());
        let command = command.stderr(Stdio::null()).kill_on_drop(true);
        command.spawn().expect("the program is installed")
    }
}

fn is_root() -> bool {
    let id = StdCommand::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout == b"0\n")
}
