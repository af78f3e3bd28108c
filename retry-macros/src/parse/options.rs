//! Reads the meaning of each argument of the attribute.

use core::time::Duration;

use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprClosure, ExprLit, Ident, Lit, Pat, Token};

use crate::errors::Errors;
use crate::parse::advice::unknown_key;
use crate::parse::arguments::{Arg, Value, at_end, is_empty, word};
use crate::parse::literals::duration_literal;
use crate::parse::pattern::matches_everything;
use crate::parse::policy::Policy;
use crate::parse::runtime::Runtime;
use crate::tokens::source;

/// The options that the attribute sets.
#[derive(Default)]
pub(crate) struct Options {
    /// The path of the runtime in the expansion.
    pub(crate) runtime: Runtime,
    pub(crate) policy: Policy,
    pub(crate) classification: Classification,
    pub(crate) timeout: Option<Timeout>,
    /// The length of an attempt that resets the count.
    pub(crate) reset_after: Option<Timeout>,
    pub(crate) values: Values,
    pub(crate) budget: Option<Budget>,
    pub(crate) pause: Option<Pause>,
    pub(crate) on_retry: Option<Expr>,
    pub(crate) before_retry: Option<Expr>,
    pub(crate) give_up: Option<Expr>,
    pub(crate) fallback: Option<Expr>,
    /// The name of the attempt in the body.
    pub(crate) attempt: Option<Ident>,
    /// The name of the idempotency key in the body.
    pub(crate) key: Option<Ident>,
    pub(crate) name: Option<Expr>,
    /// The target of events.
    pub(crate) target: Option<Expr>,
    /// Whether each attempt has a span.
    pub(crate) span: bool,
    /// Whether to add the schedule to the function's documentation.
    pub(crate) docs: bool,
    pub(crate) sleep: Option<Expr>,
    /// What ends a wait: a future, or in a function that blocks a function or closure.
    pub(crate) cancel: Option<Expr>,
    pub(crate) clone: Vec<Ident>,
    pub(crate) share: Vec<Ident>,
}

/// Which errors are retried.
#[derive(Default)]
pub(crate) enum Classification {
    /// By the error's own `Classify`.
    #[default]
    Own,
    /// By a pattern.
    On { pattern: Pat, guard: Option<Expr> },
    /// By a function or closure.
    When(Expr),
}

/// A duration that is evaluated when the call begins.
pub(crate) struct Timeout {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
    pub(crate) literal: Option<Duration>,
}

/// Which values count as failures.
#[derive(Default)]
pub(crate) enum Values {
    /// No value.
    #[default]
    Good,
    /// Values that a function or closure does not accept.
    Until(Expr),
    /// Responses with a retryable status. Holds the key.
    Response(Ident),
}

/// The budget to take retries from.
pub(crate) enum Budget {
    /// A budget of the function's own.
    Own,
    /// This one.
    Shared(Expr),
}

/// The pause to wait for.
pub(crate) struct Pause {
    pub(crate) key: Ident,
    pub(crate) value: PauseValue,
}

/// Which pause.
pub(crate) enum PauseValue {
    /// A pause of the function's own.
    Own,
    /// This one.
    Shared(Expr),
}

/// Reads the arguments of the attribute.
pub(crate) fn read(args: Vec<Arg>, errors: &mut Errors) -> Options {
    let is_constant = args.iter().all(|arg| arg.key != "policy");
    let runtime = Runtime::of(&args);
    let policy = Policy::new(runtime.clone(), is_constant);
    let options = Options { runtime, policy, docs: true, ..Options::default() };
    let mut reader = Reader { options, errors };
    for arg in args {
        reader.read(arg);
    }
    reader.options
}

struct Reader<'e> {
    options: Options,
    errors: &'e mut Errors,
}

