//! The annotated function: its signature as a tree, its body as it is.
//!
//! The body stays a token stream: nothing in it needs to be understood, and parsing it would cost
//! every build of every user. It is also why a body that does not compile yet still completes in
//! an editor.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, Ident, Pat, PatIdent, PatType, Receiver, ReceiverKind, ReturnType, Signature,
    Token, Type, Visibility,
};

use crate::error::Errors;
use crate::options::Options;
use crate::tokens::find;

/// A function with its body unread.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) defaultness: Option<Token![default]>,
    pub(crate) signature: Signature,
    /// `#![…]` and `//!` at the top of the body.
    pub(crate) inner_attributes: Vec<Attribute>,
    pub(crate) body: Group,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let defaultness = input.parse()?;
        let signature = input.parse()?;
        let body = match input.parse()? {
            TokenTree::Group(body) => body,
            end => return Err(syn::Error::new(end.span(), NEEDED)),
        };
        let (inner_attributes, rest) = split_inner_attributes(body.stream())?;
        let mut rest = Group::new(Delimiter::Brace, rest);
        rest.set_span(body.span());
        Ok(Self { attributes, visibility, defaultness, signature, inner_attributes, body: rest })
    }
}

fn split_inner_attributes(body: TokenStream) -> syn::Result<(Vec<Attribute>, TokenStream)> {
    // Most bodies have none and need no second look.
    let mut first = body.clone().into_iter();
    let starts = matches!(first.next(), Some(TokenTree::Punct(hash)) if hash.as_char() == '#')
        && matches!(first.next(), Some(TokenTree::Punct(bang)) if bang.as_char() == '!');
    if !starts {
        return Ok((Vec::new(), body));
    }
    let parser = |input: ParseStream<'_>| {
        Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?))
    };
    syn::parse::Parser::parse2(parser, body)
}

/// What is said of everything else.
const NEEDED: &str = "`#[retry]` goes on an `async fn` with a body";

/// Why an item that is no function cannot be retried.
pub(crate) fn not_a_function(item: &TokenStream, error: syn::Error) -> syn::Error {
    let words = || {
        item.clone().into_iter().filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word),
            _ => None,
        })
    };
    if words().any(|word| word == "fn") {
        return error;
    }
    let kind = words().find(|word| word != "pub").map_or_else(Span::call_site, |word| word.span());
    syn::Error::new(kind, NEEDED)
}

/// What each attempt needs of an argument beyond a borrow.
pub(crate) struct Rebinding {
    pub(crate) name: Ident,
    pub(crate) mutability: Option<Token![mut]>,
    /// `#[cfg]` of the argument, to apply to whatever is made of it.
    pub(crate) conditions: TokenStream,
    pub(crate) kind: Kind,
}

/// How an attempt gets the argument.
pub(crate) enum Kind {
    /// As a clone; the name where `clone(…)` says so.
    Clone(Ident),
    /// As a new borrow of what it refers to.
    Reborrow,
    /// As a copy of a shared reference, since the body may point it elsewhere.
    Copy,
}

impl Function {
    /// The span of the return type: first and last token.
    pub(crate) fn return_span(&self) -> (Span, Span) {
        let ReturnType::Type(_, ty) = &self.signature.output else {
            let span = self.signature.ident.span();
            return (span, span);
        };
        let mut tokens = ty.to_token_stream().into_iter();
        let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
        (first, tokens.last().map_or(first, |token| token.span()))
    }

    /// The signature's mistakes: what cannot be retried at all.
    pub(crate) fn check(&self, errors: &mut Errors) {
        let signature = &self.signature;
        if let Some(constant) = &signature.constness {
            errors.under(constant, "`#[retry]` cannot wait in a `const fn`; remove `const`");
        } else if signature.asyncness.is_none() {
            errors.at(
                signature.fn_token.span(),
                "`#[retry]` needs an `async fn`; write it above an attribute that rewrites the \
                 function (such as `#[tokio::test]`)",
            );
        }
        if matches!(signature.output, ReturnType::Default) {
            errors.at(
                signature.ident.span(),
                "`#[retry]` needs a function that returns a `Result`; this one returns nothing, \
                 so no attempt can fail",
            );
        }
    }

    /// Refuses values of a constant policy that are only known when the function is called.
    // rustc would say "attempt to use a non-constant value in a constant", of a constant that the
    // user cannot see.
    pub(crate) fn check_constants(&self, options: &Options, errors: &mut Errors) {
        if options.policy.start.is_some() {
            return;
        }
        let inputs = self.signature.inputs.to_token_stream();
        let generics = self.signature.generics.params.to_token_stream();
        for value in &options.policy.expressions {
            let of_the_call = find(value, &|word, is_path| {
                word == "Self"
                    || find(&generics, &|generic, _| generic == word).is_some()
                    // `self::NAME` is a module's.
                    || (!is_path && (word == "self" || is_bound_in(&inputs, word)))
            });
            if let Some(word) = of_the_call {
                errors.at(
                    word.span(),
                    format!(
                        "`{word}` is not known when the policy is made, at compile time; build \
                         one at run time with `policy = RetryPolicy::new()…`, or keep one in a \
                         field: `policy = self.policy`"
                    ),
                );
            }
        }
    }

    /// Takes `mut` off the arguments that every attempt binds anew, and says which these are.
    pub(crate) fn rebind(&mut self, options: &Options, errors: &mut Errors) -> Vec<Rebinding> {
        let mut arguments =
            Arguments { options, rebindings: Vec::new(), names: Vec::new(), errors };
        for input in &mut self.signature.inputs {
            match input {
                FnArg::Receiver(receiver) => {
                    let by_value = !matches!(receiver.kind, ReceiverKind::Reference(..));
                    if by_value && receiver.mutability.is_some() {
                        arguments.mutable_self(receiver);
                    }
                    arguments.names.push("self".into());
                }
                FnArg::Typed(argument) => arguments.typed(argument),
            }
        }
        arguments.finish()
    }
}

