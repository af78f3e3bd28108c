//! What the arguments of the attribute mean, taken together.

use core::time::Duration;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use retry_runtime::__private::excess;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprClosure, ExprLit, Ident, Lit, Pat, Token};

use crate::errors::Errors;
use crate::parse::advice::unknown_key;
use crate::parse::arguments::{self as args, Arg, Value, is_empty, word};
use crate::parse::combinations::refuse_combinations;
use crate::parse::literals::duration_literal;
use crate::parse::pattern::matches_everything;
use crate::parse::policy::{self, Policy};
use crate::tokens::source;

/// What the attribute asks for.
pub(crate) struct Options {
    /// The path of the module that the expansion names.
    pub(crate) runtime: TokenStream,
    pub(crate) policy: Policy,
    pub(crate) classification: Classification,
    pub(crate) timeout: Option<Timeout>,
    pub(crate) values: Values,
    pub(crate) budget: Option<Budget>,
    pub(crate) on_retry: Option<Expr>,
    pub(crate) before_retry: Option<Expr>,
    pub(crate) give_up: Option<Expr>,
    /// The name that the body knows its attempt by.
    pub(crate) attempt: Option<Ident>,
    pub(crate) name: Option<Expr>,
    /// Whether the function's documentation may say what the policy comes to.
    pub(crate) docs: bool,
    pub(crate) sleep: Option<Expr>,
    pub(crate) clone: Vec<Ident>,
    pub(crate) share: Vec<Ident>,
}

/// Which errors are retried.
pub(crate) enum Classification {
    /// Those whose own `Classify` says so.
    Own,
    /// Those that match.
    On { pattern: Pat, guard: Option<Expr> },
    /// Those of which a function or closure says so.
    When(Expr),
}

/// The limit on each attempt.
pub(crate) struct Timeout {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
    pub(crate) literal: Option<Duration>,
}

/// Which values count as failures.
pub(crate) enum Values {
    /// None.
    Good,
    /// Those that a function or closure does not accept.
    Until(Expr),
    /// Responses whose status is retried; the key.
    Response(Ident),
}

/// What retries are taken from.
pub(crate) enum Budget {
    /// A budget of the function's own.
    Own,
    /// This one.
    Shared(Expr),
}

/// Reads the arguments of the attribute; reports every mistake among them.
pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Options {
    let args = args::parse(tokens, errors);
    refuse_combinations(&args, errors);
    let is_constant = args.iter().all(|arg| arg.key != "policy");
    let mut reader = Reader::new(runtime_path(&args), is_constant, errors);
    for arg in args {
        reader.read(arg);
    }
    reader.finish()
}

fn runtime_path(args: &[Arg]) -> TokenStream {
    let path = args.iter().find_map(|arg| match &arg.value {
        Value::Path(path) => Some(path.to_token_stream()),
        _ => None,
    });
    let path = path.unwrap_or_else(|| quote!(::retry_kit));
    quote!(#path::__private)
}

struct Reader<'e> {
    errors: &'e mut Errors,
    runtime: TokenStream,
    policy: policy::Reader,
    start: Option<Expr>,
    classification: Classification,
    timeout: Option<Timeout>,
    values: Values,
    budget: Option<Budget>,
    on_retry: Option<Expr>,
    before_retry: Option<Expr>,
    give_up: Option<Expr>,
    attempt: Option<Ident>,
    name: Option<Expr>,
    docs: bool,
    sleep: Option<Expr>,
    clone: Vec<Ident>,
    share: Vec<Ident>,
}

impl<'e> Reader<'e> {
    fn new(runtime: TokenStream, is_constant: bool, errors: &'e mut Errors) -> Self {
        Self {
            errors,
            policy: policy::Reader::new(runtime.clone(), is_constant),
            runtime,
            start: None,
            classification: Classification::Own,
            timeout: None,
            values: Values::Good,
            budget: None,
            on_retry: None,
            before_retry: None,
            give_up: None,
            attempt: None,
            name: None,
            docs: true,
            sleep: None,
            clone: Vec::new(),
            share: Vec::new(),
        }
    }

