//! The keys of the policy: as calls of its builder, and the literals among them as a policy.

use core::fmt::Debug;
use core::time::Duration;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use retry_runtime::__private::deadline_within;
use retry_runtime::__private::values::{
    BACKOFFS, CUSTOM, FOREVER, GIVE_UP, JITTERS, LOGS, NESTED, REPEATS, STATUSES, SWITCHES, Word,
    meant,
};
use retry_runtime::{Backoff, Jitter, Ratio, RetryPolicy, StatusSet};
use syn::spanned::Spanned;
use syn::{Expr, ExprArray, ExprLit, Ident, Lit};

use crate::errors::{Errors, OrBlame};
use crate::parse::advice::{statuses, unknown_word};
use crate::parse::arguments::{Arg, Value, alternatives, call, is_empty, parse, ungroup, word};
use crate::parse::literals::{
    Number, duration_literal, duration_tokens, number_literal, status_range,
};
use crate::parse::runtime::Runtime;

/// `fits = …`: the limit on the worst case.
pub(crate) struct Fits {
    pub(crate) key: Ident,
    /// The value as it was written.
    pub(crate) value: TokenStream,
    /// The value as an expression of type `Duration`.
    pub(crate) tokens: TokenStream,
    pub(crate) literal: Option<Duration>,
}

/// A key whose value must suit another key's.
pub(crate) struct Set {
    pub(crate) key: Ident,
    pub(crate) is_literal: bool,
}

/// The policy of the attribute, read key by key.
#[derive(Default)]
pub(crate) struct Policy {
    /// The expression of `policy = …`; without it the policy is a constant.
    pub(crate) start: Option<Expr>,
    /// Builder calls for the other keys, to append to the start.
    pub(crate) setters: TokenStream,
    /// The values that are expressions; a constant cannot use arguments of the function.
    pub(crate) expressions: Vec<TokenStream>,
    /// The delays of a list that are expressions; they are constants beside `policy` too.
    pub(crate) constants: Vec<TokenStream>,
    /// The keys and their values as written.
    pub(crate) written: Vec<TokenStream>,
    /// The default policy with the literals applied.
    pub(crate) literal: RetryPolicy,
    /// Whether there is no limit on retries.
    pub(crate) is_unlimited: bool,
    /// Whether a key sets the limit on retries.
    has_limit: bool,
    pub(crate) base: Option<Set>,
    pub(crate) cap: Option<Set>,
    pub(crate) throttled_base: Option<Set>,
    pub(crate) throttled_cap: Option<Set>,
    /// The list of `delays = …`, which a constant policy begins with.
    pub(crate) delays: Option<TokenStream>,
    pub(crate) deadline: Option<Ident>,
    pub(crate) fits: Option<Fits>,
    pub(crate) factor: Option<Ident>,
    pub(crate) backoff: Option<(String, Backoff)>,
    pub(crate) jitter: Option<Ident>,
    runtime: Runtime,
    /// Whether the policy is a constant: its setters may refuse a value.
    is_constant: bool,
}

impl Policy {
    pub(crate) fn new(runtime: Runtime, is_constant: bool) -> Self {
        Self { runtime, is_constant, ..Self::default() }
    }

    /// Whether the next wait depends on the last one.
    pub(crate) fn is_decorrelated(&self) -> bool {
        matches!(self.backoff, Some((_, Backoff::Decorrelated)))
    }

    /// Whether a key sets a deadline.
    pub(crate) fn has_deadline(&self) -> bool {
        self.deadline.is_some() || self.fits.is_some()
    }

