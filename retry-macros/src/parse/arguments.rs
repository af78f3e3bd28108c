//! Parses the argument list of the attribute: `key = value`, `key(list)` and `key`, separated by
//! commas.
//!
//! Does not know the meaning of a key; [`options`](crate::parse::options) does.

use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};
use retry_runtime::__private::words::Key;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, Path, Token};

use crate::errors::Errors;

/// One argument.
pub(crate) struct Arg {
    pub(crate) key: Ident,
    /// The key as written, if it is not an identifier: `max-retries`.
    pub(crate) hyphenated: Option<String>,
    pub(crate) value: Value,
}

/// The value after a key.
pub(crate) enum Value {
    /// Nothing.
    None,
    /// `= expression`
    Expr(Expr),
    /// `= path`, for `crate`
    Path(Path),
    /// `(…)`
    List(Group),
    /// A value with a mistake that has been reported.
    Unreadable,
}

impl Value {
    /// Returns the expression, or reports another kind of value.
    pub(crate) fn expression(self, key: &Ident, errors: &mut Errors) -> Option<Expr> {
        match self {
            Self::Expr(expr) => Some(expr),
            Self::Unreadable => None,
            _ => {
                let example = Key::named(&key.to_string()).map_or("", |key| key.example);
                errors.at(key.span(), format!("`{key}` takes a value: `{example}`"));
                None
            }
        }
    }
}

/// Reads all arguments. Reports mistakes and continues after the next comma.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Vec<Arg> {
    let parser = |input: ParseStream<'_>| Ok(parse_all(input, errors));
    // `parse_all` reads to the end and reports its own errors.
    parser.parse2(tokens).unwrap_or_default()
}

fn parse_all(input: ParseStream<'_>, errors: &mut Errors) -> Vec<Arg> {
    let mut args: Vec<Arg> = Vec::new();
    while !input.is_empty() {
        if let Ok(key) = input.call(Ident::parse_any) {
            let (key, hyphenated) = with_hyphens(key, input);
            let value = errors.ok(parse_value(&key, input)).unwrap_or_else(|| {
                skip_to_comma(input);
                Value::Unreadable
            });
            args.push(Arg { key, hyphenated, value });
        } else {
            errors.at(input.span(), "expected an option such as `max = 3` or `base = \"1s\"`");
            skip_to_comma(input);
        }
        if input.is_empty() {
            break;
        }
        if input.parse::<Token![,]>().is_err() {
            errors.at(input.span(), missing_comma(input));
            if !input.peek(Ident::peek_any) {
                skip_to_comma(input);
                let _ = input.parse::<Token![,]>();
            }
        }
    }
    args
}

/// Reads the rest of a key with hyphens, as in configuration files of other libraries.
fn with_hyphens(key: Ident, input: ParseStream<'_>) -> (Ident, Option<String>) {
    let mut written = key.to_string();
    while input.peek(Token![-]) && input.peek2(Ident::peek_any) {
        let (Ok(_), Ok(part)) = (input.parse::<Token![-]>(), input.call(Ident::parse_any)) else {
            break;
        };
        written = format!("{written}-{part}");
    }
    if key == written {
        return (key, None);
    }
    (Ident::new(&written.replace('-', "_"), key.span()), Some(written))
}

fn missing_comma(input: ParseStream<'_>) -> String {
    match input.fork().call(Ident::parse_any) {
        Ok(next) => format!("expected a comma before `{next}`"),
        Err(_) => "expected a comma here".into(),
    }
}

fn parse_value(key: &Ident, input: ParseStream<'_>) -> syn::Result<Value> {
    if input.peek(syn::token::Paren) {
        return match input.parse()? {
            TokenTree::Group(group) => Ok(Value::List(group)),
            other => Err(syn::Error::new(other.span(), "expected `(`")),
        };
    }
    if input.parse::<Option<Token![=]>>()?.is_none() {
        // An identifier is the next option; anything else is meant as the value.
        if input.is_empty() || input.peek(Token![,]) || input.peek(Ident::peek_any) {
            return Ok(Value::None);
        }
        return Err(input.error(format!("expected `=`: write `{key} = …`")));
    }
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(key.span(), format!("`{key} =` is missing its value")));
    }
    if key == "crate" {
        let path = input.call(Path::parse_mod_style).map(Value::Path);
        let message = "`crate` takes a path: `crate = ::my_kit::retry`";
        return path.map_err(|error| syn::Error::new(error.span(), message));
    }
    // `attempt = mut attempt` is a likely mistake, and `mut` does not parse as an expression.
    if key == "attempt" && input.peek(Token![mut]) {
        let message = "`attempt` is not `mut`: write `attempt = attempt`";
        return Err(input.error(message));
    }
    if let Some(literal) = lone_literal(input) {
        return Ok(Value::Expr(literal));
    }
    let value = input.parse().map(|value| Value::Expr(ungroup(value)));
    value.map_err(|error| at_end(error, key.span(), format!("the value of `{key}` is incomplete")))
}

/// Reports `message` at `span` instead of an error at the end of the input, which has no span.
pub(crate) fn at_end(error: syn::Error, span: Span, message: String) -> syn::Error {
    if error.to_string().starts_with("unexpected end of input") {
        syn::Error::new(span, message)
    } else {
        error
    }
}

/// Reads a literal that is the whole value, as most are. The expression parser would cost each
/// build some tens of thousands of instructions per annotated function.
fn lone_literal(input: ParseStream<'_>) -> Option<Expr> {
    // A sign is an operator on the literal, with a span of its own in messages.
    if input.peek(Token![-]) {
        return None;
    }
    let ahead = input.fork();
    let lit = ahead.parse().ok()?;
    if !ahead.is_empty() && !ahead.peek(Token![,]) {
        return None;
    }
    input.advance_to(&ahead);
    Some(Expr::Lit(ExprLit { attrs: Vec::new(), lit }))
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}

/// Returns the expression inside the invisible group around a `macro_rules!` variable.
pub(crate) fn ungroup(mut expr: Expr) -> Expr {
    while let Expr::Group(group) = expr {
        expr = *group.expr;
    }
    expr
}

/// Reads the items of a list, separated by commas or `|`.
///
/// Parses the items one by one, because `|` between numbers would be an operator.
pub(crate) fn alternatives<T: Parse>(group: &Group) -> syn::Result<Vec<T>> {
    let tokens = group.stream().into_iter().map(|token| match token {
        TokenTree::Punct(bar) if bar.as_char() == '|' => {
            let mut comma = Punct::new(',', Spacing::Alone);
            comma.set_span(bar.span());
            TokenTree::Punct(comma)
        }
        token => token,
    });
    let parser = Punctuated::<T, Token![,]>::parse_terminated;
    parser.parse2(tokens.collect()).map(|items| items.into_iter().collect())
}

/// `name(…)` as an expression: its name and its arguments.
pub(crate) fn call(expr: &Expr) -> Option<(&Ident, Vec<&Expr>)> {
    let Expr::Call(call) = expr else { return None };
    Some((word(&call.func)?, call.args.iter().collect()))
}

/// Returns the word that an expression probably means: `full`, `"full"`, `Jitter::Full`, `full()`.
pub(crate) fn word_meant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Expr::Call(call) => word_meant(&call.func),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Some(value.value.to_string()),
        _ => None,
    }
}

/// A single word as an expression.
pub(crate) fn word(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// Whether a group is an empty pair of parentheses.
pub(crate) fn is_empty(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty()
}
