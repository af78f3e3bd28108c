//! The attempts of a call to a service: [`Retry`](crate::Retry) with a service and a request in place of a closure.
//!
//! A request that cannot be cloned is a property of the policy for that decision, beside `repeat = unsent`. So the
//! decision finds the reason, and its fast path looks at one field.

use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tower_service::Service;

use super::options::begun_without_a_request;
use super::requests::Clones;
use crate::call::RuntimeClock;
use crate::expansion::Frame;
use crate::function::{
    Begins, NoPreparation, Operation, Repeats, Sets, Sleeping, StageOf, Timed, Uncancelled,
};
use crate::policy::RetryPolicy;

/// The operation that sends a request to a service.
#[derive(Debug)]
pub struct Calls<V, R, C> {
    /// Ready for the first attempt if `is_ready`; all others call clones of it.
    service: V,
    /// The request of the next attempt, unless there can be none.
    request: Option<R>,
    copy: C,
    is_ready: bool,
}

impl<V, R, C> Calls<V, R, C> {
    /// Calls this service, which may be ready.
    pub(super) const fn new(service: V, is_ready: bool, request: R, copy: C) -> Self {
        Self { service, request: Some(request), copy, is_ready }
    }
}

impl<V, R, C> Timed for Calls<V, R, C> {
    type Clock = RuntimeClock;

    fn own_name() -> &'static str {
        "retry"
    }
}

impl<V, R, C, S> Operation<NoPreparation, S, Uncancelled> for Calls<V, R, C>
where
    V: Service<R> + Clone,
    C: Clones<R>,
    S: Sleeping,
{
    type Stage<X: Sets> = StageOf<Self, NoPreparation, S, Uncancelled, X>;

    fn beginning<X: Sets>() -> Self::Stage<X> {
        crate::function::Stage::Begin
    }
}

impl<V, R, C> Begins for Calls<V, R, C>
where
    V: Service<R> + Clone,
    C: Clones<R>,
{
    type Attempt = Attempt<V, R, V::Future>;

    fn begin<F: Frame>(
        &mut self,
        policy: &RetryPolicy,
        retries: u32,
        frame: impl FnOnce() -> F,
    ) -> Self::Attempt {
        let Some(request) = self.request.take() else { begun_without_a_request() };
        if !policy.is_exhausted(retries) {
            self.request = self.copy.copy(&request);
        }
        if mem::take(&mut self.is_ready) {
            let _entered = frame().enter::<Self::Attempt>();
            return Attempt::Called { response: self.service.call(request) };
        }
        Attempt::Unready { service: self.service.clone(), request: Some(request) }
    }
}

impl<V, R, C> Repeats for Calls<V, R, C> {
    fn is_repeatable(&self) -> bool {
        self.request.is_some()
    }
}

pin_project! {
    /// One attempt: waits until the service is ready, and calls it.
    // Its fields cannot be documented: `pin_project!` allows only `pin` there.
    #[allow(missing_docs)]
    #[derive(Debug)]
    #[project = AttemptProjection]
    pub enum Attempt<V, R, F> {
        Unready { service: V, request: Option<R> },
        Called { #[pin] response: F },
    }
}

impl<V: Service<R>, R> Future for Attempt<V, R, V::Future> {
    type Output = Result<V::Response, V::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let response = match self.as_mut().project() {
                AttemptProjection::Called { response } => return response.poll(context),
                AttemptProjection::Unready { service, request } => {
                    ready!(service.poll_ready(context))?;
                    let Some(request) = request.take() else { begun_without_a_request() };
                    service.call(request)
                }
            };
            self.set(Attempt::Called { response });
        }
    }
}
