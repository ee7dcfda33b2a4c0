//! The keys found in answers, and a walk through answers that finds keys outside the vocabulary.

use std::collections::BTreeMap;

use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use serde_json::Value;

use super::vocabulary::Kind::{self, Bool, Digits, List, Number, Object, Text, Time, Various};

fn is_of(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Digits, Value::String(text)) => text.bytes().all(|byte| byte.is_ascii_digit()),
        (Time, Value::Number(number)) => number.is_u64(),
        (Text, Value::String(_))
        | (Number, Value::Number(_))
        | (Bool, Value::Bool(_))
        | (List, Value::Array(_))
        | (Object, Value::Object(_))
        | (Various, _) => true,
        _ => value.is_null(),
    }
}

/// The keys found in answers, and how often each was not `null`.
#[derive(Debug)]
pub(super) struct Met {
    vocabulary: &'static [(&'static str, Kind)],
    /// Keys under which others choose the keys.
    open: &'static [&'static str],
    keys: BTreeMap<String, usize>,
    requests: Vec<Request>,
}

impl Met {
    pub(super) fn new(
        vocabulary: &'static [(&'static str, Kind)],
        open: &'static [&'static str],
    ) -> Self {
        Self {
            vocabulary,
            open,
            keys: BTreeMap::new(),
            requests: Vec::new(),
        }
    }

    /// Returns the requests that were sent.
    pub(super) fn requests(&self) -> &[Request] {
        &self.requests
    }

    pub(super) fn walk(&mut self, place: &str, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(place, value)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let known = self.vocabulary.iter().find(|(known, _)| known == key);
                    let Some((_, kind)) = known else {
                        panic!("{place}: {key:?} is not in the vocabulary: {value}");
                    };
                    assert!(
                        is_of(*kind, value),
                        "{place}: {key} is not a {kind:?}: {value}"
                    );
                    *self.keys.entry(key.clone()).or_default() += usize::from(!value.is_null());
                    if !self.open.contains(&key.as_str()) {
                        self.walk(place, value);
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) async fn ask(&mut self, oxeye: &Oxeye, request: Request) -> Value {
        let asked = format!("{request:?}");
        self.requests.push(request.clone());
        let answer = oxeye.operator(request).await;
        assert!((200..300).contains(&answer.status), "{asked}: {answer}");
        let value = answer.json();
        self.walk(&asked, &value);
        value
    }

    pub(super) async fn get(&mut self, oxeye: &Oxeye, path: &str) -> Value {
        self.ask(oxeye, Request::get(path)).await
    }

    /// Checks that an answer had a value under each key.
    pub(super) fn has_met_everything(&self) {
        for (key, _) in self.vocabulary {
            let times = self.keys.get(*key).copied();
            assert!(
                times > Some(0),
                "no answer has a value under {key}: {times:?}"
            );
        }
    }
}
