//! What the arguments of the attribute mean: every key, its values and what cannot go together.

use core::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprRange, Ident, Lit, Pat, RangeLimits, Token, UnOp};

use crate::args::{self, Arg, Value, call, is_empty, list, ungroup, word};
use crate::duration;
use crate::error::{Errors, near_miss};

/// All keys, in the order in which messages list them.
const KEYS: [&str; 18] = [
    "max", "attempts", "base", "factor", "cap", "backoff", "jitter", "on", "when", "status",
    "retry_after_cap", "on_retry", "clone", "share", "policy", "name", "sleep", "crate",
];

/// Keys of other libraries, and what they are called here.
const ELSEWHERE: [(&str, &str); 16] = [
    ("retries", "max = 3"),
    ("max_retries", "max = 3"),
    ("times", "max = 3"),
    ("tries", "attempts = 4"),
    ("max_attempts", "attempts = 4"),
    ("max_times", "max = 3"),
    ("delay", "base = \"1s\""),
    ("interval", "base = \"1s\""),
    ("wait", "base = \"1s\""),
    ("base_delay", "base = \"1s\""),
    ("min_delay", "base = \"1s\""),
    ("max_delay", "cap = \"60s\""),
    ("multiplier", "factor = 2"),
    ("retry_on", "on(MyError::Timeout)"),
    ("retry_if", "when = |error| error.is_timeout()"),
    ("if", "when = |error| error.is_timeout()"),
];

/// Keys that cannot stand beside each other, and why.
const CONFLICTS: [(&str, &str, &str); 3] = [
    ("attempts", "max", "they say the same: `attempts = 4` is `max = 3`"),
    ("when", "on", "both say which errors to retry: put the condition into `on(PATTERN if …)`"),
    ("status", "on", "`on` retries what its pattern matches, whatever the status"),
];

const DEFAULT_BASE: Duration = Duration::from_secs(1);
const DEFAULT_CAP: Duration = Duration::from_secs(60);

/// What the attribute asks for.
pub(crate) struct Options {
    /// The path of the module that the expansion names.
    pub(crate) runtime: TokenStream,
    pub(crate) policy: Policy,
    pub(crate) classification: Classification,
    pub(crate) on_retry: Option<Expr>,
    pub(crate) name: Option<Expr>,
    pub(crate) sleep: Option<Expr>,
    pub(crate) clone: Vec<Ident>,
    pub(crate) share: Vec<Ident>,
}

/// Where the policy comes from.
pub(crate) struct Policy {
    /// The expression of `policy = …`; without it the policy is a constant.
    pub(crate) start: Option<Expr>,
    /// Builder calls for the other keys, to be put behind the start.
    pub(crate) setters: TokenStream,
    /// The values among them that are expressions, which a constant cannot take from just
    /// anywhere.
    pub(crate) expressions: Vec<TokenStream>,
    /// Whether the next wait depends on the last one.
    pub(crate) is_decorrelated: bool,
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

/// A value that is a literal, or else an expression only the compiler can evaluate.
enum Known<T> {
    Literal(T),
    Expression,
}

impl<T: Copy> Known<T> {
    fn literal(&self) -> Option<T> {
        match self {
            Self::Literal(value) => Some(*value),
            Self::Expression => None,
        }
    }
}

/// Reads the arguments of the attribute; reports every mistake among them.
pub(crate) fn read(tokens: TokenStream, errors: &mut Errors) -> Options {
    let args = args::parse(tokens, errors);
    let mut reader = Reader::new(runtime_path(&args), errors);
    reader.refuse_combinations(&args);
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
    options: Options,
    base: Option<(Span, Known<Duration>)>,
    cap: Option<Known<Duration>>,
    factor: Option<Ident>,
    shape: Option<Ident>,
    jitter: Option<Ident>,
}

impl<'e> Reader<'e> {
    fn new(runtime: TokenStream, errors: &'e mut Errors) -> Self {
        Self {
            errors,
            options: Options {
                runtime,
                policy: Policy {
                    start: None,
                    setters: TokenStream::new(),
                    expressions: Vec::new(),
                    is_decorrelated: false,
                },
                classification: Classification::Own,
                on_retry: None,
                name: None,
                sleep: None,
                clone: Vec::new(),
                share: Vec::new(),
            },
            base: None,
            cap: None,
            factor: None,
            shape: None,
            jitter: None,
        }
    }

