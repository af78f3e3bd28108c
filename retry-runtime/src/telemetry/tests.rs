//! The fields and labels that a subscriber and a recorder receive.

use core::fmt;
use std::io;

use super::*;

const REASONS: [(StopReason, &str); 8] = [
    (StopReason::Permanent, "permanent"),
    (StopReason::Exhausted, "exhausted"),
    (StopReason::Deadline, "deadline"),
    (StopReason::Budget, "budget"),
    (StopReason::Disabled, "disabled"),
    (StopReason::HintTooLong, "hint_too_long"),
    (StopReason::MayBeProcessed, "may_be_processed"),
    (StopReason::Nested, "nested"),
];

fn news(cause: Shown<'_>) -> News<'_> {
    News {
        name: "shop::fetch",
        target: "shop",
        log: Log::Warn,
        attempt: 2,
        max: Some(3),
        cause,
        waited: Duration::from_millis(1_500),
        elapsed: None,
    }
}

// SPEC 7.3
#[test]
fn each_reason_is_one_lower_case_word() {
    for (reason, word) in REASONS {
        assert_eq!(reason.as_str(), word);
    }
}

struct Spoken;

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("spoken")
    }
}

#[derive(Debug)]
struct Listed;

struct Mute;

fn words(shown: Shown<'_>) -> String {
    match shown {
        Shown::Display(error) | Shown::Chain(error, _) => format!("display {error}"),
        Shown::Type(name) => format!("type {name}"),
        Shown::Value | Shown::Status(_) => panic!("no error"),
    }
}

// SPEC 7.3
#[test]
fn an_error_is_shown_by_display_or_else_by_its_type() {
    // It has both.
    let error = io::Error::other("broken");
    assert_eq!(words((&&Telling(&error)).__retry_shown()), "display broken");
    assert_eq!(words((&&Telling(&"plain")).__retry_shown()), "display plain");
    let boxed: Box<dyn std::error::Error + Send + Sync> = "boxed".into();
    assert_eq!(words((&&Telling(&boxed)).__retry_shown()), "display boxed");
    assert_eq!(words((&&Telling(&Spoken)).__retry_shown()), "display spoken");
    let listed = words((&&Telling(&Listed)).__retry_shown());
    assert!(listed.starts_with("type ") && listed.ends_with("tests::Listed"), "{listed}");
    assert_eq!(words((&&Telling(&())).__retry_shown()), "type ()");
    let mute = words((&&Telling(&Mute)).__retry_shown());
    assert!(mute.starts_with("type ") && mute.ends_with("tests::Mute"), "{mute}");
}

fn shown_with_both<E: fmt::Display + fmt::Debug>(error: &E) -> Shown<'_> {
    (&&Telling(error)).__retry_shown()
}

fn shown_with_debug<E>(error: &E) -> Shown<'_>
where
    E: fmt::Debug,
{
    (&&Telling(error)).__retry_shown()
}

fn shown_with_nothing<E>(error: &E) -> Shown<'_> {
    (&&Telling(error)).__retry_shown()
}

// SPEC 7.3
#[test]
fn a_generic_function_shows_what_its_where_clauses_allow() {
    assert_eq!(words(shown_with_both(&"text")), "display text");
    assert_eq!(words(shown_with_debug(&"text")), "type &str");
    assert_eq!(words(shown_with_nothing(&"text")), "type &str");
}

#[test]
fn telemetry_accepts_every_cause() {
    for cause in [Shown::Display(&1), Shown::Type("E"), Shown::Value, Shown::Status(503)] {
        retrying(&news(cause), Duration::MAX, true);
        gave_up(&news(cause), StopReason::Exhausted);
    }
}

#[cfg(feature = "tracing")]
mod events {
    use core::cell::Cell;
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    use super::*;
    use crate::call::{Name, enter_by_name};

    #[derive(Debug, Default, PartialEq)]
    struct Told {
        level: String,
        target: String,
        fields: Vec<(&'static str, String)>,
    }

    impl Visit for Told {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            self.fields.push((field.name(), format!("{value:?}")));
        }
    }

    struct Collector {
        most: Level,
        told: Arc<Mutex<Vec<Told>>>,
    }

