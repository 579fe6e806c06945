//! One parse of each message: a borrowed head says what it is, then the whole goes into its own type.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Id, Request};
use tower_lsp::lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
};

/// A message from the client.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A document was opened.
    Open(Box<DidOpenTextDocumentParams>),
    /// A document was changed.
    Change(DidChangeTextDocumentParams),
    /// A document was closed.
    Close(DidCloseTextDocumentParams),
    /// Any other request or notification.
    Call(Request),
    /// The answer to a request of ours.
    Answer {
        /// Our id; `None` when it is not one that we give.
        id: Option<i64>,
        /// The result, or nothing when the client answered with an error.
        result: Option<Value>,
    },
    /// Not a message; to be answered with this error under this id.
    Bad(Id, Error),
    /// A notification that is malformed: there is nobody to answer.
    Ignored(&'static str),
}

/// Reads `body`, which is freed.
pub(crate) fn read(mut body: Vec<u8>) -> Incoming {
    if body.starts_with(b"\xEF\xBB\xBF") {
        body.drain(..3);
    }
    let method = Head::of(&body).method.map(Cow::into_owned);
    match method.as_deref() {
        Some("textDocument/didOpen") => {
            document_change(body, |params| Incoming::Open(Box::new(params)), "malformed didOpen")
        }
        Some("textDocument/didChange") => document_change(body, Incoming::Change, "malformed didChange"),
        Some("textDocument/didClose") => document_change(body, Incoming::Close, "malformed didClose"),
        _ => whole(&body),
    }
}

fn document_change<P: DeserializeOwned>(
    mut body: Vec<u8>,
    make: impl Fn(P) -> Incoming,
    malformed: &'static str,
) -> Incoming {
    #[derive(Deserialize)]
    struct Notification<P> {
        params: P,
    }
    let mut read = serde_json::from_slice::<Notification<P>>(&body);
    if read.is_err() && replace_lone_surrogates(&mut body) {
        read = serde_json::from_slice(&body);
    }
    match read {
        Ok(notification) => make(notification.params),
        Err(error) if !error.is_data() => Incoming::Bad(Id::Null, Error::parse_error()),
        Err(_) => Incoming::Ignored(malformed),
    }
}

/// Half of a surrogate pair cannot be decoded; U+FFFD stands in for it, or else a whole document would be lost.
fn replace_lone_surrogates(body: &mut [u8]) -> bool {
    let unit = |body: &[u8], at: usize| -> Option<u16> {
        let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut replaced = false;
    let mut at = 0;
    while at < body.len() {
        if body[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(body, at) {
            Some(0xD800..=0xDBFF) if matches!(unit(body, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                body[at + 2..at + 6].copy_from_slice(b"fffd");
                replaced = true;
                at += 6;
            }
            _ => at += 2,
        }
    }
    replaced
}

fn whole(body: &[u8]) -> Incoming {
    fn some<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
        Value::deserialize(value).map(Some)
    }
    #[derive(Deserialize)]
    struct Whole {
        method: Option<String>,
        #[serde(default, deserialize_with = "some")]
        id: Option<Value>,
        params: Option<Value>,
        #[serde(default, deserialize_with = "some")]
        result: Option<Value>,
        error: Option<Value>,
    }
    let message: Whole = match serde_json::from_slice(body) {
        Ok(message) => message,
        Err(error) if error.is_data() => return Incoming::Bad(Id::Null, Error::invalid_request()),
        Err(_) => return Incoming::Bad(Id::Null, Error::parse_error()),
    };
    let Some(method) = message.method else {
        let answers = message.result.is_some() || message.error.is_some();
        return match message.id {
            Some(id) if answers => {
                let result = if message.error.is_some() { None } else { message.result };
                Incoming::Answer { id: id.as_i64(), result }
            }
            _ if answers => Incoming::Answer { id: None, result: None },
            _ => Incoming::Bad(Id::Null, Error::invalid_request()),
        };
    };
    let id = match message.id {
        None => None,
        Some(Value::Null) => Some(Id::Null),
        Some(Value::String(id)) => Some(Id::String(id)),
        Some(Value::Number(id)) if id.is_i64() => Some(Id::Number(id.as_i64().unwrap_or_default())),
        Some(_) => return Incoming::Bad(Id::Null, Error::invalid_request()),
    };
    let mut request = Request::build(method.clone());
    if let Some(id) = id {
        request = request.id(id);
    }
    // Eglot and Sublime send `"params": null` where there are none.
    if let Some(params) = message.params.filter(|_| method != "shutdown" && method != "exit") {
        request = request.params(params);
    }
    Incoming::Call(request.finish())
}

/// What a message is about, read without reading its parameters.
#[derive(Default)]
struct Head<'a> {
    method: Option<Cow<'a, str>>,
}

impl<'a> Head<'a> {
    fn of(body: &'a [u8]) -> Self {
        let mut head = Head::default();
        let mut json = serde_json::Deserializer::from_slice(body);
        // The visitor ends early by an error of its own; a real error shows again in the whole parse.
        let _ = HeadVisitor(&mut head).deserialize(&mut json);
        head
    }
}

struct HeadVisitor<'h, 'a>(&'h mut Head<'a>);

impl<'de> DeserializeSeed<'de> for HeadVisitor<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeadVisitor<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == "method" {
                self.0.method = Some(Cow::Owned(map.next_value::<String>()?));
                return Err(A::Error::custom("the head is read"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> i64 {
        match read(body.as_bytes().to_vec()) {
            Incoming::Bad(Id::Null, error) => error.code.code(),
            other => panic!("{body:.60}: {other:?}"),
        }
    }

    #[test]
    fn what_is_not_json_and_what_is_no_message_have_their_codes() {
        assert_eq!(code("{\"jsonrpc\":\"2.0\","), -32700);
        assert_eq!(code("\u{1}"), -32700);
        assert_eq!(code(&format!("{{\"params\":{}", "[".repeat(100_000))), -32700);
        for body in
            ["null", "7", "[]", "{}", "[{\"method\":\"x\",\"id\":1}]", "{\"id\":1.5,\"method\":\"x\"}"]
        {
            assert_eq!(code(body), -32600, "{body}");
        }
        assert_eq!(code("{\"id\":{},\"method\":\"x\"}"), -32600);
        assert_eq!(code("{\"id\":18446744073709551616,\"method\":\"x\"}"), -32600);
    }

    #[test]
    fn a_document_change_keeps_its_text_when_a_surrogate_is_alone() {
        let body = r#"{"params":{"textDocument":{"uri":"file:///a","languageId":"csv","version":1,"text":"\ud83d\ude00\ud800x"}},"method":"textDocument/didOpen"}"#;
        let Incoming::Open(open) = read(body.as_bytes().to_vec()) else { panic!("not an open") };
        assert_eq!(open.text_document.text, "\u{1F600}\u{FFFD}x");
    }

    #[test]
    fn null_parameters_are_none() {
        let Incoming::Call(request) =
            read(b"\xEF\xBB\xBF{\"id\":1,\"method\":\"shutdown\",\"params\":null}".to_vec())
        else {
            panic!("not a call")
        };
        assert_eq!((request.method(), request.params()), ("shutdown", None));
    }
}