impl Reader<'_> {
    fn read(&mut self, Arg { key, hyphenated, value }: Arg) {
        if let Some(written) = hyphenated {
            return self.errors.at(key.span(), unknown_key(&written, &value));
        }
        match key.to_string().as_str() {
            "max" | "attempts" | "base" | "cap" | "factor" | "backoff" | "delays" | "jitter"
            | "throttled" | "status" | "retry_after_cap" | "repeat" | "nested" | "switch"
            | "log" | "deadline" | "fits" => {
                self.options.policy.read(key, value, self.errors);
            }
            "timeout" => {
                let message = "a zero `timeout` would drop every attempt";
                self.options.timeout = self.duration(key, value, message);
            }
            "reset_after" => {
                let message = "a zero `reset_after` would reset the count after every attempt; for no limit on retries write `max = forever`";
                self.options.reset_after = self.duration(key, value, message);
            }
            "on" => self.on(&key, value),
            "when" => {
                let when = self.expression(&key, value);
                if let Some(when) = when {
                    self.options.classification = Classification::When(when);
                }
            }
            "until" => {
                let until = self.expression(&key, value);
                if let Some(until) = until {
                    self.options.values = Values::Until(until);
                }
            }
            "response" => self.response(key, &value),
            "budget" => self.budget(&key, value),
            "pause" => self.pause(key, value),
            "on_retry" => {
                self.options.on_retry = self.expression(&key, value);
            }
            "before_retry" => {
                self.options.before_retry = self.before_retry(&key, value);
            }
            "give_up" => {
                self.options.give_up = self.expression(&key, value);
            }
            "fallback" => {
                self.options.fallback = self.expression(&key, value);
            }
            "attempt" => {
                let message = "`attempt` takes the name to bind in the body: `attempt = attempt`";
                self.options.attempt = self.binding(&key, value, message);
            }
            "key" => {
                let message = "`key` takes the name to bind in the body: `key = key`; to use a key of your own, take it as an argument, which every attempt sees";
                self.options.key = self.binding(&key, value, message);
            }
            "sleep" => self.options.sleep = self.expression(&key, value),
            "cancel" => self.options.cancel = self.expression(&key, value),
            "policy" => self.options.policy.start = self.expression(&key, value),
            "name" => {
                let message = "`name` takes a string: `name = \"fetch\"`";
                self.options.name = self.string(&key, value, message);
            }
            "target" => {
                let message = "`target` takes a string: `target = \"shop\"`";
                self.options.target = self.string(&key, value, message);
            }
            "span" => self.span(&key, &value),
            "docs" => self.docs(&key, value),
            "clone" => self.options.clone = self.names(&key, value),
            "share" => self.options.share = self.names(&key, value),
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
        let parsed = parser
            .parse2(group.stream())
            .map_err(|error| at_end(error, key.span(), "the pattern of `on` is incomplete".into()));
        let Some((pattern, guard)) = self.errors.ok(parsed) else { return };
        if guard.is_none() && matches_everything(&pattern) {
            self.errors.under(
                &pattern,
                "this matches every error; write `MyError::Timeout`, or `when = |_| true`",
            );
        }
        self.options.classification = Classification::On { pattern, guard };
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

    /// Reads a duration; `message` is that of zero.
    fn duration(&mut self, key: Ident, value: Value, message: &str) -> Option<Timeout> {
        let value = self.expression(&key, value)?;
        let literal = self.errors.ok(duration_literal(&key, &value))?;
        if literal.is_some_and(|literal| literal.is_zero()) {
            self.errors.under(&value, message);
        }
        Some(Timeout { key, value, literal })
    }

    fn response(&mut self, key: Ident, value: &Value) {
        match value {
            Value::None => self.options.values = Values::Response(key),
            Value::Unreadable => {}
            _ => self
                .errors
                .at(key.span(), "`response` takes no value; choose the statuses with `status(…)`"),
        }
    }

    fn budget(&mut self, key: &Ident, value: Value) {
        match value {
            Value::None => self.options.budget = Some(Budget::Own),
            value => {
                let budget = self.expression(key, value);
                self.options.budget = budget.map(Budget::Shared);
            }
        }
    }

    fn pause(&mut self, key: Ident, value: Value) {
        let value = match value {
            Value::None => Some(PauseValue::Own),
            value => self.expression(&key, value).map(PauseValue::Shared),
        };
        self.options.pause = value.map(|value| Pause { key, value });
    }

    /// Reads a name to bind in the body.
    fn binding(&mut self, key: &Ident, value: Value, message: &str) -> Option<Ident> {
        let value = self.expression(key, value)?;
        let name = word(&value).filter(|name| *name != "self" && *name != "_").cloned();
        if name.is_none() {
            self.errors.under(&value, message);
        }
        name
    }

    fn string(&mut self, key: &Ident, value: Value, message: &str) -> Option<Expr> {
        let value = self.expression(key, value)?;
        if !matches!(&value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) {
            self.errors.under(&value, message);
        }
        Some(value)
    }

    fn span(&mut self, key: &Ident, value: &Value) {
        match value {
            Value::None => self.options.span = true,
            Value::Unreadable => {}
            _ => self.errors.at(key.span(), "`span` takes no value; the span is named `attempt`"),
        }
    }

    fn docs(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value) else { return };
        match &value {
            Expr::Lit(ExprLit { lit: Lit::Bool(docs), .. }) => self.options.docs = docs.value,
            _ => self.errors.under(
                &value,
                "`docs` takes `false`, which leaves the function's documentation unchanged",
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

/// The name as it stands in a list.
pub(crate) fn listed<'l>(list: &'l [Ident], name: &str) -> Option<&'l Ident> {
    list.iter().find(|listed| *listed == name)
}
