//! Reads numbers and durations in the attribute.

use core::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use retry_runtime::__private::parse_duration;
use syn::{Expr, ExprLit, ExprRange, Ident, Lit, RangeLimits, UnOp};

use crate::errors::OrBlame;
use crate::parse::runtime::Runtime;

/// Returns the duration if `value` is a literal; an error if it is a literal of another kind.
pub(crate) fn duration_literal(key: &Ident, value: &Expr) -> syn::Result<Option<Duration>> {
    let literal = if let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = value {
        parse_duration(&literal.value()).map_err(|error| error.to_string())
    } else if let Some(number) = number_literal(value) {
        Err(number.map_or_else(|error| error, |number| number.as_duration(key)))
    } else {
        return Ok(None);
    };
    literal.map(Some).map_err(|message| format!("`{key}`: {message}")).or_blame(value)
}

/// An expression that makes the duration.
pub(crate) fn duration_tokens(runtime: &Runtime, duration: Duration) -> TokenStream {
    let seconds = Literal::u64_unsuffixed(duration.as_secs());
    match duration.subsec_nanos() {
        0 => quote!(#runtime::Duration::from_secs(#seconds)),
        nanos => {
            let nanos = Literal::u32_unsuffixed(nanos);
            quote!(#runtime::Duration::new(#seconds, #nanos))
        }
    }
}

/// A number as it was written.
pub(crate) struct Number {
    is_negative: bool,
    text: String,
    is_whole: bool,
}

/// Returns the number if `expr` is a literal number; a message if it is a literal of another kind.
pub(crate) fn number_literal(expr: &Expr) -> Option<Result<Number, String>> {
    let (is_negative, expr) = match expr {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => (true, &*unary.expr),
        expr => (false, expr),
    };
    let Expr::Lit(ExprLit { lit, .. }) = expr else {
        return None;
    };
    let (text, is_whole, suffix) = match lit {
        Lit::Int(int) => (int.base10_digits(), true, int.suffix()),
        Lit::Float(float) => (float.base10_digits(), false, float.suffix()),
        Lit::Str(text) => {
            let text = text.value();
            let is_meant = text.parse::<f64>().is_ok() || text == "forever";
            let advice = if is_meant { format!("; write `{text}`") } else { String::new() };
            return Some(Err(format!("expected a number{advice}")));
        }
        _ => return Some(Err("expected a number".into())),
    };
    if matches!(suffix, "ns" | "us" | "ms" | "s" | "m" | "h" | "d") {
        return Some(Err(format!("put the duration in quotes: write `\"{text}{suffix}\"`")));
    }
    if !matches!(suffix, "" | "u16" | "u32" | "f64") {
        return Some(Err(format!("a number takes no suffix `{suffix}`; write `{text}`")));
    }
    // A macro can put a sign into the literal itself, and syn keeps it.
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(text) => (!is_negative, text),
        None => (is_negative, text),
    };
    Some(Ok(Number { is_negative, text: text.to_owned(), is_whole }))
}

impl Number {
    /// Returns the number if it is small enough for an HTTP status.
    pub(crate) fn status(&self) -> Option<u16> {
        self.text.parse().ok().filter(|_| !self.is_negative)
    }

    /// The number as the decimal written.
    pub(crate) fn decimal(&self) -> f64 {
        let value: f64 = self.text.parse().unwrap_or(f64::NAN);
        if self.is_negative { -value } else { value }
    }

    pub(crate) fn whole(&self, key: &Ident) -> Result<u32, String> {
        if self.is_negative {
            return Err(format!("`{key}` cannot be negative; for no limit write `max = forever`"));
        }
        if !self.is_whole {
            return Err(format!("`{key}` takes a whole number"));
        }
        self.text.parse().map_err(|_| {
            format!("`{key}` is at most {}; for no limit write `max = forever`", u32::MAX)
        })
    }

    pub(crate) fn as_duration(&self, key: &Ident) -> String {
        if self.is_negative {
            return "a duration cannot be negative".into();
        }
        let text = &self.text;
        format!(
            "a duration has a unit; write `{key} = \"{text}s\"` for seconds or \"{text}ms\" for milliseconds"
        )
    }
}

/// The ends of a range of statuses.
pub(crate) fn status_range(range: &ExprRange) -> Result<(&Expr, &Expr), String> {
    let status = |end: &Option<Box<Expr>>| match end.as_deref().map(number_literal) {
        Some(Some(Ok(number))) => number.status(),
        _ => None,
    };
    let (from, to) = (status(&range.start), status(&range.end));
    match (&range.start, &range.limits, &range.end) {
        (Some(first), RangeLimits::Closed(_), Some(last)) => match (from, to) {
            (Some(from), Some(to)) if from > to => {
                Err(format!("an empty range; write `{to}..={from}`"))
            }
            _ => Ok((first, last)),
        },
        (Some(_), RangeLimits::HalfOpen(_), Some(_)) => {
            let meant = from.zip(to.and_then(|to| to.checked_sub(1)));
            let (from, to) = meant.filter(|(from, to)| from <= to).unwrap_or((500, 599));
            Err(format!("write a range of statuses with an inclusive end: `{from}..={to}`"))
        }
        _ => {
            let (from, to) = match (from, to) {
                (Some(from), None) if from < 599 => (from, 599),
                (None, Some(to)) if to > 100 => (100, to),
                _ => (500, 599),
            };
            Err(format!("write a range of statuses with both ends: `{from}..={to}`"))
        }
    }
}