    fn read(&mut self, Arg { key, hyphenated, value }: Arg) {
        if let Some(written) = hyphenated {
            return self.errors.at(key.span(), unknown_key(&written, &value));
        }
        match key.to_string().as_str() {
            "max" | "attempts" | "base" | "cap" | "factor" | "backoff" | "jitter" | "status"
            | "retry_after_cap" | "deadline" | "fits" => {
                self.policy.read(key, value, self.errors);
            }
            "timeout" => self.timeout(key, value),
            "on" => self.on(&key, value),
            "when" => {
                let when = self.expression(&key, value);
                if let Some(when) = when {
                    self.classification = Classification::When(when);
                }
            }
            "until" => {
                let until = self.expression(&key, value);
                if let Some(until) = until {
                    self.values = Values::Until(until);
                }
            }
            "response" => self.response(key, &value),
            "budget" => self.budget(&key, value),
            "on_retry" => {
                self.on_retry = self.expression(&key, value);
            }
            "before_retry" => {
                self.before_retry = self.before_retry(&key, value);
            }
            "give_up" => {
                self.give_up = self.expression(&key, value);
            }
            "attempt" => self.attempt(&key, value),
            "sleep" => self.sleep = self.expression(&key, value),
            "policy" => self.start = self.expression(&key, value),
            "name" => self.name(&key, value),
            "docs" => self.docs(&key, value),
            "clone" => self.clone = self.names(&key, value),
            "share" => self.share = self.names(&key, value),
            "crate" => {
                if !matches!(value, Value::Path(_) | Value::Unreadable) {
                    self.errors.at(key.span(), "`crate` takes a path: `crate = ::my_kit::retry`");
                }
            }
            unknown => self.errors.at(key.span(), unknown_key(unknown, &value)),
        }
    }

    fn expression(&mut self, key: &Ident, value: Value) -> Option<Expr> {
        value.expression(key, self.errors)
    }

    fn finish(self) -> Options {
        let policy = self.policy.finish(self.start, self.errors);
        check_fits(&policy, self.timeout.as_ref(), self.errors);
        Options {
            runtime: self.runtime,
            policy,
            classification: self.classification,
            timeout: self.timeout,
            values: self.values,
            budget: self.budget,
            on_retry: self.on_retry,
            before_retry: self.before_retry,
            give_up: self.give_up,
            attempt: self.attempt,
            name: self.name,
            docs: self.docs,
            sleep: self.sleep,
            clone: self.clone,
            share: self.share,
        }
    }