    impl Subscriber for Collector {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            *metadata.level() <= self.most
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            let metadata = span.metadata();
            assert!(metadata.is_span());
            let mut told = Told {
                level: metadata.level().to_string(),
                target: metadata.target().to_owned(),
                fields: Vec::new(),
            };
            span.record(&mut told);
            self.told.lock().unwrap().push(told);
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let metadata = event.metadata();
            let mut told = Told {
                level: metadata.level().to_string(),
                target: metadata.target().to_owned(),
                fields: Vec::new(),
            };
            event.record(&mut told);
            self.told.lock().unwrap().push(told);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    fn told(most: Level, work: impl FnOnce()) -> Vec<Told> {
        let told = Arc::default();
        tracing::subscriber::with_default(Collector { most, told: Arc::clone(&told) }, work);
        std::mem::take(&mut told.lock().unwrap())
    }

    fn event(level: &str, fields: &[(&'static str, &str)]) -> Vec<Told> {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        vec![Told { level: level.to_owned(), target: "shop".to_owned(), fields }]
    }

    const SECRET: &str = "at https://u:pw@host/p?token=x: reset";

    // SPEC 7.3.6
    #[test]
    fn the_span_of_an_attempt_counts_resends_from_the_second_on() {
        for (resends, count) in [(0, None), (1, Some("1")), (2, Some("2"))] {
            let seen = told(Level::INFO, || {
                drop(super::super::events::attempt_span(("shop::fetch", "shop"), resends));
            });
            let count = count.map(|count| ("http.request.resend_count", count));
            let fields: Vec<_> = [("name", "\"shop::fetch\"")].into_iter().chain(count).collect();
            assert_eq!(seen, event("INFO", &fields), "{resends}");
        }
    }

    // SPEC 7.3
    #[test]
    fn each_wait_is_a_warning_with_these_fields() {
        let seen = told(Level::TRACE, || {
            retrying(&news(Shown::Display(&SECRET)), Duration::from_millis(250), true);
        });
        let expected = [
            ("message", "retrying"),
            ("name", "\"shop::fetch\""),
            ("attempt", "2"),
            ("max", "3"),
            ("error", "at https://host/p: reset"),
            ("wait", "250ms"),
            ("from_server", "true"),
            ("waited", "1.5s"),
        ];
        assert_eq!(seen, event("WARN", &expected));
    }

    // SPEC 7.3
    #[test]
    fn a_call_that_gives_up_is_a_warning_with_these_fields() {
        for (reason, word) in REASONS {
            let elapsed = Some(Duration::from_secs(2));
            let seen = told(Level::TRACE, || {
                let _entered = enter_by_name(1, Name::Known("shop::order"));
                gave_up(&News { elapsed, ..news(Shown::Display(&SECRET)) }, reason);
            });
            let level = match word {
                "nested" => "DEBUG",
                "cancelled" => "INFO",
                _ => "WARN",
            };
            let word = format!("\"{word}\"");
            let mut expected = vec![
                ("message", "gave up"),
                ("name", "\"shop::fetch\""),
                ("attempts", "2"),
                ("error", "at https://host/p: reset"),
                ("reason", &word),
                ("waited", "1.5s"),
                ("elapsed", "2s"),
            ];
            if level == "DEBUG" {
                expected.insert(5, ("outer", "\"shop::order\""));
            }
            assert_eq!(seen, event(level, &expected));
        }
    }

    // SPEC 7.3.7
    #[test]
    fn no_event_is_higher_than_the_level_of_its_policy() {
        let cases = [
            (Log::Off, ["", "", "", ""]),
            (Log::Debug, ["DEBUG"; 4]),
            (Log::Info, ["INFO", "INFO", "INFO", "DEBUG"]),
            (Log::Warn, ["WARN", "WARN", "INFO", "DEBUG"]),
        ];
        for (log, levels) in cases {
            let news = News { log, ..news(Shown::Value) };
            let works: [&dyn Fn(); 4] = [
                &|| retrying(&news, Duration::ZERO, false),
                &|| gave_up(&news, StopReason::Exhausted),
                &|| gave_up(&news, StopReason::Cancelled),
                &|| gave_up(&news, StopReason::Nested),
            ];
            for (work, level) in works.into_iter().zip(levels) {
                let seen = told(Level::TRACE, work);
                let seen: Vec<_> = seen.iter().map(|told| told.level.as_str()).collect();
                assert_eq!(seen.concat(), level, "{log}");
            }
        }
    }

    // SPEC 7.3
    #[test]
    fn a_first_failure_is_logged_unless_it_is_permanent() {
        for (reason, word) in REASONS {
            let first = News { attempt: 1, ..news(Shown::Value) };
            let seen = told(Level::TRACE, || gave_up(&first, reason));
            assert_eq!(seen.is_empty(), word == "permanent", "{word}");
        }
    }

    // SPEC 7.3
    #[test]
    fn a_value_or_a_status_is_shown_as_cause_instead_of_error() {
        let cases = [
            (Shown::Type("shop::Error"), "error", "shop::Error"),
            (Shown::Value, "cause", "value"),
            (Shown::Status(503), "cause", "status 503"),
        ];
        for (shown, field, text) in cases {
            let unlimited = News { max: None, ..news(shown) };
            let seen = told(Level::TRACE, || retrying(&unlimited, Duration::ZERO, false));
            let fields = &seen[0].fields;
            assert!(fields.contains(&(field, text.to_owned())), "{fields:?}");
            let told_of = |name| fields.iter().filter(|(other, _)| *other == name).count();
            assert_eq!(told_of("error") + told_of("cause"), 1, "{fields:?}");
            assert_eq!(told_of("max"), 0, "{fields:?}");
        }
    }

    struct Counted(Cell<u32>);

    impl fmt::Display for Counted {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            Ok(())
        }
    }

    #[test]
    fn an_error_is_formatted_only_for_enabled_events() {
        let error = Counted(Cell::new(0));
        let seen = told(Level::WARN, || {
            let quiet = News { log: Log::Debug, ..news(Shown::Display(&error)) };
            retrying(&quiet, Duration::ZERO, false);
            gave_up(&News { log: Log::Off, ..quiet }, StopReason::Exhausted);
            assert_eq!(error.0.get(), 0);
            gave_up(&news(Shown::Display(&error)), StopReason::Exhausted);
        });
        assert_eq!((seen.len(), error.0.get()), (1, 1));
        retrying(&news(Shown::Display(&error)), Duration::ZERO, false);
        assert_eq!(error.0.get(), 1);
    }
}

#[cfg(feature = "metrics")]
mod numbers {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::*;