    fn refuse_combinations(&mut self, args: &[Arg]) {
        for (index, arg) in args.iter().enumerate() {
            if args[..index].iter().any(|earlier| earlier.key == arg.key) {
                self.errors.at(arg.key.span(), format!("`{}` is set twice", arg.key));
            }
        }
        let key = |name: &str| args.iter().map(|arg| &arg.key).find(|key| *key == name);
        for (one, other, why) in CONFLICTS {
            if let (Some(one), Some(other)) = (key(one), key(other)) {
                self.errors.at(
                    one.span(),
                    format!("`{one}` cannot be combined with `{other}`: {why}"),
                );
            }
        }
    }

    fn read(&mut self, Arg { key, value }: Arg) {
        match key.to_string().as_str() {
            "max" => self.limit(&key, value, "max_retries"),
            "attempts" => self.limit(&key, value, "attempts"),
            "base" => {
                let span = key.span();
                self.base = self.duration(&key, value, "base_delay").map(|known| (span, known));
            }
            "cap" => self.cap = self.duration(&key, value, "max_delay"),
            "retry_after_cap" => {
                self.duration(&key, value, "retry_after_cap");
            }
            "factor" => self.factor(key, value),
            "backoff" => self.backoff(key, value),
            "jitter" => self.jitter(key, value),
            "status" => self.status(&key, value),
            "on" => self.on(&key, value),
            "when" => {
                let when = self.expression(&key, value, "|error| error.is_timeout()");
                if let Some(when) = when {
                    self.options.classification = Classification::When(when);
                }
            }
            "on_retry" => {
                self.options.on_retry = self.expression(&key, value, "|event| log(event.wait())");
            }
            "sleep" => self.options.sleep = self.expression(&key, value, "my_runtime::sleep"),
            "policy" => {
                self.options.policy.start = self.expression(&key, value, "self.policy");
            }
            "name" => self.name(&key, value),
            "clone" => self.options.clone = self.names(&key, value),
            "share" => self.options.share = self.names(&key, value),
            "crate" => {
                if !matches!(value, Value::Path(_) | Value::Unreadable) {
                    self.errors.at(key.span(), "`crate` takes a path: `crate = ::my_kit::retry`");
                }
            }
            unknown => self.errors.at(key.span(), unknown_key(unknown)),
        }
    }

    fn finish(self) -> Options {
        let Self { errors, mut options, base, cap, factor, shape, jitter } = self;
        let shape_is = |word: &str| shape.as_ref().is_some_and(|shape| shape == word);
        if let (Some(factor), Some(shape)) = (&factor, &shape) {
            if !shape_is("exponential") {
                errors.at(
                    factor.span(),
                    format!("`factor` has no meaning with `backoff = {shape}`: leave one out"),
                );
            }
        }
        if let Some(jitter) = jitter.filter(|jitter| shape_is("decorrelated") && jitter != "none") {
            errors.at(
                jitter.span(),
                "decorrelated backoff is its own jitter: leave `jitter` out",
            );
        }
        options.policy.is_decorrelated = shape_is("decorrelated");
        // A policy from elsewhere brings its own base and cap; `min(base, cap)` holds then.
        if options.policy.start.is_none() {
            let literal_cap = match &cap {
                None => Some(DEFAULT_CAP),
                Some(cap) => cap.literal(),
            };
            let literal_base = base.as_ref().map_or(Some(DEFAULT_BASE), |(_, base)| base.literal());
            if let (Some(longest), Some(first)) = (literal_cap, literal_base) {
                if first > longest {
                    let span = base.map_or_else(Span::call_site, |(span, _)| span);
                    errors.at(span, base_above_cap(first, longest, cap.is_some()));
                }
            }
        }
        options
    }

