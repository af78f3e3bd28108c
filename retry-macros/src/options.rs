//! What the arguments of the attribute mean, taken together.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprLit, Ident, Lit, Pat, Token};

use crate::args::{self, Arg, Value, is_empty};
use crate::error::Errors;
use crate::keys::{refuse_combinations, unknown_key};
use crate::policy::{self, Policy};

/// What the attribute asks for.
pub(crate) struct Options {
    /// The path of the module that the expansion names.
    pub(crate) runtime: TokenStream,
    pub(crate) policy: Policy,
    pub(crate) classification: Classification,
    pub(crate) on_retry: Option<Expr>,
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
    on_retry: Option<Expr>,
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
            on_retry: None,
            name: None,
            docs: true,
            sleep: None,
            clone: Vec::new(),
            share: Vec::new(),
        }
    }

    fn read(&mut self, Arg { key, value }: Arg) {
        match key.to_string().as_str() {
            "max" | "attempts" | "base" | "cap" | "factor" | "backoff" | "jitter" | "status"
            | "retry_after_cap" => self.policy.read(key, value, self.errors),
            "on" => self.on(&key, value),
            "when" => {
                let when = self.expression(&key, value, "|error| error.is_timeout()");
                if let Some(when) = when {
                    self.classification = Classification::When(when);
                }
            }
            "on_retry" => {
                self.on_retry = self.expression(&key, value, "|event| log(event.wait())");
            }
            "sleep" => self.sleep = self.expression(&key, value, "my_runtime::sleep"),
            "policy" => self.start = self.expression(&key, value, "self.policy"),
            "name" => self.name(&key, value),
            "docs" => self.docs(&key, value),
            "clone" => self.clone = self.names(&key, value),
            "share" => self.share = self.names(&key, value),
            "crate" => {
                if !matches!(value, Value::Path(_) | Value::Unreadable) {
                    self.errors.at(key.span(), "`crate` takes a path: `crate = ::my_kit::retry`");
                }
            }
            unknown => self.errors.at(key.span(), unknown_key(unknown)),
        }
    }

    fn expression(&mut self, key: &Ident, value: Value, example: &str) -> Option<Expr> {
        value.expression(key, example, self.errors)
    }

    fn finish(self) -> Options {
        Options {
            runtime: self.runtime,
            policy: self.policy.finish(self.start, self.errors),
            classification: self.classification,
            on_retry: self.on_retry,
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

    fn name(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value, "\"fetch\"") else {
            return;
        };
        if !matches!(&value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) {
            self.errors.under(&value, "`name` takes a string: `name = \"fetch\"`");
        }
        self.name = Some(value);
    }

    fn docs(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value, "false") else { return };
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

/// Whether a pattern is `_` or a new name, which every value matches.
fn matches_everything(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Ident(name) => name.subpat.is_none() && !is_constant(&name.ident),
        Pat::Or(alternatives) => alternatives.cases.iter().any(matches_everything),
        Pat::Paren(inner) => matches_everything(&inner.pat),
        _ => false,
    }
}

/// Whether a name alone in a pattern is a constant, which is written in capitals, and no binding.
pub(crate) fn is_constant(name: &Ident) -> bool {
    !name.to_string().contains(char::is_lowercase)
}