    /// Every metric as `name{label=value,…}` with its value, sorted.
    fn recorded(work: impl FnOnce()) -> Vec<(String, DebugValue)> {
        let recorder = DebuggingRecorder::new();
        metrics::with_local_recorder(&recorder, work);
        let mut all: Vec<_> = recorder
            .snapshotter()
            .snapshot()
            .into_vec()
            .into_iter()
            .map(|(key, _, _, value)| {
                let labels: Vec<_> = key
                    .key()
                    .labels()
                    .map(|label| format!("{}={}", label.key(), label.value()))
                    .collect();
                (format!("{}{{{}}}", key.key().name(), labels.join(",")), value)
            })
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    // SPEC 7.3
    #[test]
    fn retries_are_counted_and_their_waits_recorded_in_seconds() {
        let seen = recorded(|| {
            retrying(&news(Shown::Value), Duration::from_millis(250), false);
            retrying(&news(Shown::Value), Duration::from_secs(2), true);
        });
        let expected = [
            ("retry_retries_total{name=shop::fetch}".to_owned(), DebugValue::Counter(2)),
            (
                "retry_wait_seconds{name=shop::fetch}".to_owned(),
                DebugValue::Histogram(vec![0.25.into(), 2.0.into()]),
            ),
        ];
        assert_eq!(seen, expected);
    }

    // SPEC 7.3
    #[test]
    fn calls_that_give_up_are_counted_by_reason() {
        for (reason, word) in REASONS {
            let seen = recorded(|| gave_up(&news(Shown::Value), reason));
            let calls = "retry_calls_total{name=shop::fetch,result=gave_up}".to_owned();
            let ends = format!("retry_give_ups_total{{name=shop::fetch,reason={word}}}");
            assert_eq!(seen, [(calls, DebugValue::Counter(1)), (ends, DebugValue::Counter(1))]);
        }
    }
}
