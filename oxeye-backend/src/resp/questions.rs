//! The commands about keys and their values.

use std::collections::BTreeSet;
use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use super::commands::Command;
use super::keyspace::Keyspace;
use super::listing::Reach;
use super::refusal::Refusal;
use super::replies::Replies;
use super::request::integer;
use super::scan;
use super::wire::Wire;
use crate::activity_records::{Record, RecordKey, RecordValue};

/// Answers a question.
///
/// # Errors
/// When the connection is lost, or the client reads too slowly.
pub(super) async fn answer<S: AsyncRead + AsyncWrite>(
    command: Command,
    arguments: &[Vec<u8>],
    reach: Reach,
    keyspace: &Keyspace,
    wire: &mut Wire<S>,
) -> io::Result<()> {
    let asked = Asked {
        arguments,
        reach,
        keyspace,
    };
    let answered = match command {
        Command::MGet => match asked.keys() {
            Ok(keys) => return asked.texts(keys, wire).await,
            Err(refusal) => Err(refusal),
        },
        Command::Keys => match keyspace.listing(reach).await {
            Ok(listing) => return scan::keys(&listing, &arguments[0], wire).await,
            Err(refusal) => Err(refusal),
        },
        _ => asked.answer(command, &mut wire.replies).await,
    };
    if let Err(refusal) = answered {
        wire.replies.error(&refusal.to_string());
    }
    Ok(())
}

/// A question.
struct Asked<'a> {
    arguments: &'a [Vec<u8>],
    reach: Reach,
    keyspace: &'a Keyspace,
}

type Answered = Result<(), Refusal>;

