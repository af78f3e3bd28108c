//! A timer of our own on the web: `setTimeout`.

use core::cell::RefCell;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::sync::atomic::{AtomicU64, Ordering};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::BTreeMap;

use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use crate::call::Instant;

/// The wait of a future for its time. Holds nothing of JavaScript's, so a retried future is `Send` as
/// elsewhere; on another thread it sets a timer there.
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct OwnTimer {
    end: Instant,
    /// Zero until the first poll.
    number: u64,
}

/// A call of `setTimeout` that has not come back.
struct Timeout {
    id: JsValue,
    waker: Waker,
    /// JavaScript calls it, so it must live as long.
    _callback: Closure<dyn FnMut()>,
}

thread_local! {
    static TIMEOUTS: RefCell<BTreeMap<u64, Timeout>> = const { RefCell::new(BTreeMap::new()) };
}

/// In place of a time that the clock cannot express.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

impl OwnTimer {
    pub(in crate::expansion) fn until(end: Instant) -> Self {
        Self { end, number: 0 }
    }

    pub(in crate::expansion) fn after(duration: Duration) -> Self {
        let now = Instant::now();
        let end = now.checked_add(duration).or_else(|| now.checked_add(FAR));
        Self::until(end.unwrap_or(now))
    }

    /// Whether the time has come, for a future that is polled beside another.
    #[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
    pub(in crate::expansion) fn poll_beside(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> bool {
        self.poll(context).is_ready()
    }

    fn is_elapsed(&self) -> bool {
        Instant::now() >= self.end
    }

    fn leave(&mut self) {
        let Some(timeout) = TIMEOUTS.with_borrow_mut(|all| all.remove(&self.number)) else {
            return;
        };
        if let Some(clear) = global("clearTimeout") {
            // Without it the callback comes, and finds nothing to wake.
            let _ = clear.call1(&JsValue::UNDEFINED, &timeout.id);
        }
    }

    /// Makes JavaScript wake this waker; `false` where it has no timer.
    fn set_timeout(&self, waker: Waker) -> bool {
        let number = self.number;
        let callback = Closure::<dyn FnMut()>::new(move || {
            if let Some(timeout) = TIMEOUTS.with_borrow_mut(|all| all.remove(&number)) {
                timeout.waker.wake();
            }
        });
        let left = self.end.saturating_duration_since(Instant::now()).as_nanos();
        // A longer one would come at once. After this one, the next poll sets another.
        let millis = i32::try_from(left.div_ceil(1_000_000)).unwrap_or(i32::MAX);
        let id = global("setTimeout").and_then(|set| {
            set.call2(&JsValue::UNDEFINED, callback.as_ref(), &JsValue::from(millis)).ok()
        });
        let Some(id) = id else { return false };
        let timeout = Timeout { id, waker, _callback: callback };
        TIMEOUTS.with_borrow_mut(|all| all.insert(number, timeout));
        true
    }
}

fn global(name: &str) -> Option<Function> {
    Reflect::get(&js_sys::global(), &JsValue::from(name)).ok()?.dyn_into().ok()
}

impl Future for OwnTimer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

        if self.is_elapsed() {
            self.leave();
            return Poll::Ready(());
        }
        if self.number == 0 {
            self.number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
        }
        let mut waker = context.waker().clone();
        let is_set = TIMEOUTS.with_borrow_mut(|all| {
            all.get_mut(&self.number).map(|timeout| mem::swap(&mut timeout.waker, &mut waker))
        });
        if is_set.is_none() && !self.set_timeout(waker) {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for OwnTimer {
    fn drop(&mut self) {
        self.leave();
    }
}
