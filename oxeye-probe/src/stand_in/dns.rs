//! A small DNS server for tests: it answers what the test says, over UDP.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{net::UdpSocket, task::JoinSet};

/// The types of records.
const A: u16 = 1;
const AAAA: u16 = 28;
const SRV: u16 = 33;

/// What a name leads to.
#[derive(Debug, Clone)]
pub enum Record {
    /// An A or AAAA record.
    Ip(IpAddr),
    /// An SRV record with its priority, port and target.
    Service(u16, u16, String),
    /// The server answers that it failed.
    Failure,
    /// The server stays silent.
    Silence,
}

/// The names of all zones, in lower case and without the last dot.
type Zone = Arc<Mutex<HashMap<String, Vec<Record>>>>;

/// A DNS server on this machine, until it is dropped. A name that it does not know does not exist.
#[derive(Debug)]
pub struct Dns {
    zone: Zone,
    kept_secs: Arc<AtomicU32>,
    address: SocketAddr,
    _server: JoinSet<()>,
}

impl Dns {
    /// Starts a server that knows no name, and none of whose answers may be kept for later.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let zone = Zone::default();
        let kept_secs = Arc::<AtomicU32>::default();
        let address = socket.local_addr().expect("it is bound");
        let server = serve(socket, Arc::clone(&zone), Arc::clone(&kept_secs));
        Self {
            _server: super::spawn_server(server),
            zone,
            kept_secs,
            address,
        }
    }

    /// Sets how long answers may be kept.
    pub fn answers_may_be_kept_for(&self, secs: u32) {
        self.kept_secs.store(secs, Ordering::Relaxed);
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets everything that a name leads to.
    pub fn set(&self, name: &str, records: &[Record]) {
        let mut zone = self.zone.lock().expect("no test panicked meanwhile");
        zone.insert(name.to_owned(), records.to_vec());
    }

    /// Sets the IP address of a name.
    pub fn set_ip(&self, name: &str, ip: &str) {
        self.set(name, &[Record::Ip(ip.parse().expect(ip))]);
    }

    /// Sets where the Minecraft server of a name is.
    pub fn set_service(&self, name: &str, target: &str, port: u16) {
        let record = Record::Service(0, port, target.to_owned());
        self.set(&format!("_minecraft._tcp.{name}"), &[record]);
    }
}

async fn serve(socket: UdpSocket, zone: Zone, kept_secs: Arc<AtomicU32>) {
    let mut buffer = [0; 1_500];
    while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
        let kept_secs = kept_secs.load(Ordering::Relaxed);
        let answer = answer(&buffer[..length], &zone, kept_secs);
        if let Some(answer) = answer {
            let _ = socket.send_to(&answer, client).await;
        }
    }
}

/// Returns the answer to a question, or `None` to stay silent.
fn answer(request: &[u8], zone: &Zone, kept_secs: u32) -> Option<Vec<u8>> {
    let (name, end) = name(request)?;
    let kind = u16::from_be_bytes(*request.get(end..)?.first_chunk()?);
    let question = request.get(12..end + 4)?;
    let zone = zone.lock().expect("no test panicked meanwhile");
    let records = zone.get(&name);
    let mut code = if records.is_some() { 0 } else { 3 };
    let mut answers = Vec::new();
    for record in records.into_iter().flatten() {
        match record {
            Record::Silence => return None,
            Record::Failure => code = 2,
            record => answers.extend(data(record, kind)),
        }
    }
    let mut answer = request.get(..2)?.to_vec();
    answer.extend([0x81, 0x80 | code, 0, 1, 0, answers.len() as u8, 0, 0, 0, 0]);
    answer.extend_from_slice(question);
    for data in answers {
        // The name is that of the question.
        answer.extend([0xc0, 12]);
        answer.extend(kind.to_be_bytes());
        answer.extend([0, 1]);
        answer.extend(kept_secs.to_be_bytes());
        answer.extend((data.len() as u16).to_be_bytes());
        answer.extend(data);
    }
    Some(answer)
}

/// Reads the name in a question. Returns it and where it ends.
fn name(request: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut at) = (Vec::new(), 12);
    loop {
        let length = usize::from(*request.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        let label = request.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_lowercase());
        at += length;
    }
}

/// Returns a record's data, if it is of this type.
fn data(record: &Record, kind: u16) -> Option<Vec<u8>> {
    match (record, kind) {
        (Record::Ip(IpAddr::V4(ip)), A) => Some(ip.octets().to_vec()),
        (Record::Ip(IpAddr::V6(ip)), AAAA) => Some(ip.octets().to_vec()),
        (Record::Service(priority, port, target), SRV) => {
            let numbers = [*priority, 0, *port].map(u16::to_be_bytes).concat();
            let labels = target.split('.').filter(|label| !label.is_empty());
            let labels = labels.flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat());
            Some(numbers.into_iter().chain(labels).chain([0]).collect())
        }
        _ => None,
    }
}