    /// Reads the value of a key of the policy.
    pub(crate) fn read(&mut self, key: Ident, value: Value, errors: &mut Errors) {
        let name = key.to_string();
        if name == "status" {
            return self.status(&key, value, errors);
        }
        if name == "throttled" {
            return self.throttled(&key, value, errors);
        }
        let Some(value) = value.expression(&key, errors) else { return };
        self.written.push(quote!(#key = #value));
        let result = match name.as_str() {
            "base" => self.base(key, &value),
            "cap" => self.cap(key, &value),
            "retry_after_cap" => self.retry_after_cap(&key, &value),
            "deadline" => self.deadline(key, &value),
            "fits" => self.fits(key, &value),
            "factor" => self.factor(key, &value),
            "backoff" => self.backoff(&value),
            "delays" => self.delays(&key, &value),
            "repeat" => self.repeat(&value),
            "nested" => self.nested(&value),
            "switch" => self.switch(&value),
            "log" => self.log(&value),
            "jitter" => self.jitter(key, &value),
            _ => self.retry_limit(&key, &value),
        };
        errors.ok(result);
    }

    fn set(&mut self, setter: &str, span: Span, value: &TokenStream) {
        let setter = Ident::new(setter, span);
        self.setters.extend(quote_spanned!(span=> .#setter(#value)));
    }

    /// Uses a user's expression in the policy.
    fn user_expression(&mut self, value: &Expr) -> TokenStream {
        let tokens = value.to_token_stream();
        self.expressions.push(tokens.clone());
        tokens
    }

    fn retry_limit(&mut self, key: &Ident, value: &Expr) -> syn::Result<()> {
        let span = value.span();
        let is_attempts = key == "attempts";
        self.has_limit = true;
        if word(value).is_some_and(|word| word == "forever") {
            self.setters.extend(quote_spanned!(span=> .unlimited()));
            self.literal = self.literal.unlimited();
            self.is_unlimited = true;
            return Ok(());
        }
        let written = word(value).map(ToString::to_string).unwrap_or_default();
        // Beside `policy = …` it may be a variable of this name.
        if self.is_constant && meant(&written, FOREVER).is_some() {
            let message = format!("for no limit on retries write `{key} = forever`");
            return Err(message).or_blame(value);
        }
        let retries = match number_literal(value) {
            None if is_attempts && !self.is_constant => {
                let attempts = self.user_expression(value);
                self.set("attempts", span, &attempts);
                return Ok(());
            }
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
                    "`attempts = 0` would never call the function; the minimum is 1"
                } else {
                    "`max = 0` never retries: remove the attribute, or use a constant whose value is 0"
                });
                let retries = retries.or_blame(value)?;
                self.literal = self.literal.max_retries(retries);
                Literal::u32_unsuffixed(retries).to_token_stream()
            }
        };
        self.set("max_retries", span, &retries);
        Ok(())
    }

    fn base(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        let literal = self.duration(&key, value, "base_delay")?;
        self.literal = literal.map_or(self.literal, |base| self.literal.base_delay(base));
        self.base = Some(Set { key, is_literal: literal.is_some() });
        Ok(())
    }

    fn cap(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        let literal = self.duration(&key, value, "max_delay")?;
        self.literal = literal.map_or(self.literal, |cap| self.literal.max_delay(cap));
        self.cap = Some(Set { key, is_literal: literal.is_some() });
        Ok(())
    }

    fn retry_after_cap(&mut self, key: &Ident, value: &Expr) -> syn::Result<()> {
        let Some(cap) = in_give_up(value)? else {
            let literal = self.duration(key, value, "retry_after_cap")?;
            self.literal = literal.map_or(self.literal, |cap| self.literal.retry_after_cap(cap));
            return Ok(());
        };
        let literal = self.duration(key, cap, "give_up_on_hint_over")?;
        self.literal = literal.map_or(self.literal, |cap| self.literal.give_up_on_hint_over(cap));
        Ok(())
    }

    fn deadline(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        let (tokens, literal) = self.duration_value(&key, value)?;
        self.set("deadline", value.span(), &tokens);
        let policy = self.literal;
        self.literal = literal.map_or(policy, |deadline| deadline_within(policy, deadline));
        self.deadline = Some(key);
        Ok(())
    }

    fn fits(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        let (tokens, literal) = self.duration_value(&key, value)?;
        let policy = self.literal;
        self.literal = literal.map_or(policy, |time| deadline_within(policy, time));
        self.fits = Some(Fits { key, value: value.to_token_stream(), tokens, literal });
        Ok(())
    }

    /// Sets a duration; returns it if it is a literal.
    fn duration(
        &mut self,
        key: &Ident,
        value: &Expr,
        setter: &str,
    ) -> syn::Result<Option<Duration>> {
        let (tokens, literal) = self.duration_value(key, value)?;
        self.set(setter, value.span(), &tokens);
        Ok(literal)
    }

    /// Returns a duration as tokens, and its value if it is a literal.
    fn duration_value(
        &mut self,
        key: &Ident,
        value: &Expr,
    ) -> syn::Result<(TokenStream, Option<Duration>)> {
        Ok(match duration_literal(key, value)? {
            Some(literal) => (duration_tokens(&self.runtime, literal), Some(literal)),
            None => (self.user_expression(value), None),
        })
    }

    fn factor(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        self.factor = Some(key);
        let factor = match number_literal(value) {
            None => {
                let factor = self.user_expression(value);
                self.set("factor", value.span(), &factor);
                return Ok(());
            }
            Some(literal) => {
                let factor = literal.or_blame(value)?.decimal();
                self.literal = self.literal.try_factor(factor).or_blame(value)?;
                Literal::f64_unsuffixed(factor).to_token_stream()
            }
        };
        self.set("factor", value.span(), &factor);
        Ok(())
    }

    fn backoff(&mut self, value: &Expr) -> syn::Result<()> {
        let with_argument = call(value).filter(|(name, _)| *name == CUSTOM);
        if let Some((_, arguments)) = with_argument {
            return self.custom_backoff(value, &arguments);
        }
        if word(value).is_some_and(|word| word == CUSTOM) {
            return self.custom_backoff(value, &[]);
        }
        let written = word(value).map(ToString::to_string).unwrap_or_default();
        let backoff = BACKOFFS.iter().find(|backoff| backoff.word == written);
        if backoff.is_none() && self.may_be_a_value(value, &written, BACKOFFS) {
            let backoff = self.user_expression(value);
            self.set("backoff", value.span(), &backoff);
            return Ok(());
        }
        let backoff = backoff.ok_or_else(|| unknown_word("backoff", value, BACKOFFS));
        let backoff = backoff.or_blame(value)?.value;
        self.backoff = Some((written, backoff));
        self.literal = self.literal.backoff(backoff);
        let runtime = &self.runtime;
        let variant = Ident::new(&format!("{backoff:?}"), value.span());
        let backoff = quote!(#runtime::Backoff::#variant);
        self.set("backoff", value.span(), &backoff);
        Ok(())
    }

    fn custom_backoff(&mut self, value: &Expr, arguments: &[&Expr]) -> syn::Result<()> {
        // Stands for the function, which is not known here.
        fn unknown(_: u32) -> Duration {
            Duration::ZERO
        }
        let [function] = arguments else {
            let message = "`custom` takes a function from the number of retries so far to a `Duration`: \
                           `backoff = custom(my_backoff)`";
            return Err(message).or_blame(value);
        };
        let function = self.user_expression(function);
        let backoff = Backoff::Custom(unknown);
        self.backoff = Some((format!("{CUSTOM}(…)"), backoff));
        self.literal = self.literal.backoff(backoff);
        let runtime = &self.runtime;
        let custom = quote_spanned!(value.span()=> #runtime::Backoff::Custom);
        let backoff = quote!(#custom(#function));
        self.set("backoff", value.span(), &backoff);
        Ok(())
    }

    fn delays(&mut self, key: &Ident, value: &Expr) -> syn::Result<()> {
        let array = match value {
            Expr::Reference(reference) if reference.mutability.is_none() => {
                ungrouped(&reference.expr)
            }
            value => value,
        };
        let list = match array {
            Expr::Array(array) => self.array_of_delays(key, array)?,
            Expr::Lit(_) => {
                let message = "`delays` takes a list: `delays = [\"100ms\", \"1s\", \"10s\"]`";
                return Err(message).or_blame(value);
            }
            _ => self.user_expression(value),
        };
        if self.is_constant {
            self.delays = Some(list);
        } else {
            // Before the limit on retries, which comes from the list unless a key sets it.
            let later = core::mem::take(&mut self.setters);
            self.set("delays", value.span(), &list);
            self.setters.extend(later);
        }
        Ok(())
    }

    /// The list as a constant of its own, so that it lasts for good beside `policy` too.
    fn array_of_delays(&mut self, key: &Ident, array: &ExprArray) -> syn::Result<TokenStream> {
        if array.elems.is_empty() {
            let message = "an empty list never retries: `delays = [\"100ms\", \"1s\", \"10s\"]`";
            return Err(message).or_blame(array);
        }
        let mut errors: Option<syn::Error> = None;
        let mut delays = TokenStream::new();
        let mut literals = Vec::new();
        for delay in &array.elems {
            match self.delay(key, ungrouped(delay)) {
                Ok((tokens, literal)) => {
                    delays.extend(quote!(#tokens,));
                    literals.push(literal);
                }
                Err(error) => match &mut errors {
                    Some(first) => first.combine(error),
                    None => errors = Some(error),
                },
            }
        }
        if let Some(errors) = errors {
            return Err(errors);
        }
        if let Some(literals) = literals.into_iter().collect() {
            self.literal_delays(literals);
        }
        let runtime = &self.runtime;
        Ok(quote_spanned! {array.span()=> {
            const __RETRY_DELAYS: &[#runtime::Duration] = &[#delays];
            __RETRY_DELAYS
        }})
    }

    /// A delay of a list as tokens, and its value if it is a literal.
    fn delay(&mut self, key: &Ident, delay: &Expr) -> syn::Result<(TokenStream, Option<Duration>)> {
        if let (Some(Ok(_)), Expr::Lit(number)) = (number_literal(delay), delay) {
            let number = number.to_token_stream();
            return Err(format!(
                "`{key}`: a duration has a unit; write `\"{number}s\"` for seconds or \
                 `\"{number}ms\"` for milliseconds"
            ))
            .or_blame(delay);
        }
        let (tokens, literal) = self.duration_value(key, delay)?;
        if literal.is_none() {
            self.constants.push(tokens.clone());
        }
        Ok((tokens, literal))
    }

    fn literal_delays(&mut self, delays: Vec<Duration>) {
        let retries = u32::try_from(delays.len()).unwrap_or(u32::MAX);
        // A policy borrows its list for good. A few bytes for each function that has one are lost when the
        // compiler ends.
        self.literal = self.literal.backoff(Backoff::List(delays.leak()));
        if !self.has_limit {
            self.literal = self.literal.max_retries(retries);
        }
    }

    fn throttled(&mut self, key: &Ident, value: Value, errors: &mut Errors) {
        let takes = "`throttled` takes a `base`, a `cap` or both: `throttled(base = \"1s\", cap = \"20s\")`";
        let group = match value {
            Value::List(group) if !is_empty(&group) => group,
            Value::Unreadable => return,
            _ => return errors.at(key.span(), takes),
        };
        self.written.push(quote!(#key #group));
        for Arg { key, value, .. } in parse(group.stream(), errors) {
            let is_base = key == "base";
            if !is_base && key != "cap" {
                errors.at(key.span(), takes);
                continue;
            }
            let set = if is_base { &self.throttled_base } else { &self.throttled_cap };
            if set.is_some() {
                errors.at(key.span(), format!("`{key}` is set twice"));
                continue;
            }
            let Some(value) = value.expression(&key, errors) else { continue };
            let setter = if is_base { "throttled_base" } else { "throttled_cap" };
            let Some(literal) = errors.ok(self.duration(&key, &value, setter)) else { continue };
            let policy = self.literal;
            let is_literal = literal.is_some();
            let set = Some(Set { key, is_literal });
            if is_base {
                self.literal = literal.map_or(policy, |base| policy.throttled_base(base));
                self.throttled_base = set;
            } else {
                self.literal = literal.map_or(policy, |cap| policy.throttled_cap(cap));
                self.throttled_cap = set;
            }
        }
    }

    fn repeat(&mut self, value: &Expr) -> syn::Result<()> {
        let repeat = self.variant("repeat", "Repeat", value, REPEATS)?;
        self.literal = repeat.map_or(self.literal, |repeat| self.literal.repeat(repeat));
        Ok(())
    }

    fn nested(&mut self, value: &Expr) -> syn::Result<()> {
        let nested = self.variant("nested", "Nested", value, NESTED)?;
        self.literal = nested.map_or(self.literal, |nested| self.literal.nested(nested));
        Ok(())
    }

    fn log(&mut self, value: &Expr) -> syn::Result<()> {
        let log = self.variant("log", "Log", value, LOGS)?;
        self.literal = log.map_or(self.literal, |log| self.literal.log(log));
        Ok(())
    }

    fn switch(&mut self, value: &Expr) -> syn::Result<()> {
        let switch = self.variant("switch", "Switch", value, SWITCHES)?;
        self.literal = switch.map_or(self.literal, |switch| self.literal.switch(switch));
        Ok(())
    }

    /// Reads a word that names a variant of an enum `kind`, or an expression of that type.
    fn variant<T: Copy + Debug>(
        &mut self,
        key: &str,
        kind: &str,
        value: &Expr,
        words: &[Word<T>],
    ) -> syn::Result<Option<T>> {
        let written = word(value).map(ToString::to_string).unwrap_or_default();
        let named = words.iter().find(|word| word.word == written);
        if named.is_none() && self.may_be_a_value(value, &written, words) {
            let tokens = self.user_expression(value);
            self.set(key, value.span(), &tokens);
            return Ok(None);
        }
        let named = named.ok_or_else(|| unknown_word(key, value, words));
        let variant = named.or_blame(value)?.value;
        let runtime = &self.runtime;
        let kind = Ident::new(kind, value.span());
        let name = Ident::new(&format!("{variant:?}"), value.span());
        let tokens = quote!(#runtime::#kind::#name);
        self.set(key, value.span(), &tokens);
        Ok(Some(variant))
    }

    fn jitter(&mut self, key: Ident, value: &Expr) -> syn::Result<()> {
        let (written, ratio) = match call(value) {
            Some((written, ratio)) => (Some(written), Some(ratio)),
            None => (word(value), None),
        };
        let written = written.map(ToString::to_string).unwrap_or_default();
        let Some(jitter) = JITTERS.iter().find(|jitter| jitter.word == written) else {
            if self.may_be_a_value(value, &written, JITTERS) {
                let jitter = self.user_expression(value);
                self.set("jitter", value.span(), &jitter);
                self.jitter = Some(key);
                return Ok(());
            }
            return Err(unknown_jitter(value)).or_blame(value);
        };
        let (jitter, tokens) = match (jitter.value, ratio.as_deref()) {
            (Jitter::Additive(_), None) => (jitter.value, quote!(Jitter::additive(1.0))),
            (Jitter::Additive(_), Some([ratio])) => {
                let (ratio, tokens) = self.ratio(ratio)?;
                let additive = self.of_ratio("additive", value);
                (Jitter::Additive(ratio), quote!(#additive(#tokens)))
            }
            (Jitter::Symmetric(_), Some([ratio])) => {
                let (ratio, tokens) = self.ratio(ratio)?;
                let symmetric = self.of_ratio("symmetric", value);
                (Jitter::Symmetric(ratio), quote!(#symmetric(#tokens)))
            }
            (Jitter::Absolute(_), Some([spread])) => {
                let (tokens, literal) = self.jitter_time(&key, spread)?;
                let absolute = quote_spanned!(value.span()=> Jitter::Absolute);
                let spread = literal.unwrap_or_default();
                (Jitter::Absolute(spread), quote!(#absolute(#tokens)))
            }
            (Jitter::Additive(_), Some(_)) => {
                return Err("`additive` takes one ratio: `jitter = additive(0.1)`").or_blame(value);
            }
            (Jitter::Symmetric(_), _) => {
                return Err("`symmetric` takes one ratio: `jitter = symmetric(0.5)`")
                    .or_blame(value);
            }
            (Jitter::Absolute(_), _) => {
                let message = "`absolute` takes a duration: `jitter = absolute(\"500ms\")`";
                return Err(message).or_blame(value);
            }
            (jitter, None) => {
                let variant = Ident::new(&format!("{jitter:?}"), value.span());
                (jitter, quote!(Jitter::#variant))
            }
            (_, Some(_)) => {
                let message = format!("`{written}` takes no ratio: `jitter = {written}`");
                return Err(message).or_blame(value);
            }
        };
        self.jitter = Some(key);
        self.literal = self.literal.jitter(jitter);
        let runtime = &self.runtime;
        let tokens = quote!(#runtime::#tokens);
        self.set("jitter", value.span(), &tokens);
        Ok(())
    }

    /// Whether an unknown word may be an expression, as beside `policy`. A near miss of a known
    /// word is not meant as a variable.
    fn may_be_a_value<T>(&self, value: &Expr, written: &str, words: &[Word<T>]) -> bool {
        let is_literal = matches!(value, Expr::Lit(_));
        !self.is_constant && !is_literal && (written.is_empty() || meant(written, words).is_none())
    }

    /// The function that makes a jitter of a ratio: of a constant, which is checked, or of any value.
    fn of_ratio(&self, name: &str, value: &Expr) -> TokenStream {
        let span = value.span();
        if self.is_constant {
            let name = Ident::new(name, span);
            quote_spanned!(span=> Jitter::#name)
        } else {
            Ident::new(&format!("{name}_or_whole"), span).to_token_stream()
        }
    }

    /// Reads the time of absolute jitter.
    fn jitter_time(
        &mut self,
        key: &Ident,
        spread: &Expr,
    ) -> syn::Result<(TokenStream, Option<Duration>)> {
        if let (Some(Ok(_)), Expr::Lit(number)) = (number_literal(spread), spread) {
            let number = number.to_token_stream();
            return Err(format!(
                "`absolute`: a duration has a unit; write `absolute(\"{number}s\")` for seconds or \
                 `absolute(\"{number}ms\")` for milliseconds"
            ))
            .or_blame(spread);
        }
        self.duration_value(key, spread)
    }

    /// Reads the ratio of additive or symmetric jitter; an expression is not checked.
    fn ratio(&mut self, value: &Expr) -> syn::Result<(Ratio, TokenStream)> {
        let Some(literal) = number_literal(value) else {
            return Ok((Ratio::ONE, self.user_expression(value)));
        };
        let number = literal.or_blame(value)?.decimal();
        let ratio = Ratio::try_new(number).ok_or("a jitter ratio is a number from 0 to 1");
        Ok((ratio.or_blame(value)?, Literal::f64_unsuffixed(number).to_token_stream()))
    }

    fn status(&mut self, key: &Ident, value: Value, errors: &mut Errors) {
        let group = match value {
            Value::List(group) if !is_empty(&group) => group,
            Value::Unreadable => return,
            _ => {
                let message = "`status` takes codes, ranges and names: `status(429, 500..=599)`, `status(transient)`";
                return errors.at(key.span(), message);
            }
        };
        self.written.push(quote!(#key #group));
        let Some(codes) = errors.ok(alternatives::<Expr>(&group)) else { return };
        let runtime = self.runtime.clone();
        let mut set = quote!(#runtime::StatusSet::EMPTY);
        for code in codes.into_iter().map(ungroup) {
            let Some(named) = errors.ok(self.named_statuses(&code)) else { continue };
            if let Some(named) = named {
                set.extend(quote_spanned!(code.span()=> .union(#runtime::StatusSet::#named)));
                continue;
            }
            let (first, last) = match &code {
                Expr::Range(range) => match errors.ok(status_range(range).or_blame(range)) {
                    Some(ends) => ends,
                    None => continue,
                },
                code => (code, code),
            };
            errors.ok(self.status_code(first));
            if !core::ptr::eq(first, last) {
                errors.ok(self.status_code(last));
            }
            set = if self.is_constant {
                quote_spanned!(code.span()=> #set.with_range(#first..=#last))
            } else {
                quote_spanned!(code.span()=> #runtime::with_statuses_of(#set, #first..=#last))
            };
        }
        self.set("status", key.span(), &set);
    }

    /// Returns the constant of a named set: `default`, `transient`. Beside `policy`, another word
    /// may be a variable, but without `policy` it cannot be a constant, because it is in small
    /// letters.
    fn named_statuses(&self, code: &Expr) -> syn::Result<Option<Ident>> {
        let Some(written) = word(code).map(ToString::to_string) else { return Ok(None) };
        if let Some(named) = STATUSES.iter().find(|named| named.word == written) {
            return Ok(Some(Ident::new(&named.word.to_uppercase(), code.span())));
        }
        let is_small = written.chars().all(|letter| letter.is_ascii_lowercase());
        match meant(&written, STATUSES).filter(|_| self.is_constant && is_small) {
            Some(meant) => Err(format!("did you mean `status({meant})`?")).or_blame(code),
            None => Ok(None),
        }
    }

    fn status_code(&mut self, code: &Expr) -> syn::Result<()> {
        let written = match code {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            // `5xx`, to Rust the number 5 with a suffix.
            Expr::Lit(ExprLit { lit: Lit::Int(class), .. })
                if class.suffix().eq_ignore_ascii_case("xx") =>
            {
                Some(class.to_string())
            }
            _ => None,
        };
        if let Some(written) = written {
            let message = match statuses(&written) {
                Some(statuses) if statuses.contains(|c: char| c.is_ascii_alphabetic()) => {
                    format!("write the statuses without quotes: `{statuses}`")
                }
                Some(statuses) => format!("a status is a number; write `{statuses}`"),
                None => "a status is a number: `status(429, 500..=599)`".into(),
            };
            return Err(message).or_blame(code);
        }
        let Some(literal) = number_literal(code) else {
            self.user_expression(code);
            return Ok(());
        };
        let code_is_status = |number: Number| {
            let code = number.status()?;
            StatusSet::EMPTY.try_with_range(code..=code)
        };
        let checked = literal.map(code_is_status).or_blame(code)?;
        checked
            .map(drop)
            .ok_or("an HTTP status is a number from 200 to 599, except 320 to 399")
            .or_blame(code)
    }
}

/// [`ungroup`] by reference.
fn ungrouped(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}

/// Returns the longest hint of `give_up("5m")`; an error if `give_up` has other arguments.
fn in_give_up(value: &Expr) -> syn::Result<Option<&Expr>> {
    let with_arguments = call(value);
    let name = with_arguments.as_ref().map(|(name, _)| *name).or_else(|| word(value));
    if name.is_none_or(|name| name != GIVE_UP) {
        return Ok(None);
    }
    match with_arguments.as_ref().map(|(_, arguments)| arguments.as_slice()) {
        Some([cap]) => match number_literal(cap) {
            Some(Ok(_)) if matches!(cap, Expr::Lit(_)) => {
                let number = cap.to_token_stream();
                Err(format!(
                    "`give_up`: a duration has a unit; write `give_up(\"{number}s\")` for seconds or \
                     `give_up(\"{number}ms\")` for milliseconds"
                ))
                .or_blame(cap)
            }
            _ => Ok(Some(cap)),
        },
        _ => Err("`give_up` takes the longest hint obeyed: `retry_after_cap = give_up(\"5m\")`")
            .or_blame(value),
    }
}

/// The message for an unknown `jitter`; a number is probably meant as the ratio.
fn unknown_jitter(value: &Expr) -> String {
    let message = unknown_word("jitter", value, JITTERS);
    let Some(Ok(number)) = number_literal(value) else { return message };
    let ratio = number.decimal();
    let is_ratio = Ratio::try_new(ratio).is_some();
    if is_ratio { format!("{message}; write `jitter = additive({ratio})`") } else { message }
}