/// Whether a parameter binds `name`; its type may stand in `inputs` as well, so capitals are out.
fn is_bound_in(inputs: &TokenStream, name: &Ident) -> bool {
    name.to_string().starts_with(|first: char| first.is_lowercase() || first == '_')
        && find(inputs, &|input, _| input == name).is_some()
}

struct Arguments<'a> {
    options: &'a Options,
    rebindings: Vec<Rebinding>,
    /// All names bound by the parameters.
    names: Vec<String>,
    errors: &'a mut Errors,
}

impl Arguments<'_> {
    fn mutable_self(&mut self, receiver: &Receiver) {
        if listed(&self.options.share, "self").is_none() {
            let Receiver { mutability, self_token, .. } = receiver;
            self.errors.under(
                quote!(#mutability #self_token),
                "`mut self` would carry changes into the next attempt; clone it inside the body, \
                 or add `share(self)` if attempts are meant to see each other's changes",
            );
        }
    }

    fn typed(&mut self, argument: &mut PatType) {
        let mut reference = match (&*argument.pat, peel(&argument.ty)) {
            (
                Pat::Ident(PatIdent { by_ref: None, subpat: None, .. }),
                Type::Reference(reference),
            ) => Some(if reference.mutability.is_some() { Kind::Reborrow } else { Kind::Copy }),
            _ => None,
        };
        let conditions = argument.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let conditions = quote!(#(#conditions)*);
        for_each_binding(&mut argument.pat, &mut |binding| {
            self.binding(binding, reference.take(), &conditions);
        });
    }

    fn binding(
        &mut self,
        binding: &mut PatIdent,
        reference: Option<Kind>,
        conditions: &TokenStream,
    ) {
        let name = binding.ident.to_string();
        let shared = listed(&self.options.share, &name).is_some();
        let cloned = listed(&self.options.clone, &name).cloned();
        self.names.push(name);
        if shared {
            return;
        }
        let is_mutable = binding.mutability.is_some() && binding.by_ref.is_none();
        let kind = match (cloned, reference) {
            (Some(listed), _) => Kind::Clone(listed),
            (None, Some(Kind::Copy)) if !is_mutable => return,
            (None, Some(kind)) => kind,
            (None, None) => {
                if is_mutable {
                    let name = &binding.ident;
                    let message = format!(
                        "`mut {name}` would carry changes into the next attempt; add \
                         `clone({name})` for a fresh copy in each, or `share({name})` if attempts \
                         are meant to see each other's changes"
                    );
                    self.errors.under(&*binding, message);
                }
                return;
            }
        };
        let mutability = if is_mutable { binding.mutability.take() } else { None };
        self.rebindings.push(Rebinding {
            name: binding.ident.clone(),
            mutability,
            conditions: conditions.clone(),
            kind,
        });
    }

    fn finish(self) -> Vec<Rebinding> {
        let Self { options, rebindings, names, errors } = self;
        for (key, list) in [("clone", &options.clone), ("share", &options.share)] {
            for (index, listed) in list.iter().enumerate() {
                if key == "clone" && listed == "self" {
                    errors.at(
                        listed.span(),
                        "`self` cannot be bound anew; clone inside the body what it consumes",
                    );
                } else if !names.iter().any(|name| listed == name) {
                    errors.at(listed.span(), unknown_argument(listed, &names));
                } else if list[..index].contains(listed) {
                    errors.at(listed.span(), format!("`{listed}` is listed twice"));
                }
            }
        }
        for listed in options.share.iter().filter(|listed| options.clone.contains(listed)) {
            errors.at(
                listed.span(),
                format!("`{listed}` is either cloned for each attempt or shared by all, not both"),
            );
        }
        rebindings
    }
}

fn listed<'l>(list: &'l [Ident], name: &str) -> Option<&'l Ident> {
    list.iter().find(|listed| *listed == name)
}

fn unknown_argument(name: &Ident, names: &[String]) -> String {
    if names.is_empty() {
        return format!("there is no argument `{name}`: the function takes none");
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("there is no argument `{name}`; the arguments are {}", quoted.join(", "))
}

/// The type inside the parentheses and invisible groups that macros leave around it.
fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        };
    }
}

fn for_each_binding(pattern: &mut Pat, visit: &mut impl FnMut(&mut PatIdent)) {
    match pattern {
        Pat::Ident(binding) => {
            visit(binding);
            if let Some((_, inner)) = &mut binding.subpat {
                for_each_binding(inner, visit);
            }
        }
        Pat::Tuple(tuple) => each(&mut tuple.elems, visit),
        Pat::TupleStruct(tuple) => each(&mut tuple.elems, visit),
        Pat::Slice(slice) => each(&mut slice.elems, visit),
        // Every alternative binds the same names.
        Pat::Or(or) => or.cases.iter_mut().take(1).for_each(|case| for_each_binding(case, visit)),
        Pat::Struct(fields) => {
            fields.fields.iter_mut().for_each(|field| for_each_binding(&mut field.pat, visit));
        }
        Pat::Paren(inner) => for_each_binding(&mut inner.pat, visit),
        Pat::Reference(inner) => for_each_binding(&mut inner.pat, visit),
        Pat::Type(inner) => for_each_binding(&mut inner.pat, visit),
        _ => {}
    }
}

fn each<'p>(
    patterns: impl IntoIterator<Item = &'p mut Pat>,
    visit: &mut impl FnMut(&mut PatIdent),
) {
    patterns.into_iter().for_each(|pattern| for_each_binding(pattern, visit));
}
