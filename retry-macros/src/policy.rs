//! The keys that make the policy, as calls of its builder.

use core::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit};

use crate::args::{Value, call, is_empty, list, ungroup, word};
use crate::duration;
use crate::error::{Errors, OrBlame};
use crate::keys::unknown_word;
use crate::literals::{number_literal, status_range};

const DEFAULT_BASE: Duration = Duration::from_secs(1);
const DEFAULT_CAP: Duration = Duration::from_secs(60);

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

/// Reads the keys of the policy one by one.
pub(crate) struct Reader {
    runtime: TokenStream,
    setters: TokenStream,
    expressions: Vec<TokenStream>,
    base: Option<(Span, Known<Duration>)>,
    cap: Option<(Span, Known<Duration>)>,
    factor: Option<Ident>,
    shape: Option<String>,
    jitter: Option<(Ident, String)>,
}

impl Reader {
    pub(crate) fn new(runtime: TokenStream) -> Self {
        Self {
            runtime,
            setters: TokenStream::new(),
            expressions: Vec::new(),
            base: None,
            cap: None,
            factor: None,
            shape: None,
            jitter: None,
        }
    }

    /// Reads the value of a key of the policy.
    pub(crate) fn read(&mut self, key: Ident, value: Value, errors: &mut Errors) {
        let name = key.to_string();
        if name == "status" {
            return self.status(&key, value, errors);
        }
        let example = match name.as_str() {
            "base" | "cap" | "retry_after_cap" => "\"250ms\"",
            "factor" => "1.5",
            "backoff" => "fixed",
            "jitter" => "full",
            _ => "3",
        };
        let Some(value) = value.expression(&key, example, errors) else { return };
        let span = key.span();
        let result = match name.as_str() {
            "base" => {
                self.duration(&key, &value, "base_delay").map(|base| self.base = Some((span, base)))
            }
            "cap" => {
                self.duration(&key, &value, "max_delay").map(|cap| self.cap = Some((span, cap)))
            }
            "retry_after_cap" => self.duration(&key, &value, "retry_after_cap").map(drop),
            "factor" => self.factor(key, &value),
            "backoff" => self.backoff(&value),
            "jitter" => self.jitter(key, &value),
            _ => self.limit(&key, &value),
        };
        errors.ok(result);
    }

    /// The policy, once all keys are read; reports those that make no sense together.
    pub(crate) fn finish(self, start: Option<Expr>, errors: &mut Errors) -> Policy {
        let Self { setters, expressions, base, cap, factor, shape, jitter, .. } = self;
        let shape_is = |word: &str| shape.as_deref() == Some(word);
        if let (Some(factor), Some(shape)) = (&factor, &shape) {
            if !shape_is("exponential") {
                errors.at(
                    factor.span(),
                    format!("`factor` has no meaning with `backoff = {shape}`: leave one out"),
                );
            }
        }
        if let Some((key, _)) = jitter.filter(|(_, kind)| kind != "none") {
            if shape_is("decorrelated") {
                errors.at(key.span(), "decorrelated backoff is its own jitter: leave `jitter` out");
            }
        }
        // A policy from elsewhere brings its own base and cap; `min(base, cap)` holds then.
        if start.is_none() {
            refuse_base_above_cap(base.as_ref(), cap.as_ref(), errors);
        }
        Policy { start, setters, expressions, is_decorrelated: shape_is("decorrelated") }
    }