impl Asked<'_> {
    async fn answer(&self, command: Command, replies: &mut Replies) -> Answered {
        match command {
            Command::Get => match self.text().await? {
                Some(text) => replies.bulk(text),
                None => replies.null(),
            },
            Command::StrLen => replies.count(self.text().await?.unwrap_or_default().len()),
            Command::Ttl => replies.integer(self.seconds_left().await?),
            Command::PTtl => replies.integer(match self.seconds_left().await? {
                seconds @ ..0 => seconds,
                seconds => seconds.saturating_mul(1000),
            }),
            Command::Type => replies.status(match self.record().await? {
                Some(record) => record.key.subject.type_name(),
                None => "none",
            }),
            Command::Exists => replies.count(self.existing().await?),
            Command::LLen => replies.count(self.list().await?.len()),
            Command::LIndex => self.element(replies).await?,
            Command::LRange => self.range(replies).await?,
            Command::SCard => replies.count(self.set().await?.len()),
            Command::SIsMember => {
                let set = self.set().await?;
                let member = std::str::from_utf8(&self.arguments[1]);
                replies.integer(member.is_ok_and(|member| set.contains(member)).into());
            }
            Command::SMembers => {
                let set = self.set().await?;
                replies.set(set.len());
                set.iter().for_each(|member| replies.bulk(member));
            }
            Command::SScan => {
                let cursor = scan::cursor(&self.arguments[1])?;
                let set = self.set().await?;
                scan::members(set, cursor, &self.arguments[2..], replies)?;
            }
            Command::Scan => {
                let cursor = scan::cursor(&self.arguments[0])?;
                let options = scan::Options::of_keys(&self.arguments[1..])?;
                let listing = match cursor {
                    0 => self.keyspace.listing(self.reach).await?,
                    _ => self.keyspace.listing_to_go_on(self.reach).await?,
                };
                scan::page_of_keys(&listing, cursor, &options, replies);
            }
            Command::DbSize => replies.count(self.keyspace.listing(self.reach).await?.key_count()),
            // The others are answered elsewhere.
            _ => return Err(Refusal::Syntax),
        }
        Ok(())
    }

    /// Returns the record under the first argument.
    async fn record(&self) -> Result<Option<Record>, Refusal> {
        let key = self.keyspace.key(&self.arguments[0], self.reach)?;
        self.keyspace.record(key.as_ref()).await
    }

    async fn text(&self) -> Result<Option<String>, Refusal> {
        match self.record().await?.map(|record| record.value) {
            None => Ok(None),
            Some(RecordValue::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::WrongType),
        }
    }

    async fn list(&self) -> Result<Vec<String>, Refusal> {
        match self.record().await?.map(|record| record.value) {
            None => Ok(Vec::new()),
            Some(RecordValue::List(list)) => Ok(list),
            Some(_) => Err(Refusal::WrongType),
        }
    }

    async fn set(&self) -> Result<BTreeSet<String>, Refusal> {
        match self.record().await?.map(|record| record.value) {
            None => Ok(BTreeSet::new()),
            Some(RecordValue::Set(set)) => Ok(set),
            Some(_) => Err(Refusal::WrongType),
        }
    }

    /// Returns the seconds that a record has left: -1 if it has no end, -2 if there is none.
    async fn seconds_left(&self) -> Result<i64, Refusal> {
        let now = self.keyspace.now();
        let left = self.record().await?.map(|record| match record.expires_at {
            Some(at) => (at.0 - now.0).max(0),
            None => -1,
        });
        Ok(left.unwrap_or(-2))
    }

    /// Returns how many of the named records exist. One that is named twice counts twice.
    async fn existing(&self) -> Result<usize, Refusal> {
        let mut existing = 0;
        for key in self.keys()? {
            if self.keyspace.record(key.as_ref()).await?.is_some() {
                existing += 1;
            }
        }
        Ok(existing)
    }

    /// Returns all arguments as keys.
    fn keys(&self) -> Result<Vec<Option<RecordKey>>, Refusal> {
        let keys = self.arguments.iter();
        keys.map(|key| self.keyspace.key(key, self.reach)).collect()
    }

    /// `MGET`: sends one text after another, so that they need not all be in memory at once.
    async fn texts<S: AsyncRead + AsyncWrite>(
        &self,
        keys: Vec<Option<RecordKey>>,
        wire: &mut Wire<S>,
    ) -> io::Result<()> {
        wire.replies.array(keys.len());
        for key in keys {
            let found = self.keyspace.record(key.as_ref()).await;
            match found.map(|record| record.map(|record| record.value)) {
                Ok(Some(RecordValue::Text(text))) => wire.replies.bulk(text),
                Ok(_) => wire.replies.null(),
                Err(refusal) => wire.replies.error(&refusal.to_string()),
            }
            wire.relieve().await?;
        }
        Ok(())
    }

    async fn element(&self, replies: &mut Replies) -> Answered {
        let list = self.list().await?;
        if list.is_empty() {
            replies.null();
            return Ok(());
        }
        let index = integer(&self.arguments[1]).ok_or(Refusal::NoInteger)?;
        let index = usize::try_from(from_front(index, list.len())).ok();
        match index.and_then(|index| list.get(index)) {
            Some(element) => replies.bulk(element),
            None => replies.null(),
        }
        Ok(())
    }

    async fn range(&self, replies: &mut Replies) -> Answered {
        let first = integer(&self.arguments[1]).ok_or(Refusal::NoInteger)?;
        let last = integer(&self.arguments[2]).ok_or(Refusal::NoInteger)?;
        let list = self.list().await?;
        let first = from_front(first, list.len()).max(0);
        let last = from_front(last, list.len());
        let skipped = usize::try_from(first).unwrap_or(usize::MAX);
        let end = usize::try_from(last.saturating_add(1)).unwrap_or(0);
        let end = end.min(list.len());
        let range = list.get(skipped..end).unwrap_or_default();
        replies.array(range.len());
        range.iter().for_each(|element| replies.bulk(element));
        Ok(())
    }
}

/// Returns an index that counts from the front. A negative one counts from the end.
fn from_front(index: i64, length: usize) -> i64 {
    match index {
        ..0 => index.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)),
        _ => index,
    }
}
