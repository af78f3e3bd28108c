//! The options that take no code, and the memory for them.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use super::options::Sleeping;
#[cfg(feature = "middleware")]
use crate::call::Shared;
use crate::call::{
    AttemptTimeout, Carried, Clock, Drawing, Healthy, Lends, Memory, Name, NeverResets, Nothing,
    Pause, Paused, Resets, Resetting, RetryBudget, TimedOut, Watch,
};
use crate::expansion::Alarmed;

/// What a call gets from the type of its operation.
pub trait Timed {
    /// The clock of the call.
    type Clock: Clock;

    /// Finds the default name. Called only after a failure: it costs more than a successful call.
    fn own_name() -> &'static str;
}

/// The options that take no code.
#[derive(Debug)]
pub struct Settings<E> {
    pub(super) name: Option<&'static str>,
    pub(super) target: Option<&'static str>,
    own_name: fn() -> &'static str,
    pub(super) timeout: Option<TimeoutOf<E>>,
    pub(super) describe: Option<Describe<E>>,
    pub(super) has_span: bool,
    /// Whether nothing ends the call but a success.
    pub(super) is_endless: bool,
}

impl<E> Settings<E> {
    const fn of<O: Timed>() -> Self {
        Self {
            name: None,
            target: None,
            own_name: O::own_name,
            timeout: None,
            describe: None,
            has_span: false,
            is_endless: false,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name.unwrap_or_else(self.own_name)
    }

    /// The target of events, unless it is in the name.
    pub(super) fn target(&self) -> Option<&'static str> {
        let module = || Some((self.own_name)().rsplit_once("::")?.0);
        self.target.or_else(|| self.name.and_then(|_| module()))
    }

    pub(super) fn name_or_finder(&self) -> Name {
        self.name.map_or(Name::Found(self.own_name), Name::Known)
    }
}

/// The timeout of each attempt.
#[derive(Debug)]
pub(super) struct TimeoutOf<E> {
    pub(super) duration: Option<Duration>,
    /// Makes the error of an attempt that takes longer, or has no time left.
    pub(super) late: fn(TimedOut) -> E,
}

/// Shows an error to telemetry.
pub(super) type Describe<E> = fn(&E, &mut fmt::Formatter<'_>) -> fmt::Result;

/// Whether one of the options that take no code is set.
///
/// Most calls set none of them. Their future has no memory for these options, and their loop does not look at
/// them.
pub trait Sets {
    /// Holds the budget.
    type Budget<'b>: Lends<RetryBudget>;
    /// Holds the pause.
    type Pause<'b>: Lends<Pause>;
    /// Holds the length of `reset_after`.
    type Health: Resets;
    /// Holds the others.
    type Settings<'b, O: Timed, E>: Held<E>;
    /// An attempt with its timeout.
    type InTime<S: Sleeping, A: Future>: Alarmed<Output = A::Output>;

    /// Adds the timeout to an attempt.
    fn in_time<S: Sleeping, A: Future>(
        sleep: &S,
        attempt: A,
        timeout: Option<AttemptTimeout>,
    ) -> Self::InTime<S, A>;
}

/// The settings of a call.
pub trait Held<E>: Deref<Target = Settings<E>> {
    /// The part of a `RetryState` from which the loop goes on, if any.
    fn carried(&mut self) -> Option<&mut Carried>;
}

/// The state of a loop.
pub type Progress<'b, X, C> = Resetting<
    Paused<Drawing<<X as Sets>::Budget<'b>, C>, <X as Sets>::Pause<'b>>,
    C,
    <X as Sets>::Health,
>;

/// The state of a call that has not begun.
#[inline]
pub(super) fn idle<'b, X: Sets, C: Clock>(
    budget: X::Budget<'b>,
    pause: X::Pause<'b>,
    health: X::Health,
) -> Progress<'b, X, C> {
    let watch = Watch::drawing_on(budget, Memory::unstarted());
    Resetting::idle(Paused::new(Drawing::new(watch), pause), health)
}

/// Lets more options be set.
pub trait Settable: Sets + Sized {
    /// Returns the settings and the state of a call, with memory for all options.
    #[doc(hidden)]
    fn settable<'b, O: Timed, E>(
        settings: Self::Settings<'b, O, E>,
        progress: Progress<'b, Self, O::Clock>,
    ) -> (Kept<'b, E>, Progress<'b, SomethingSet, O::Clock>);
}

/// None of these options is set.
#[derive(Clone, Copy, Debug)]
pub struct NothingSet;

impl Sets for NothingSet {
    type Budget<'b> = Nothing;
    type Pause<'b> = Nothing;
    type Health = NeverResets;
    type Settings<'b, O: Timed, E> = Defaults<O, E>;
    type InTime<S: Sleeping, A: Future> = Unlimited<A>;

