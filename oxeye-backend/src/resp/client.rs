//! One client: what it has chosen and whether it has proved to be the operator, and the commands about the connection
//! itself.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use super::commands::{Command, command, wrong_number};
use super::info::REDIS_VERSION;
use super::keyspace::Keyspace;
use super::listing::Reach;
use super::replies::{Protocol, Replies};
use super::request::integer;
use super::transaction::Transaction;
use super::wire::Wire;
use super::{info, questions};

const WRONG_PASSWORD: &str = "WRONGPASS invalid username-password pair or user is disabled.";
pub(super) const SYNTAX_ERROR: &str = "ERR syntax error";
pub(super) const NO_INTEGER: &str = "ERR value is not an integer or out of range";

/// Whether a connection goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    /// Once the replies have been sent.
    Close,
}

/// What we know of a client.
#[derive(Debug)]
pub(super) struct Client {
    id: i64,
    /// Which keys it may read.
    pub(super) reach: Reach,
    transaction: Transaction,
}

impl Client {
    pub(super) fn new(id: i64) -> Self {
        Self {
            id,
            reach: Reach::LocalGuild,
            transaction: Transaction::default(),
        }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// When the connection is lost, or the client reads too slowly.
    pub(super) async fn answer<S: AsyncRead + AsyncWrite>(
        &mut self,
        request: &[Vec<u8>],
        keyspace: &Keyspace,
        wire: &mut Wire<S>,
    ) -> io::Result<Next> {
        let command = match command(request) {
            Ok(command) => command,
            Err(error) => {
                self.transaction.refused();
                wire.replies.error(&error);
                return Ok(close_if(is_http(request)));
            }
        };
        let arguments = &request[1..];
        let replies = &mut wire.replies;
        match command {
            Command::Multi => self.transaction.begin(replies),
            Command::Watch => self.transaction.watch(replies),
            Command::Discard => self.transaction.discard(replies),
            Command::Exec => {
                for (command, arguments) in self.transaction.execute(replies) {
                    self.run(command, &arguments, keyspace, wire).await?;
                    wire.relieve().await?;
                }
            }
            Command::Quit => {
                replies.status("OK");
                return Ok(Next::Close);
            }
            Command::Reset => {
                self.reach = Reach::LocalGuild;
                self.transaction.reset();
                replies.protocol = Protocol::default();
                replies.status("RESET");
            }
            _ if self.transaction.keep(command, arguments, replies) => {}
            _ => self.run(command, arguments, keyspace, wire).await?,
        }
        Ok(Next::GoOn)
    }

    /// Runs a command that may be part of a transaction.
    async fn run<S: AsyncRead + AsyncWrite>(
        &mut self,
        command: Command,
        arguments: &[Vec<u8>],
        keyspace: &Keyspace,
        wire: &mut Wire<S>,
    ) -> io::Result<()> {
        let replies = &mut wire.replies;
        match command {
            Command::Auth => self.auth(arguments, keyspace, replies),
            Command::Client => self.client(arguments, replies),
            Command::Described => described(arguments, replies),
            Command::Echo => replies.bulk(&arguments[0]),
            Command::Hello => self.hello(arguments, keyspace, replies),
            Command::Info => info::answer(arguments, self.reach, keyspace, replies).await,
            Command::Ping => match arguments.first() {
                Some(text) => replies.bulk(text),
                None => replies.status("PONG"),
            },
            Command::Select => select(&arguments[0], replies),
            Command::Unwatch => replies.status("OK"),
            _ => questions::answer(command, arguments, self.reach, keyspace, wire).await?,
        }
        Ok(())
    }

    /// `AUTH [default] TOKEN`.
    fn auth(&mut self, arguments: &[Vec<u8>], keyspace: &Keyspace, replies: &mut Replies) {
        let may_read = match arguments {
            [token] => keyspace.may_read(b"default", token),
            [user, token] => keyspace.may_read(user, token),
            _ => return replies.error(SYNTAX_ERROR),
        };
        if !may_read {
            return replies.error(WRONG_PASSWORD);
        }
        self.reach = Reach::AllGuilds;
        replies.status("OK");
    }

    /// `HELLO [2|3 [AUTH default TOKEN] [SETNAME NAME]]`.
    fn hello(&mut self, arguments: &[Vec<u8>], keyspace: &Keyspace, replies: &mut Replies) {
        let mut reach = self.reach;
        if let Some((version, mut options)) = arguments.split_first() {
            let protocol = match integer(version) {
                Some(2) => Protocol::Resp2,
                Some(3) => Protocol::Resp3,
                Some(_) => return replies.error("NOPROTO unsupported protocol version"),
                None => {
                    return replies.error("ERR Protocol version is not an integer or out of range");
                }
            };
            while let [option, rest @ ..] = options {
                options = match (option.to_ascii_lowercase().as_slice(), rest) {
                    (b"auth", [user, token, rest @ ..]) => {
                        if !keyspace.may_read(user, token) {
                            return replies.error(WRONG_PASSWORD);
                        }
                        reach = Reach::AllGuilds;
                        rest
                    }
                    (b"setname", [name, rest @ ..]) if is_name(name) => rest,
                    (b"setname", [_, ..]) => return replies.error(INVALID_NAME),
                    _ => {
                        let option = String::from_utf8_lossy(option);
                        return replies
                            .error(&format!("ERR Syntax error in HELLO option '{option}'"));
                    }
                };
            }
            replies.protocol = protocol;
        }
        self.reach = reach;
        self.introduce(replies);
    }

    fn introduce(&self, replies: &mut Replies) {
        let protocol = match replies.protocol {
            Protocol::Resp2 => 2,
            Protocol::Resp3 => 3,
        };
        replies.map(7);
        for (key, value) in [("server", "redis"), ("version", REDIS_VERSION)] {
            replies.bulk(key);
            replies.bulk(value);
        }
        replies.bulk("proto");
        replies.integer(protocol);
        replies.bulk("id");
        replies.integer(self.id);
        for (key, value) in [("mode", "standalone"), ("role", "replica")] {
            replies.bulk(key);
            replies.bulk(value);
        }
        replies.bulk("modules");
        replies.array(0);
    }

    /// `CLIENT ID`, `CLIENT SETNAME` and `CLIENT SETINFO`. Nobody can ask for a name, so none is kept.
    fn client(&self, arguments: &[Vec<u8>], replies: &mut Replies) {
        let given = &arguments[0];
        match (given.to_ascii_lowercase().as_slice(), &arguments[1..]) {
            (b"id", []) => replies.integer(self.id),
            (b"setname", [name]) => match is_name(name) {
                true => replies.status("OK"),
                false => replies.error(INVALID_NAME),
            },
            (b"setinfo", [option, value]) => set_info(option, value, replies),
            (name @ (b"id" | b"setname" | b"setinfo"), _) => {
                let name = String::from_utf8_lossy(name);
                replies.error(&wrong_number(&format!("client|{name}")));
            }
            _ => unknown_subcommand("CLIENT", given, replies),
        }
    }
}

const INVALID_NAME: &str =
    "ERR Client names cannot contain spaces, newlines or special characters.";

fn is_name(name: &[u8]) -> bool {
    name.iter().all(u8::is_ascii_graphic)
}

fn set_info(option: &[u8], value: &[u8], replies: &mut Replies) {
    match option.to_ascii_lowercase().as_slice() {
        name @ (b"lib-name" | b"lib-ver") => match is_name(value) {
            true => replies.status("OK"),
            false => {
                let name = String::from_utf8_lossy(name);
                replies.error(&format!(
                    "ERR {name} cannot contain spaces, newlines or special characters."
                ));
            }
        },
        _ => {
            let option = String::from_utf8_lossy(option);
            replies.error(&format!("ERR Unrecognized option '{option}'"));
        }
    }
}

fn unknown_subcommand(command: &str, given: &[u8], replies: &mut Replies) {
    let given = String::from_utf8_lossy(&given[..given.len().min(128)]);
    replies.error(&format!(
        "ERR unknown subcommand '{given}'. Try {command} HELP."
    ));
}

/// `COMMAND`: clients ask for descriptions of commands, and manage without.
fn described(arguments: &[Vec<u8>], replies: &mut Replies) {
    let subcommand = arguments.first().map(|given| given.to_ascii_lowercase());
    match subcommand.as_deref() {
        None | Some(b"info" | b"list") => replies.array(0),
        Some(b"docs") => replies.map(0),
        Some(b"count") => replies.integer(0),
        Some(_) => unknown_subcommand("COMMAND", &arguments[0], replies),
    }
}

/// There is one database.
fn select(index: &[u8], replies: &mut Replies) {
    match integer(index) {
        Some(0) => replies.status("OK"),
        Some(_) => replies.error("ERR DB index is out of range"),
        None => replies.error(NO_INTEGER),
    }
}

/// Whether a request is the beginning of one in HTTP. A web page could make a browser send such requests to this
/// machine, with commands in their bodies.
fn is_http(request: &[Vec<u8>]) -> bool {
    let name = request.first().map(|name| name.to_ascii_lowercase());
    matches!(name.as_deref(), Some(b"post" | b"host:"))
}

fn close_if(is_true: bool) -> Next {
    match is_true {
        true => Next::Close,
        false => Next::GoOn,
    }
}
