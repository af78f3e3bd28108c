//! Threads that share a pause, in every order that the memory model allows.

use std::time::Duration;

use interleavings::{Pause, ask, is_unused, left};
use loom::sync::Arc;
use loom::thread;

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_secs(20);

// SPEC 7.6
#[test]
fn a_pause_never_gets_shorter() {
    loom::model(|| {
        let pause = Arc::new(Pause::new());
        assert!(is_unused(&pause));
        let asked = [LONG, SHORT].map(|wait| {
            let pause = Arc::clone(&pause);
            thread::spawn(move || {
                ask(&pause, wait);
                assert!(!is_unused(&pause));
                assert!(left(&pause) >= wait);
            })
        });
        let mut before = Duration::ZERO;
        for _ in 0..2 {
            let now = left(&pause);
            assert!(now >= before, "{before:?}, then {now:?}");
            before = now;
        }
        for thread in asked {
            thread.join().unwrap();
        }
        assert_eq!(left(&pause), LONG);
    });
}

// SPEC 7.6
#[test]
fn of_three_requests_the_longest_counts() {
    loom::model(|| {
        let pause = Arc::new(Pause::new());
        assert!(is_unused(&pause));
        let asked = [SHORT, LONG, SHORT].map(|wait| {
            let pause = Arc::clone(&pause);
            thread::spawn(move || ask(&pause, wait))
        });
        for thread in asked {
            thread.join().unwrap();
        }
        assert_eq!(left(&pause), LONG);
    });
}
