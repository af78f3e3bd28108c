//! The value of `budget = …`.

use core::ops::Deref;

use crate::call::{Clock, Drawing, RetryBudget, Watch};

/// The types that `budget = …` accepts: a reference to a budget, or to a pointer to one.
#[diagnostic::on_unimplemented(
    message = "`budget` takes a `&RetryBudget` or an `Option<&RetryBudget>`, not `{Self}`",
    label = "not a reference to a budget"
)]
pub trait AsBudget<'b> {
    /// The budget, if there is one.
    fn budget(self) -> Option<&'b RetryBudget>;
}

#[diagnostic::do_not_recommend]
impl<'b> AsBudget<'b> for &'b RetryBudget {
    #[inline]
    fn budget(self) -> Option<&'b RetryBudget> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<'b, P: Deref<Target = RetryBudget>> AsBudget<'b> for &'b P {
    #[inline]
    fn budget(self) -> Option<&'b RetryBudget> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<'b, B: AsBudget<'b>> AsBudget<'b> for Option<B> {
    #[inline]
    fn budget(self) -> Option<&'b RetryBudget> {
        self.and_then(AsBudget::budget)
    }
}

/// Takes every retry from the budget, if there is one.
#[inline]
pub fn budgeted<'b, C: Clock>(
    watch: Watch<Option<&'b RetryBudget>, C>,
    budget: impl AsBudget<'b>,
) -> Drawing<Option<&'b RetryBudget>, C> {
    Drawing::new(match budget.budget() {
        Some(budget) => watch.budget(budget),
        None => watch,
    })
}
