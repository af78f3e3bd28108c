//! 100 000 tasks whose first attempt fails, and which then wait.

use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::task::{Context, Waker};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::{Outcome, Script};

pub const TASKS: usize = 100_000;

/// One for the process: the clock of a service that lives as long is bound to it.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_current_thread().enable_time().build().expect("a runtime without I/O")
});

static SCRIPTS: LazyLock<Vec<Script>> =
    LazyLock::new(|| std::iter::repeat_with(Script::new).take(TASKS).collect());

/// Gives each task a failure.
pub fn prepare() {
    for script in SCRIPTS.iter() {
        script.failures.store(1, Ordering::Relaxed);
    }
}

fn all_wait() -> bool {
    // They begin in order.
    SCRIPTS[TASKS - 1].failures.load(Ordering::Relaxed) == 0
}

/// Tasks of tokio that wait. When dropped, it ends them.
pub struct Tasks(Vec<JoinHandle<Outcome>>);

impl Tasks {
    /// Spawns the tasks, and returns when all wait.
    pub fn begin<F>(call: impl Fn(&'static Script) -> F) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        RUNTIME.block_on(async {
            let tasks = SCRIPTS.iter().map(|script| tokio::spawn(call(script))).collect();
            while !all_wait() {
                tokio::task::yield_now().await;
            }
            Self(tasks)
        })
    }

    /// Waits for all.
    ///
    /// # Panics
    ///
    /// If one does not succeed.
    pub fn finish(mut self) {
        RUNTIME.block_on(async {
            for task in self.0.drain(..) {
                assert!(matches!(task.await, Ok(Ok(1))), "a task without success");
            }
        });
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
        RUNTIME.block_on(async {
            for task in self.0.drain(..) {
                drop(task.await);
            }
        });
    }
}

/// Futures that wait without an executor.
pub struct Futures {
    futures: Vec<Pin<Box<dyn Future<Output = Outcome>>>>,
}

impl Futures {
    /// Polls each future once.
    ///
    /// # Panics
    ///
    /// If more than one in a hundred does not wait: full jitter gives some a wait of zero.
    pub fn begin<F>(call: impl Fn(&'static Script) -> F) -> Self
    where
        F: Future<Output = Outcome> + 'static,
    {
        let mut context = Context::from_waker(Waker::noop());
        let mut futures = Vec::with_capacity(TASKS);
        for script in SCRIPTS.iter() {
            let mut future: Pin<Box<dyn Future<Output = Outcome>>> = Box::pin(call(script));
            if future.as_mut().poll(&mut context).is_pending() {
                futures.push(future);
            }
        }
        assert!(futures.len() > TASKS - TASKS / 100, "futures without a wait");
        Self { futures }
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.futures.len()
    }
}
