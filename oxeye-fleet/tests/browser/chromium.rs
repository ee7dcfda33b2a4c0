//! A real browser without a window, driven by the Chrome DevTools Protocol.
//! Source: <https://chromedevtools.github.io/devtools-protocol/>.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Names under which systems install the browser.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// How long a page may take to show something.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A page in a browser of its own.
pub(crate) struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: String,
    number: u64,
    _browser: Child,
    _printing: JoinSet<()>,
    _profile: TempDir,
}

impl Page {
    /// Starts a browser of somebody who reads this language; `None` if there is none on this machine.
    pub(crate) async fn open(language: &str, url: &str) -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let mut browser = NAMES.iter().find_map(|name| start(name, profile.path()))?;
        let mut lines = BufReader::new(browser.stderr.take().unwrap()).lines();
        let endpoint = loop {
            let line = timeout(TIMEOUT, lines.next_line()).await.unwrap().unwrap();
            let line = line.expect("the browser says where it listens");
            if let Some(endpoint) = line.strip_prefix("DevTools listening on ") {
                break endpoint.to_owned();
            }
        };
        // The browser stops when nobody reads what it prints.
        let mut printing = JoinSet::new();
        printing.spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let (socket, _) = connect_async(endpoint).await.unwrap();
        let mut page = Self {
            socket,
            session: String::new(),
            number: 0,
            _browser: browser,
            _printing: printing,
            _profile: profile,
        };
        let target = page
            .call("Target.createTarget", json!({"url": "about:blank"}))
            .await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = page.call("Target.attachToTarget", attach).await;
        page.session = attached["sessionId"].as_str().unwrap().to_owned();
        page.call("Page.enable", json!({})).await;
        let browser = json!({"userAgent": "Chromium", "acceptLanguage": language});
        page.call("Emulation.setUserAgentOverride", browser).await;
        page.go(url).await;
        Some(page)
    }

    /// Goes to another page.
    pub(crate) async fn go(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
        self.wait_for("document.readyState === 'complete'").await;
    }

    /// Runs a script in every further page before those of the page.
    pub(crate) async fn before_others(&mut self, script: &str) {
        let source = json!({ "source": script });
        self.call("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// Pretends to be a screen of this size, in CSS pixels.
    pub(crate) async fn resize(&mut self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.call("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Presses a key.
    pub(crate) async fn press(&mut self, key: &str) {
        let text = if key == "Enter" { "\r" } else { "" };
        let code = if key == "Enter" { 13 } else { 9 };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({"type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": code});
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Returns the value of an expression, which may be a promise.
    pub(crate) async fn value_of(&mut self, expression: &str) -> Value {
        let evaluate =
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", evaluate).await;
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true, and fails with what the page shows if it never is.
    #[track_caller]
    pub(crate) fn wait_for<'a>(&'a mut self, expression: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            // The page tells us itself, so that we need not look again and again.
            let promise = format!(
                "new Promise((done) => {{ const look = () => {{ let is = false; try {{ is = !!({expression}); }} catch {{}} if (is) done(true); else setTimeout(look, 20); }}; look(); setTimeout(() => done(false), {}); }})",
                TIMEOUT.as_millis()
            );
            if self.value_of(&promise).await != json!(true) {
                let shown = self.value_of("document.body.innerText").await;
                panic!("{caller}: never true: {expression}\nThe page shows: {shown}");
            }
        }
    }

    /// Saves what the page looks like, if `SCREENSHOTS` names a folder.
    pub(crate) async fn picture(&mut self, name: &str) {
        let Ok(Some(folder)) = oxeye_process::settings::variable("SCREENSHOTS") else {
            return;
        };
        let answer = self.call("Page.captureScreenshot", json!({})).await;
        let picture = answer["data"].as_str().unwrap();
        std::fs::write(
            Path::new(&folder).join(format!("{name}.png.base64")),
            picture,
        )
        .unwrap();
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let mut call = json!({"id": self.number, "method": method, "params": params});
        if !self.session.is_empty() {
            call["sessionId"] = json!(self.session);
        }
        self.socket
            .send(Message::text(call.to_string()))
            .await
            .unwrap();
        loop {
            let message = timeout(TIMEOUT * 2, self.socket.next())
                .await
                .unwrap()
                .unwrap()
                .unwrap();
            let Ok(text) = message.into_text() else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == json!(self.number) {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }
}

fn start(name: &str, profile: &Path) -> Option<Child> {
    Command::new(name)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args(["--disable-dev-shm-usage", "--disable-background-networking"])
        .arg("--remote-debugging-port=0")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg("about:blank")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .ok()
}
