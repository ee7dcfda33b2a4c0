//! Parses JSON-RPC 2.0 as the management server speaks it: text in, messages out.

use serde_json::{Map, Value, json};

/// A message in a frame.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// A notification about an event at the server.
    Notification {
        /// The topic without its prefix, such as `players/joined`.
        topic: String,
        /// The parameters, in order.
        params: Vec<Value>,
    },
    /// An answer, which may be to a request that we never made.
    Answer {
        /// The id of the request.
        id: u64,
        /// The result, or the error code.
        result: Result<Value, i64>,
    },
    /// A notification that is not Minecraft's own.
    Foreign,
    /// Something that is not valid JSON-RPC.
    Odd,
}

/// The code for an error without one, which is that of JSON-RPC's "internal error".
const NO_CODE: i64 = -32603;

/// The prefixes of Mojang's notifications: the present one, and that of the first snapshots with the
/// protocol (25w35a and later).
const PREFIXES: [&str; 2] = ["minecraft:notification/", "notification:"];

/// Returns all messages in a frame, in order. A batch contains several.
pub(super) fn read(frame: &str) -> Vec<Message> {
    match serde_json::from_str(frame) {
        Ok(Value::Array(batch)) if !batch.is_empty() => batch.into_iter().map(message).collect(),
        Ok(value) => vec![message(value)],
        Err(_) => vec![Message::Odd],
    }
}

/// Returns the text of a request without parameters.
pub(super) fn request(id: u64, method: &str) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method}).to_string()
}

fn message(value: Value) -> Message {
    let Value::Object(mut fields) = value else {
        return Message::Odd;
    };
    match fields.remove("method") {
        Some(Value::String(method)) => notification(&method, fields.remove("params")),
        Some(_) => Message::Odd,
        None => answer(fields),
    }
}

fn notification(method: &str, params: Option<Value>) -> Message {
    let topic = PREFIXES
        .iter()
        .find_map(|prefix| method.strip_prefix(prefix));
    let Some(topic) = topic else {
        return Message::Foreign;
    };
    let params = match params {
        Some(Value::Array(params)) => params,
        // These are named parameters. Each notification has at most one, so its name does not matter.
        Some(Value::Object(params)) => params.into_values().collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(_) => return Message::Odd,
    };
    let topic = topic.to_owned();
    Message::Notification { topic, params }
}

fn answer(mut fields: Map<String, Value>) -> Message {
    let Some(id) = fields.get("id").and_then(Value::as_u64) else {
        return Message::Odd;
    };
    let result = match (fields.remove("error"), fields.remove("result")) {
        (Some(error), _) if !error.is_null() => Err(code(&error)),
        (_, Some(result)) => match wrapped_error(&result) {
            Some(code) => Err(code),
            None => Ok(result),
        },
        (_, None) => return Message::Odd,
    };
    Message::Answer { id, result }
}

/// Returns the code of an error within `result`, where Mojang's own examples show it: as a member
/// `error`, or as the error itself. No answer that we request has either shape.
fn wrapped_error(result: &Value) -> Option<i64> {
    if let Some(error) = result.get("error") {
        return Some(code(error));
    }
    let is_error = result.get("message").is_some_and(Value::is_string);
    result
        .get("code")
        .and_then(Value::as_i64)
        .filter(|_| is_error)
}

fn code(error: &Value) -> i64 {
    error.get("code").and_then(Value::as_i64).unwrap_or(NO_CODE)
}

#[cfg(test)]
mod tests {
    use proptest::{prop_assert, proptest};

    use super::*;

    #[track_caller]
    fn check(frame: &str, expected: &[Message]) {
        assert_eq!(read(frame), expected, "{frame}");
    }

    fn notification_of(topic: &str, params: Vec<Value>) -> Message {
        let topic = topic.to_owned();
        Message::Notification { topic, params }
    }

    fn answer_to(id: u64, result: Result<Value, i64>) -> Message {
        Message::Answer { id, result }
    }

    #[test]
    fn notifications_are_recognised_by_both_prefixes() {
        let joined = [notification_of(
            "players/joined",
            vec![json!({"name": "jeb_"})],
        )];
        check(
            r#"{"jsonrpc":"2.0","method":"minecraft:notification/players/joined","params":[{"name":"jeb_"}]}"#,
            &joined,
        );
        check(
            r#"{"jsonrpc":"2.0","method":"notification:players/joined","params":[{"name":"jeb_"}]}"#,
            &joined,
        );
        check(
            r#"{"method":"notification:players/joined","params":{"player":{"name":"jeb_"}}}"#,
            &joined,
        );
        check(
            r#"{"jsonrpc":"2.0","method":"minecraft:notification/server/started"}"#,
            &[notification_of("server/started", vec![])],
        );
        check(
            r#"{"method":"example:notification/players/joined"}"#,
            &[Message::Foreign],
        );
    }

    #[test]
    fn errors_are_recognised_wherever_they_are() {
        let refused = [answer_to(7, Err(-32601))];
        check(
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no"}}"#,
            &refused,
        );
        check(
            r#"{"id":7,"result":{"error":{"code":-32601,"message":"no"}}}"#,
            &refused,
        );
        check(
            r#"{"id":7,"result":{"code":-32601,"message":"no","data":"x"}}"#,
            &refused,
        );
        check(r#"{"id":7,"error":"no"}"#, &[answer_to(7, Err(NO_CODE))]);
        check(
            r#"{"id":7,"error":null,"result":[]}"#,
            &[answer_to(7, Ok(json!([])))],
        );
    }

    #[test]
    fn a_batch_contains_several_messages() {
        check(
            r#"[{"id":1,"result":[]},{"method":"notification:server/stopping"},3]"#,
            &[
                answer_to(1, Ok(json!([]))),
                notification_of("server/stopping", vec![]),
                Message::Odd,
            ],
        );
    }

    #[test]
    fn anything_that_is_not_json_rpc_is_odd() {
        let deep = "[".repeat(100_000);
        for frame in [
            "",
            "{",
            "[]",
            "null",
            "hello",
            r#"{"id":1}"#,
            r#"{"id":"1","result":[]}"#,
            r#"{"id":null,"error":{"code":-32700}}"#,
            r#"{"id":-1,"result":[]}"#,
            r#"{"method":5}"#,
            r#"{"method":"notification:players/left","params":"Alex"}"#,
            &deep,
        ] {
            check(frame, &[Message::Odd]);
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(frame in ".*") {
            prop_assert!(!read(&frame).is_empty());
        }
    }
}