    fn on(&mut self, key: &Ident, value: Value) {
        let group = match value {
            Value::List(group) if !is_empty(&group) => group,
            Value::Unreadable => return,
            _ => {
                let message = "`on` takes a pattern of errors: `on(MyError::Timeout)`";
                return self.errors.at(key.span(), message);
            }
        };
        let parser = |input: ParseStream<'_>| {
            let pattern = input.call(Pat::parse_multi_with_leading_vert)?;
            let guard = match input.parse::<Option<Token![if]>>()? {
                Some(_) => Some(input.parse()?),
                None => None,
            };
            if !input.is_empty() {
                return Err(input.error("separate the patterns with `|`"));
            }
            Ok((pattern, guard))
        };
        let parsed = parser.parse2(group.stream()).map_err(|error| {
            args::at_end(error, key.span(), "the pattern of `on` is not complete".into())
        });
        let Some((pattern, guard)) = self.errors.ok(parsed) else { return };
        if guard.is_none() && matches_everything(&pattern) {
            self.errors.under(
                &pattern,
                "this matches every error; write `MyError::Timeout`, or `when = |_| true`",
            );
        }
        self.classification = Classification::On { pattern, guard };
    }

    fn before_retry(&mut self, key: &Ident, value: Value) -> Option<Expr> {
        let future = self.expression(key, value)?;
        if let Expr::Closure(closure) = &future {
            let ExprClosure { asyncness, capture, body, .. } = closure;
            let body = match (asyncness, &**body) {
                (None, body) => body.to_token_stream(),
                (Some(_), Expr::Block(block)) => quote!(async #capture #block),
                (Some(_), body) => quote!(async #capture { #body }),
            };
            let message = format!(
                "`before_retry` takes a future, not a closure: write `before_retry = {}`",
                source(&body)
            );
            self.errors.under(&future, message);
        }
        Some(future)
    }

    fn timeout(&mut self, key: Ident, value: Value) {
        let Some(value) = self.expression(&key, value) else { return };
        let Some(literal) = self.errors.ok(duration_literal(&key, &value)) else { return };
        if literal.is_some_and(|literal| literal.is_zero()) {
            self.errors.under(&value, "a `timeout` of no time would drop every attempt");
        }
        self.timeout = Some(Timeout { key, value, literal });
    }

    fn response(&mut self, key: Ident, value: &Value) {
        match value {
            Value::None => self.values = Values::Response(key),
            Value::Unreadable => {}
            _ => self.errors.at(
                key.span(),
                "`response` takes no value; which statuses are retried says `status(…)`",
            ),
        }
    }

    fn budget(&mut self, key: &Ident, value: Value) {
        match value {
            Value::None => self.budget = Some(Budget::Own),
            value => {
                let budget = self.expression(key, value);
                self.budget = budget.map(Budget::Shared);
            }
        }
    }

    fn attempt(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value) else { return };
        match word(&value) {
            Some(name) if name != "self" => self.attempt = Some(name.clone()),
            _ => self.errors.under(
                &value,
                "`attempt` takes the name that the body is to know it by: `attempt = attempt`",
            ),
        }
    }

    fn name(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value) else {
            return;
        };
        if !matches!(&value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) {
            self.errors.under(&value, "`name` takes a string: `name = \"fetch\"`");
        }
        self.name = Some(value);
    }

    fn docs(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value) else { return };
        match &value {
            Expr::Lit(ExprLit { lit: Lit::Bool(docs), .. }) => self.docs = docs.value,
            _ => self.errors.under(
                &value,
                "`docs` takes `false`, which leaves the function's documentation alone",
            ),
        }
    }

    fn names(&mut self, key: &Ident, value: Value) -> Vec<Ident> {
        let message = format!("`{key}` takes the names of arguments: `{key}(body)`");
        let group = match value {
            Value::List(group) if !is_empty(&group) => group,
            Value::Unreadable => return Vec::new(),
            _ => {
                self.errors.at(key.span(), message);
                return Vec::new();
            }
        };
        let parser = |input: ParseStream<'_>| {
            let word = syn::ext::IdentExt::parse_any;
            syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated_with(input, word)
        };
        let names = parser.parse2(group.stream());
        let names = names.map_err(|error| syn::Error::new(error.span(), message));
        self.errors.ok(names).into_iter().flatten().collect()
    }
}

/// Refuses `fits` where the worst case is not known or does not fit, as far as literals tell.
fn check_fits(policy: &Policy, timeout: Option<&Timeout>, errors: &mut Errors) {
    let Some(fits) = &policy.fits else { return };
    let Some(timeout) = timeout else {
        return errors.at(
            fits.key.span(),
            "`fits` needs a `timeout`: without one an attempt may take any time",
        );
    };
    if policy.is_unlimited {
        return errors.at(
            fits.key.span(),
            "`fits` cannot be combined with `max = forever`: there is no worst case; set `deadline`",
        );
    }
    if let (true, Some(timeout), Some(limit)) =
        (policy.expressions.is_empty(), timeout.literal, fits.literal)
    {
        if let Some(excess) = excess(&policy.literal, timeout, limit) {
            errors.under(&fits.value, excess.as_str());
        }
    }
}
