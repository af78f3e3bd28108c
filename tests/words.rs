//! The table of keys, and its uses: the documentation and the editor's items.

use std::fmt::Debug;
use std::hash::Hash;
use std::str::FromStr;
use std::time::Duration;

use retry_kit::__private::ide;
use retry_kit::__private::words::{IN_CONFIGURATION, KEYS, Key};
use retry_kit::{
    Backoff, ErrorClass, Jitter, ParseError, PolicyError, Ratio, RetryPolicy, StatusSet,
    parse_duration,
};

const ATTRIBUTE: &str = include_str!("../src/attribute.md");
const README: &str = include_str!("../README.md");
const POLICY: &str = concat!(
    include_str!("../retry-runtime/src/policy/retry_policy.rs"),
    include_str!("../retry-runtime/src/policy/throttled.rs"),
);

/// The first word of each code span in one column of the table with this heading.
fn column(text: &str, heading: &str, column: usize) -> Vec<String> {
    let lines = text.lines().map(|line| line.trim_start_matches("/// "));
    let rows = lines.skip_while(|line| !line.starts_with(heading)).skip(2);
    let cells = rows.take_while(|line| line.starts_with('|')).filter_map(|row| {
        // Cells may contain an escaped bar.
        row.replace("\\|", "").split('|').nth(column + 1).map(str::to_owned)
    });
    let is_letter = |letter: &char| letter.is_ascii_lowercase() || *letter == '_';
    let word = |span: &str| span.chars().take_while(is_letter).collect::<String>();
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(word).collect::<Vec<_>>())
        .collect()
}

fn names() -> Vec<&'static str> {
    KEYS.iter().map(|key| key.name).collect()
}

// SPEC 2.3
#[test]
fn the_tables_of_keys_are_complete_and_in_the_order_of_the_messages() {
    assert_eq!(column(ATTRIBUTE, "| key | value | meaning |", 0), names());
    let mut readme = column(README, "| key | default | meaning |", 0);
    readme.dedup();
    assert_eq!(readme, names());
    assert_eq!(column(POLICY, "| key | value |", 0), IN_CONFIGURATION);
}

// SPEC 2.3
#[test]
fn every_setter_stands_beside_its_key() {
    let setters = column(POLICY, "| setter | key of the attribute | default |", 0);
    let of = |key: &'static Key| {
        let own = POLICY.contains(&format!("pub const fn {}(", key.name)).then_some(key.name);
        own.into_iter().chain(key.setters.iter().copied())
    };
    let in_policy = || KEYS.iter().filter(|key| key.in_configuration);
    assert_eq!(setters, in_policy().flat_map(of).collect::<Vec<_>>());
    assert_eq!(column(POLICY, "| setter | key of the attribute | default |", 1), IN_CONFIGURATION);
    for key in in_policy() {
        for setter in key.setters {
            let signature = POLICY.find(&format!("pub const fn {setter}(")).unwrap();
            let docs = POLICY[..signature].rsplit("\n\n").next().unwrap();
            assert!(docs.contains(&format!("`{}", key.name)), "{setter}: {docs}");
        }
    }
}

// SPEC 9.3
#[test]
fn the_editor_has_an_item_for_each_key() {
    assert_eq!(ide::max, "max = 3");
    assert_eq!(ide::clone, "clone(body)");
    assert_eq!(ide::sleep, "sleep = my_runtime::sleep");
}

// SPEC 2.4, 4.1
#[test]
fn a_displayed_value_is_parsed_as_the_same_value() {
    fn both<T: FromStr<Err = ParseError> + ToString + PartialEq + Debug>(values: &[T]) {
        for value in values {
            assert_eq!(value.to_string().parse().as_ref(), Ok(value));
            assert_eq!(format!(" {}\n", value.to_string()).parse().as_ref(), Ok(value));
        }
    }
    both(&[
        Backoff::Exponential,
        Backoff::Fixed,
        Backoff::Linear,
        Backoff::Fibonacci,
        Backoff::Decorrelated,
    ]);
    both(&[Jitter::default(), Jitter::additive(0.1), Jitter::Full, Jitter::Equal, Jitter::None]);
    both(&[
        StatusSet::EMPTY,
        StatusSet::DEFAULT,
        StatusSet::EMPTY.with_range(500..=501).with_range(503..=599),
    ]);
    assert_eq!(parse_duration(" 1m 30s "), Ok(Duration::from_secs(90)));
}

#[test]
fn values_of_a_policy_can_be_hashed_and_have_the_default_of_the_policy() {
    fn hash<T: Hash + Copy + Eq + Debug + Send + Sync + 'static>() {}
    hash::<RetryPolicy>();
    hash::<Backoff>();
    hash::<Jitter>();
    hash::<Ratio>();
    hash::<StatusSet>();
    hash::<PolicyError>();
    hash::<ErrorClass>();
    let spelt_out =
        RetryPolicy::new().backoff(Backoff::default()).status(StatusSet::default()).max_retries(3);
    assert_eq!(spelt_out, RetryPolicy::default());
    let jittered = RetryPolicy::new().jitter(Jitter::default());
    assert!(jittered.delays().eq(RetryPolicy::DEFAULT.delays()));
}