    #[inline]
    fn in_time<S: Sleeping, A: Future>(
        _: &S,
        attempt: A,
        _: Option<AttemptTimeout>,
    ) -> Unlimited<A> {
        Unlimited { attempt }
    }
}

impl Settable for NothingSet {
    #[inline]
    fn settable<'b, O: Timed, E>(
        _: Self::Settings<'b, O, E>,
        _: Progress<'b, Self, O::Clock>,
    ) -> (Kept<'b, E>, Progress<'b, SomethingSet, O::Clock>) {
        let kept = Kept { settings: Settings::of::<O>(), carried: None };
        (kept, idle::<SomethingSet, _>(None, None, Healthy::default()))
    }
}

/// At least one of these options is set.
#[derive(Clone, Copy, Debug)]
pub struct SomethingSet;

impl Sets for SomethingSet {
    type Budget<'b> = Option<&'b RetryBudget>;
    type Pause<'b> = Option<&'b Pause>;
    type Health = Healthy;
    type Settings<'b, O: Timed, E> = Kept<'b, E>;
    type InTime<S: Sleeping, A: Future> = S::WithTimeout<A>;

    #[inline]
    fn in_time<S: Sleeping, A: Future>(
        sleep: &S,
        attempt: A,
        timeout: Option<AttemptTimeout>,
    ) -> S::WithTimeout<A> {
        sleep.with_timeout(attempt, timeout)
    }
}

impl Settable for SomethingSet {
    #[inline]
    fn settable<'b, O: Timed, E>(
        settings: Self::Settings<'b, O, E>,
        progress: Progress<'b, Self, O::Clock>,
    ) -> (Kept<'b, E>, Progress<'b, Self, O::Clock>) {
        (settings, progress)
    }
}

/// The options of a layer or middleware are set.
#[cfg(feature = "middleware")]
#[derive(Clone, Copy, Debug)]
pub struct SetByLayer;

#[cfg(feature = "middleware")]
impl Sets for SetByLayer {
    type Budget<'b> = Shared<RetryBudget>;
    type Pause<'b> = Shared<Pause>;
    type Health = NeverResets;
    type Settings<'b, O: Timed, E> = Kept<'b, E>;
    type InTime<S: Sleeping, A: Future> = Unlimited<A>;

    #[inline]
    fn in_time<S: Sleeping, A: Future>(
        _: &S,
        attempt: A,
        _: Option<AttemptTimeout>,
    ) -> Unlimited<A> {
        Unlimited { attempt }
    }
}

/// The settings of a call that sets none.
#[derive(Debug)]
pub struct Defaults<O, E>(PhantomData<fn() -> (O, E)>);

impl<O: Timed, E> Defaults<O, E> {
    const SETTINGS: Settings<E> = Settings::of::<O>();

    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<O: Timed, E> Deref for Defaults<O, E> {
    type Target = Settings<E>;

    #[inline]
    fn deref(&self) -> &Settings<E> {
        &Self::SETTINGS
    }
}

impl<O: Timed, E> Held<E> for Defaults<O, E> {
    #[inline]
    fn carried(&mut self) -> Option<&mut Carried> {
        None
    }
}

/// The settings of a call that sets at least one.
#[derive(Debug)]
pub struct Kept<'b, E> {
    pub(super) settings: Settings<E>,
    pub(super) carried: Option<&'b mut Carried>,
}

impl<E> Deref for Kept<'_, E> {
    type Target = Settings<E>;

    #[inline]
    fn deref(&self) -> &Settings<E> {
        &self.settings
    }
}

impl<E> Held<E> for Kept<'_, E> {
    #[inline]
    fn carried(&mut self) -> Option<&mut Carried> {
        self.carried.as_deref_mut()
    }
}

#[cfg(feature = "middleware")]
impl<E> Kept<'_, E> {
    /// The settings of a call of a layer.
    pub(super) fn of_layer<O: Timed>(
        name: &'static str,
        target: Option<&'static str>,
        describe: Describe<E>,
    ) -> Self {
        let settings =
            Settings { name: Some(name), target, describe: Some(describe), ..Settings::of::<O>() };
        Self { settings, carried: None }
    }
}

pin_project! {
    /// An attempt without a timeout.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless awaited"]
    pub struct Unlimited<A> {
        #[pin]
        attempt: A,
    }
}

impl<A: Future> Alarmed for Unlimited<A> {
    type Output = A::Output;

    #[inline]
    fn poll_attempt(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<A::Output> {
        self.project().attempt.poll(context)
    }

    #[inline]
    fn poll_alarm(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<TimedOut> {
        Poll::Pending
    }
}
