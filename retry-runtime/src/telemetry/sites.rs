//! Callsites that are made at run time, because the target of an event is that of its function.
//!
//! A macro of `tracing` makes one callsite with one target and one level. One for each function and each event
//! would cost every build; these cost a call nothing until something is logged, and are made once.

use core::sync::atomic::{AtomicU8, Ordering};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use tracing::callsite::{self, Callsite, Identifier};
use tracing::dispatcher;
use tracing::field::FieldSet;
use tracing::level_filters::{LevelFilter, STATIC_MAX_LEVEL};
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata};

/// What a callsite reports.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Retrying,
    GaveUp,
    Recovered,
    Paused,
    Attempt,
}

impl Subject {
    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Retrying => &[
                "message",
                "name",
                "attempt",
                "max",
                "error",
                "cause",
                "wait",
                "from_server",
                "waited",
                "elapsed",
            ],
            Self::GaveUp => &[
                "message", "name", "attempts", "error", "cause", "reason", "outer", "waited",
                "elapsed",
            ],
            Self::Recovered => &["message", "name", "attempts", "waited", "elapsed"],
            Self::Paused => &["message", "name", "wait"],
            Self::Attempt => &["name", "http.request.resend_count"],
        }
    }

    /// The name of the span, or of the event.
    const fn name(self) -> &'static str {
        match self {
            Self::Retrying => "retrying",
            Self::GaveUp => "gave up",
            Self::Recovered => "recovered",
            Self::Paused => "paused",
            Self::Attempt => "attempt",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Attempt => Kind::SPAN,
            _ => Kind::EVENT,
        }
    }
}

/// A callsite.
pub(super) struct Site {
    metadata: OnceLock<Metadata<'static>>,
    interest: AtomicU8,
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

impl Callsite for Site {
    fn set_interest(&self, interest: Interest) {
        let interest = if interest.is_never() {
            NEVER
        } else if interest.is_always() {
            ALWAYS
        } else {
            SOMETIMES
        };
        self.interest.store(interest, Ordering::Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        match self.metadata.get() {
            Some(metadata) => metadata,
            None => unreachable!("a callsite is registered after it has its metadata"),
        }
    }
}

type Key = (Subject, &'static str, Level);

static SITES: Mutex<Option<HashMap<Key, &'static Site>>> = Mutex::new(None);

/// Returns the metadata of a subject with this target and level, unless nothing listens to it.
pub(super) fn enabled(
    subject: Subject,
    target: &'static str,
    level: Level,
) -> Option<&'static Metadata<'static>> {
    if level > STATIC_MAX_LEVEL || level > LevelFilter::current() {
        return None;
    }
    let site = site(subject, target, level);
    let metadata = site.metadata.get()?;
    let is_enabled = match site.interest.load(Ordering::Relaxed) {
        NEVER => false,
        ALWAYS => true,
        _ => dispatcher::get_default(|dispatch| dispatch.enabled(metadata)),
    };
    is_enabled.then_some(metadata)
}

/// Whether no subscriber exists, so that the macros of `tracing` may write to the crate `log` instead.
pub(super) fn is_unheard() -> bool {
    LevelFilter::current() == LevelFilter::OFF
}

fn site(subject: Subject, target: &'static str, level: Level) -> &'static Site {
    let known = |sites: &mut Option<HashMap<Key, &'static Site>>| {
        sites.get_or_insert_default().get(&(subject, target, level)).copied()
    };
    if let Some(site) = known(&mut SITES.lock().unwrap_or_else(PoisonError::into_inner)) {
        return site;
    }
    // There are few: one for each subject, module and level. They last as long as the program, as those of the
    // macros do.
    let site: &'static Site =
        Box::leak(Box::new(Site { metadata: OnceLock::new(), interest: SOMETIMES.into() }));
    let fields = FieldSet::new(subject.fields(), Identifier(site));
    let metadata =
        Metadata::new(subject.name(), target, level, None, None, None, fields, subject.kind());
    let _ = site.metadata.set(metadata);
    {
        let mut sites = SITES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(site) = known(&mut sites) {
            return site;
        }
        sites.get_or_insert_default().insert((subject, target, level), site);
    }
    // Asks the subscribers, which may report something themselves: not under the lock.
    callsite::register(site);
    site
}
