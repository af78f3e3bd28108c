//! `#[derive(Classify)]`: each word, each kind of field.

#![cfg(feature = "macros")]
#![allow(dead_code, reason = "fields that only `Debug` reads")]

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Debug;
use std::io;
use std::time::Duration;

use retry_kit::{Classify, ErrorClass};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, Classify)]
enum Every {
    #[classify(transient)]
    Unit,
    #[classify(permanent)]
    Tuple(u32, &'static str),
    #[classify(transient)]
    Empty {},
    #[classify(unsent)]
    NotConnected(u16),
    #[classify(throttled)]
    Throttled,
    #[classify(throttled(retry_after = 0))]
    Hinted(Duration),
    #[classify(throttled(retry_after = wait))]
    MaybeHinted { wait: Option<Duration>, reason: String },
    #[classify(status = 0)]
    Status(u16),
    #[classify(status = code)]
    MaybeStatus { code: Option<u16> },
    #[classify(status(code, retry_after = wait))]
    StatusAndHint { body: String, wait: Option<Duration>, code: u16 },
    #[classify(status(1, retry_after = 0,))]
    ByIndex(Duration, u16),
    #[classify(sqlstate = 0)]
    SqlState(String),
    #[classify(sqlstate = code)]
    StaticSqlState { code: &'static str },
    #[classify(sqlstate(code,))]
    MaybeSqlState { message: String, code: Option<String> },
    #[classify(sqlstate = 0)]
    SharedSqlState(Option<Cow<'static, str>>, u32),
    #[classify(sqlstate = 0)]
    BoxedSqlState(Box<str>),
    #[classify(forward)]
    Io(io::Error),
    #[classify(forward = source)]
    Named { path: String, source: io::Error },
    #[classify(forward = 1)]
    Second(String, Box<dyn Error + Send + Sync>),
    #[classify(forward)]
    Nested(Box<Every>),
    #[classify(forward)]
    Maybe(Option<io::Error>),
}

// SPEC 5.3
#[test]
fn every_word_gives_its_class() {
    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
    let text = String::new;
    let throttled = |retry_after| ErrorClass::Throttled { retry_after };
    let status = |code, retry_after| ErrorClass::Status { code, retry_after };
    let (transient, permanent) = (ErrorClass::Transient, ErrorClass::Permanent);
    let cases = [
        (Every::Unit, transient),
        (Every::BoxedSqlState("40001".into()), transient),
        (Every::BoxedSqlState("23505".into()), permanent),
        (Every::Tuple(1, "x"), permanent),
        (Every::Empty {}, transient),
        (Every::NotConnected(1), ErrorClass::Unsent),
        (Every::Throttled, throttled(None)),
        (Every::Hinted(SECOND), throttled(Some(SECOND))),
        (Every::MaybeHinted { wait: Some(SECOND), reason: text() }, throttled(Some(SECOND))),
        (Every::MaybeHinted { wait: None, reason: text() }, throttled(None)),
        (Every::Status(503), status(503, None)),
        (Every::MaybeStatus { code: Some(429) }, status(429, None)),
        (Every::MaybeStatus { code: None }, permanent),
        (
            Every::StatusAndHint { body: text(), wait: Some(SECOND), code: 503 },
            status(503, Some(SECOND)),
        ),
        (Every::ByIndex(SECOND, 429), status(429, Some(SECOND))),
        (Every::SqlState("40001".into()), transient),
        (Every::SqlState("23505".into()), permanent),
        (Every::StaticSqlState { code: "53300" }, throttled(None)),
        (Every::StaticSqlState { code: "57P03" }, ErrorClass::Unsent),
        (Every::MaybeSqlState { message: text(), code: Some("40P01".into()) }, transient),
        (Every::MaybeSqlState { message: text(), code: None }, permanent),
        (Every::SharedSqlState(Some("08006".into()), 1), transient),
        (Every::SharedSqlState(None, 1), permanent),
        (Every::Io(reset()), transient),
        (Every::Io(denied()), permanent),
        (Every::Named { path: text(), source: reset() }, transient),
        (Every::Second(text(), Box::new(reset())), transient),
        (Every::Second(text(), "unknown".into()), permanent),
        (Every::Nested(Box::new(Every::Nested(Box::new(Every::Status(503))))), status(503, None)),
        (Every::Maybe(Some(reset())), transient),
        (Every::Maybe(None), permanent),
    ];
    for (error, class) in cases {
        assert_eq!(error.classify(), class, "{error:?}");
    }
}

#[derive(Debug, Classify)]
#[classify(status(code, retry_after = wait))]
struct Answer {
    code: u16,
    wait: Option<Duration>,
}

#[derive(Debug, Classify)]
#[classify(forward)]
struct Wrapper<E>(E);

#[derive(Debug, Classify)]
#[classify(transient)]
struct Unit;

#[derive(Debug, Classify)]
enum Generic<'a, E: Debug, const N: usize>
where
    E: Send,
{
    #[classify(forward)]
    Inner(Option<E>),
    #[classify(permanent)]
    Borrowed(&'a [u8; N]),
}

/// A recursive type.
#[derive(Debug, Classify)]
enum Tree<E> {
    #[classify(forward)]
    Node(Box<Tree<E>>),
    #[classify(forward)]
    Leaf(E),
}

/// An error without a class, in a variant that does not forward to it.
#[derive(Debug, Classify)]
enum Silent<E> {
    #[classify(transient)]
    Inner(E),
}

#[derive(Debug, Classify)]
enum Never {}

#[derive(Debug, thiserror::Error, Classify)]
#[classify(crate = retry_kit)]
enum Beside {
    #[error("i/o")]
    #[classify(forward)]
    Io(#[from] io::Error),
    #[error("from below")]
    #[classify(forward = source)]
    Below { source: Box<Beside> },
}

// SPEC 5.3
#[test]
fn structs_generic_types_and_other_derives_are_supported() {
    let answer = Answer { code: 503, wait: Some(SECOND) };
    assert_eq!(answer.classify(), ErrorClass::Status { code: 503, retry_after: Some(SECOND) });
    assert_eq!(Wrapper(Wrapper(Unit)).classify(), ErrorClass::Transient);
    assert_eq!(Generic::<Unit, 1>::Inner(Some(Unit)).classify(), ErrorClass::Transient);
    assert_eq!(Generic::<Unit, 1>::Borrowed(&[0]).classify(), ErrorClass::Permanent);
    assert_eq!(Silent::Inner("no class").classify(), ErrorClass::Transient);
    let tree = Tree::Node(Box::new(Tree::Leaf(Unit)));
    assert_eq!(tree.classify(), ErrorClass::Transient);
    assert_eq!(None::<Never>.map(|never| never.classify()), None);
    let reset = Beside::from(io::Error::from(io::ErrorKind::ConnectionReset));
    assert_eq!(Beside::Below { source: Box::new(reset) }.classify(), ErrorClass::Transient);
}

mod shadowed {
    #![allow(dead_code, non_camel_case_types)]

    struct Option;
    struct None;
    struct Some;
    struct Duration;
    trait Classify {}

    #[derive(::retry_kit::Classify)]
    pub enum Hygienic {
        #[classify(throttled(retry_after = 0))]
        Hinted(::std::option::Option<::std::time::Duration>),
        #[classify(status = __retry_code)]
        Named { __retry_code: u16 },
    }
}

#[test]
fn the_users_names_do_not_affect_the_expansion() {
    let named = shadowed::Hygienic::Named { __retry_code: 503 };
    assert_eq!(named.classify(), ErrorClass::Status { code: 503, retry_after: None });
    let hinted = shadowed::Hygienic::Hinted(Some(SECOND));
    assert_eq!(hinted.classify(), ErrorClass::Throttled { retry_after: Some(SECOND) });
}

// SPEC 5.3
#[cfg(feature = "http")]
#[test]
fn a_status_may_be_that_of_the_crate_http() {
    #[derive(Classify)]
    #[classify(status = 0)]
    struct Refused(http::StatusCode);

    for code in [429, 503] {
        let refused = Refused(http::StatusCode::from_u16(code).unwrap());
        assert_eq!(refused.classify(), ErrorClass::Status { code, retry_after: None });
    }
}