    fn set(&mut self, setter: &str, span: Span, value: &TokenStream) {
        let setter = Ident::new(setter, span);
        self.options.policy.setters.extend(quote_spanned!(span=> .#setter(#value)));
    }

    /// A setter whose value is the user's expression.
    fn set_expression(&mut self, setter: &str, value: Expr) {
        self.set(setter, value.span(), &value.to_token_stream());
        self.options.policy.expressions.push(value.to_token_stream());
    }

    fn expression(&mut self, key: &Ident, value: Value, example: &str) -> Option<Expr> {
        match value {
            Value::Expr(expr) => Some(expr),
            Value::Unreadable => None,
            _ => {
                let message = format!("`{key}` takes a value: `{key} = {example}`");
                self.errors.at(key.span(), message);
                None
            }
        }
    }

    fn limit(&mut self, key: &Ident, value: Value, setter: &str) {
        let Some(value) = self.expression(key, value, "3") else { return };
        let is_attempts = key == "attempts";
        if word(&value).is_some_and(|word| word == "forever") {
            self.options.policy.setters.extend(quote_spanned!(value.span()=> .unlimited()));
            return;
        }
        let Some(literal) = number_literal(&value) else {
            if is_attempts {
                let runtime = &self.options.runtime;
                let retries = quote_spanned!(value.span()=> #runtime::retries_of(#value));
                self.set("max_retries", value.span(), &retries);
                self.options.policy.expressions.push(value.to_token_stream());
            } else {
                self.set_expression(setter, value);
            }
            return;
        };
        match literal.and_then(|number| number.whole(key)) {
            Ok(0) => self.errors.under(
                &value,
                if is_attempts {
                    "`attempts = 0` would never call the function; the least is 1"
                } else {
                    "`max = 0` retries nothing: remove the attribute, or set a constant that is 0"
                },
            ),
            Ok(number) => {
                let retries = if is_attempts { number - 1 } else { number };
                let retries = Literal::u32_unsuffixed(retries);
                self.set("max_retries", value.span(), &quote!(#retries));
            }
            Err(message) => self.errors.under(&value, message),
        }
    }

    fn duration(&mut self, key: &Ident, value: Value, setter: &str) -> Option<Known<Duration>> {
        let value = self.expression(key, value, "\"250ms\"")?;
        let literal = match &value {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => duration::parse(&literal.value()),
            _ => match number_literal(&value) {
                Some(number) => Err(number.map_or_else(
                    |error| error,
                    |number| number.as_duration(key),
                )),
                None => {
                    self.set_expression(setter, value);
                    return Some(Known::Expression);
                }
            },
        };
        match literal {
            Ok(literal) => {
                let seconds = Literal::u64_unsuffixed(literal.as_secs());
                let nanos = Literal::u32_unsuffixed(literal.subsec_nanos());
                let runtime = &self.options.runtime;
                let tokens = quote!(#runtime::Duration::new(#seconds, #nanos));
                self.set(setter, value.span(), &tokens);
                Some(Known::Literal(literal))
            }
            Err(message) => {
                self.errors.under(&value, format!("`{key}`: {message}"));
                None
            }
        }
    }

    fn factor(&mut self, key: Ident, value: Value) {
        let Some(value) = self.expression(&key, value, "2") else { return };
        self.factor = Some(key);
        match number_literal(&value) {
            None => self.set_expression("factor", value),
            Some(literal) => match literal.and_then(|number| number.between("factor", 1.0, 1e9)) {
                Ok(factor) => self.set("factor", value.span(), &factor.to_token_stream()),
                Err(message) => self.errors.under(&value, message),
            },
        }
    }

    fn backoff(&mut self, key: Ident, value: Value) {
        const SHAPES: [(&str, &str); 5] = [
            ("exponential", "Exponential"),
            ("fixed", "Fixed"),
            ("linear", "Linear"),
            ("fibonacci", "Fibonacci"),
            ("decorrelated", "Decorrelated"),
        ];
        let Some(value) = self.expression(&key, value, "fixed") else { return };
        let shape = word(&value).cloned();
        let name = shape.as_ref().map(ToString::to_string).unwrap_or_default();
        let Some((_, variant)) = SHAPES.iter().find(|(word, _)| *word == name) else {
            let words = SHAPES.map(|(word, _)| word);
            self.errors.under(&value, unknown_word("backoff", &name, &words));
            return;
        };
        self.shape = shape;
        let runtime = &self.options.runtime;
        let variant = Ident::new(variant, value.span());
        self.set("backoff", value.span(), &quote!(#runtime::Backoff::#variant));
    }

    fn jitter(&mut self, key: Ident, value: Value) {
        const KINDS: [&str; 4] = ["additive", "full", "equal", "none"];
        let Some(value) = self.expression(&key, value, "full") else { return };
        let (name, ratio) = match call(&value) {
            Some((name, ratio)) => (Some(name), Some(ratio)),
            None => (word(&value), None),
        };
        let name = name.map(ToString::to_string).unwrap_or_default();
        let runtime = self.options.runtime.clone();
        let jitter = match (name.as_str(), ratio) {
            ("additive", None) => Ok(quote!(#runtime::Jitter::additive(1.0))),
            ("additive", Some(ratio)) => match ratio.as_slice() {
                [ratio] => self.additive(ratio),
                _ => Err("`additive` takes one ratio: `jitter = additive(0.1)`".into()),
            },
            ("full", None) => Ok(quote!(#runtime::Jitter::Full)),
            ("equal", None) => Ok(quote!(#runtime::Jitter::Equal)),
            ("none", None) => Ok(quote!(#runtime::Jitter::None)),
            (kind @ ("full" | "equal" | "none"), Some(_)) => {
                Err(format!("`{kind}` takes no ratio: `jitter = {kind}`"))
            }
            _ => Err(unknown_word("jitter", &name, &KINDS)),
        };
        match jitter {
            Ok(jitter) => self.set("jitter", value.span(), &jitter),
            Err(message) => self.errors.under(&value, message),
        }
        self.jitter = Some(Ident::new(if name.is_empty() { "unknown" } else { &name }, key.span()));
    }

    fn additive(&mut self, ratio: &Expr) -> Result<TokenStream, String> {
        let runtime = &self.options.runtime;
        let ratio = match number_literal(ratio) {
            Some(literal) => literal?.between("a jitter ratio", 0.0, 1.0)?.to_token_stream(),
            None => {
                self.options.policy.expressions.push(ratio.to_token_stream());
                ratio.to_token_stream()
            }
        };
        Ok(quote!(#runtime::Jitter::additive(#ratio)))
    }

    fn status(&mut self, key: &Ident, value: Value) {
        const FORM: &str = "`status` takes codes and ranges: `status(429, 500..=599)`";
        let group = match value {
            Value::List(group) if !is_empty(&group) => group,
            Value::Unreadable => return,
            _ => return self.errors.at(key.span(), FORM),
        };
        let Some(codes) = self.errors.ok(list::<Expr>(&group)) else { return };
        let runtime = self.options.runtime.clone();
        let mut set = quote!(#runtime::StatusSet::EMPTY);
        for code in codes.into_iter().map(ungroup) {
            match code {
                Expr::Range(range) => match status_range(&range) {
                    Ok((first, last)) => {
                        self.status_code(first);
                        self.status_code(last);
                        set.extend(quote_spanned!(range.span()=> .with_range(#first..=#last)));
                    }
                    Err(message) => self.errors.under(&range, message),
                },
                code => {
                    self.status_code(&code);
                    set.extend(quote_spanned!(code.span()=> .with(#code)));
                }
            }
        }
        self.set("status", key.span(), &set);
    }

    fn status_code(&mut self, code: &Expr) {
        let message = match number_literal(code) {
            None => return self.options.policy.expressions.push(code.to_token_stream()),
            Some(Ok(number)) => match number.text.parse::<u16>() {
                Ok(100..=599) if !number.is_negative => return,
                _ => "an HTTP status is a number from 100 to 599".into(),
            },
            Some(Err(message)) => message,
        };
        self.errors.under(code, message);
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
        let Some((pattern, guard)) = self.errors.ok(parser.parse2(group.stream())) else { return };
        if guard.is_none() && matches_everything(&pattern) {
            self.errors.under(
                &pattern,
                "this matches every error; write `MyError::Timeout`, or `when = |_| true`",
            );
        }
        self.options.classification = Classification::On { pattern, guard };
    }

    fn name(&mut self, key: &Ident, value: Value) {
        let Some(value) = self.expression(key, value, "\"fetch\"") else { return };
        if !matches!(&value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) {
            self.errors.under(&value, "`name` takes a string: `name = \"fetch\"`");
        }
        self.options.name = Some(value);
    }

    fn names(&mut self, key: &Ident, value: Value) -> Vec<Ident> {
        let group = match value {
            Value::List(group) if !is_empty(&group) => Some(group),
            Value::Unreadable => return Vec::new(),
            _ => None,
        };
        let Some(group) = group else {
            let message = format!("`{key}` takes the names of arguments: `{key}(body)`");
            self.errors.at(key.span(), message);
            return Vec::new();
        };
        let parser = |input: ParseStream<'_>| {
            let word = syn::ext::IdentExt::parse_any;
            syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated_with(input, word)
        };
        let names = self.errors.ok(parser.parse2(group.stream()));
        names.into_iter().flatten().collect()
    }
}

fn unknown_key(key: &str) -> String {
    let keys = KEYS.join(", ");
    if let Some((_, ours)) = ELSEWHERE.iter().find(|(word, _)| *word == key) {
        return format!("unknown option `{key}`; write `{ours}`\nthe options are: {keys}");
    }
    match near_miss(key, &KEYS) {
        Some(meant) => format!(
            "unknown option `{key}`; did you mean `{meant}`?\nthe options are: {keys}"
        ),
        None => format!("unknown option `{key}`\nthe options are: {keys}"),
    }
}

fn unknown_word(key: &str, word: &str, words: &[&str]) -> String {
    let hint = near_miss(word, words).filter(|_| !word.is_empty());
    let hint = hint.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    format!("`{key}` takes one of: {}{hint}", words.join(", "))
}

fn base_above_cap(base: Duration, cap: Duration, cap_is_set: bool) -> String {
    if cap_is_set {
        format!("`base` ({base:?}) is above `cap` ({cap:?}), so no delay could be that long")
    } else {
        format!("`base` ({base:?}) is above the default cap of {cap:?}; set `cap` as well")
    }
}

/// Whether a pattern is `_` or a new name, which every value matches.
fn matches_everything(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        // A constant is written in capitals; anything else alone is a binding.
        Pat::Ident(name) => {
            name.subpat.is_none() && name.ident.to_string().contains(char::is_lowercase)
        }
        Pat::Or(alternatives) => alternatives.cases.iter().any(matches_everything),
        Pat::Paren(inner) => matches_everything(&inner.pat),
        _ => false,
    }
}

fn status_range(range: &ExprRange) -> Result<(&Expr, &Expr), String> {
    match (&range.start, &range.limits, &range.end) {
        (Some(first), RangeLimits::Closed(_), Some(last)) => {
            let value = |expr: &Expr| match number_literal(expr) {
                Some(Ok(number)) => number.text.parse::<u16>().ok(),
                _ => None,
            };
            match (value(first), value(last)) {
                (Some(from), Some(to)) if from > to => {
                    Err(format!("an empty range; write `{to}..={from}`"))
                }
                _ => Ok((first, last)),
            }
        }
        _ => Err("write a range of statuses with both ends: `500..=599`".into()),
    }
}

/// A number as it was written.
struct Number {
    is_negative: bool,
    text: String,
    is_whole: bool,
}

/// The number, if `expr` is a literal that is meant as one; what is wrong with the literal, if it
/// is of another kind.
fn number_literal(expr: &Expr) -> Option<Result<Number, String>> {
    let (is_negative, expr) = match expr {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => (true, &*unary.expr),
        expr => (false, expr),
    };
    let Expr::Lit(ExprLit { lit, .. }) = expr else { return None };
    let (text, is_whole, suffix) = match lit {
        Lit::Int(int) => (int.base10_digits(), true, int.suffix()),
        Lit::Float(float) => (float.base10_digits(), false, float.suffix()),
        Lit::Str(text) => return Some(Err(format!("a number, not the string {:?}", text.value()))),
        _ => return Some(Err("a number is expected here".into())),
    };
    if !matches!(suffix, "" | "u16" | "u32" | "f64") {
        return Some(Err(format!("a number without `{suffix}` is expected here")));
    }
    // syn keeps a sign that a macro has put into the literal itself.
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(text) => (!is_negative, text),
        None => (is_negative, text),
    };
    Some(Ok(Number { is_negative, text: text.to_owned(), is_whole }))
}

impl Number {
    fn whole(&self, key: &Ident) -> Result<u32, String> {
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

    fn between(&self, what: &str, least: f64, most: f64) -> Result<Literal, String> {
        let value: f64 = self.text.parse().unwrap_or(f64::NAN);
        let value = if self.is_negative { -value } else { value };
        if value >= least && value <= most {
            Ok(Literal::f64_unsuffixed(value))
        } else {
            Err(format!("`{what}` is a number from {least} to {most}"))
        }
    }

    fn as_duration(&self, key: &Ident) -> String {
        if self.is_negative {
            return "a duration cannot be negative".into();
        }
        let text = &self.text;
        format!("a duration has a unit; write `{key} = \"{text}s\"` for seconds or \"{text}ms\" for milliseconds")
    }
}