    fn set(&mut self, setter: &str, span: Span, value: &TokenStream) {
        let setter = Ident::new(setter, span);
        self.setters.extend(quote_spanned!(span=> .#setter(#value)));
    }

    /// Uses an expression of the user's in the policy.
    fn user_expression(&mut self, value: &Expr) -> TokenStream {
        let tokens = value.to_token_stream();
        self.expressions.push(tokens.clone());
        tokens
    }

    fn limit(&mut self, key: &Ident, value: &Expr) -> syn::Result<()> {
        let span = value.span();
        let is_attempts = key == "attempts";
        if word(value).is_some_and(|word| word == "forever") {
            self.setters.extend(quote_spanned!(span=> .unlimited()));
            return Ok(());
        }
        let retries = match number_literal(value) {
            None if is_attempts => {
                let runtime = self.runtime.clone();
                let attempts = self.user_expression(value);
                quote_spanned!(span=> #runtime::retries_of(#attempts))
            }
            None => self.user_expression(value),
            Some(literal) => {
                let number = literal.and_then(|number| number.whole(key)).or_blame(value)?;
                let retries = if is_attempts { number.checked_sub(1) } else { Some(number) };
                let retries = retries.filter(|_| number > 0).ok_or(if is_attempts {
                    "`attempts = 0` would never call the function; the least is 1"
                } else {
                    "`max = 0` retries nothing: remove the attribute, or set a constant that is 0"
                });
                Literal::u32_unsuffixed(retries.or_blame(value)?).to_token_stream()
            }
        };
        self.set("max_retries", span, &retries);
        Ok(())
    }

    fn duration(
        &mut self,
        key: &Ident,
        value: &Expr,
        setter: &str,
    ) -> syn::Result<Known<Duration>> {
        let literal = match value {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => {
                duration::parse(&literal.value()).map_err(|message| format!("`{key}`: {message}"))
            }
            _ => match number_literal(value) {
                Some(Ok(number)) => Err(format!("`{key}`: {}", number.as_duration(key))),
                Some(Err(message)) => Err(message),
                None => {
                    let tokens = self.user_expression(value);
                    self.set(setter, value.span(), &tokens);
                    return Ok(Known::Expression);
                }
            },
        };
        let literal = literal.or_blame(value)?;
        let seconds = Literal::u64_unsuffixed(literal.as_secs());
        let nanos = Literal::u32_unsuffixed(literal.subsec_nanos());
        let runtime = &self.runtime;
        let tokens = quote!(#runtime::Duration::new(#seconds, #nanos));
        self.set(setter, value.span(), &tokens);
        Ok(Known::Literal(literal))
    }

    fn factor(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        self.factor = Some(key);
        let factor = match number_literal(value) {
            None => self.user_expression(value),
            Some(literal) => {
                let factor = literal.and_then(|number| number.between("`factor`", 1.0, 1e9));
                factor.or_blame(value)?.to_token_stream()
            }
        };
        self.set("factor", value.span(), &factor);
        Ok(())
    }

    fn backoff(&mut self, value: &Expr) -> syn::Result<()> {
        const SHAPES: [(&str, &str); 5] = [
            ("exponential", "Exponential"),
            ("fixed", "Fixed"),
            ("linear", "Linear"),
            ("fibonacci", "Fibonacci"),
            ("decorrelated", "Decorrelated"),
        ];
        let name = word(value).map(ToString::to_string).unwrap_or_default();
        let shape = SHAPES.iter().find(|(word, _)| *word == name).ok_or_else(|| {
            let words = SHAPES.map(|(word, _)| word);
            unknown_word("backoff", &name, &words)
        });
        let variant = Ident::new(shape.or_blame(value)?.1, value.span());
        self.shape = Some(name);
        let runtime = &self.runtime;
        let shape = quote!(#runtime::Backoff::#variant);
        self.set("backoff", value.span(), &shape);
        Ok(())
    }

    fn jitter(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        const KINDS: [&str; 4] = ["additive", "full", "equal", "none"];
        let (name, ratio) = match call(value) {
            Some((name, ratio)) => (Some(name), Some(ratio)),
            None => (word(value), None),
        };
        let name = name.map(ToString::to_string).unwrap_or_default();
        let kind = match (name.as_str(), ratio.as_deref()) {
            ("additive", None) => Ok(quote!(additive(1.0))),
            ("additive", Some([ratio])) => {
                let ratio = self.ratio(ratio)?;
                Ok(quote!(additive(#ratio)))
            }
            ("additive", Some(_)) => {
                Err("`additive` takes one ratio: `jitter = additive(0.1)`".into())
            }
            ("full", None) => Ok(quote!(Full)),
            ("equal", None) => Ok(quote!(Equal)),
            ("none", None) => Ok(quote!(None)),
            (kind @ ("full" | "equal" | "none"), Some(_)) => {
                Err(format!("`{kind}` takes no ratio: `jitter = {kind}`"))
            }
            _ => Err(unknown_word("jitter", &name, &KINDS)),
        };
        let kind = kind.or_blame(value)?;
        let runtime = &self.runtime;
        let jitter = quote!(#runtime::Jitter::#kind);
        self.set("jitter", value.span(), &jitter);
        self.jitter = Some((key, name));
        Ok(())
    }

    fn ratio(&mut self, ratio: &Expr) -> syn::Result<TokenStream> {
        match number_literal(ratio) {
            None => Ok(self.user_expression(ratio)),
            Some(literal) => {
                let value = literal.and_then(|number| number.between("a jitter ratio", 0.0, 1.0));
                Ok(value.or_blame(ratio)?.to_token_stream())
            }
        }
    }

    fn status(&mut self, key: &Ident, value: Value, errors: &mut Errors) {
        let group = match value {
            Value::List(group) if !is_empty(&group) => group,
            Value::Unreadable => return,
            _ => {
                let message = "`status` takes codes and ranges: `status(429, 500..=599)`";
                return errors.at(key.span(), message);
            }
        };
        let Some(codes) = errors.ok(list::<Expr>(&group)) else { return };
        let runtime = &self.runtime;
        let mut set = quote!(#runtime::StatusSet::EMPTY);
        for code in codes.into_iter().map(ungroup) {
            if let Expr::Range(range) = &code {
                let Some((first, last)) = errors.ok(status_range(range).or_blame(range)) else {
                    continue;
                };
                errors.ok(self.status_code(first));
                errors.ok(self.status_code(last));
                set.extend(quote_spanned!(code.span()=> .with_range(#first..=#last)));
            } else {
                errors.ok(self.status_code(&code));
                set.extend(quote_spanned!(code.span()=> .with(#code)));
            }
        }
        self.set("status", key.span(), &set);
    }

    fn status_code(&mut self, code: &Expr) -> syn::Result<()> {
        match number_literal(code) {
            None => {
                self.user_expression(code);
                Ok(())
            }
            Some(literal) => literal.and_then(|number| number.status()).or_blame(code).map(drop),
        }
    }
}

fn refuse_base_above_cap(
    base: Option<&(Span, Known<Duration>)>,
    cap: Option<&(Span, Known<Duration>)>,
    errors: &mut Errors,
) {
    let literal = |set: Option<&(Span, Known<Duration>)>, default| {
        set.map_or(Some(default), |(_, known)| known.literal())
    };
    let Some((first, longest)) = literal(base, DEFAULT_BASE).zip(literal(cap, DEFAULT_CAP)) else {
        return;
    };
    if first <= longest {
        return;
    }
    let (span, message) = match (base, cap) {
        (Some((span, _)), None) => (
            *span,
            format!(
                "`base` ({first:?}) is above the default cap of {longest:?}; set `cap` as well"
            ),
        ),
        (None, Some((span, _))) => (
            *span,
            format!(
                "`cap` ({longest:?}) is below the default base of {first:?}; set `base` as well"
            ),
        ),
        (_, cap) => (
            cap.map_or_else(Span::call_site, |(span, _)| *span),
            format!("`cap` ({longest:?}) is below `base` ({first:?})"),
        ),
    };
    errors.at(span, message);
}
