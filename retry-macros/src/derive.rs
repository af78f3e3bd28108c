//! `#[derive(Classify)]`: turns the word on each variant into a `match`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use retry_runtime::__private::near_miss;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, Generics, Index, Meta, Path, Token, Type,
    WherePredicate, parenthesized,
};

use crate::errors::Errors;
use crate::tokens::{find, shown_at};

const CLASSES: [&str; 7] =
    ["transient", "unsent", "permanent", "throttled", "status", "sqlstate", "forward"];

const CHOICES: &str = "\
    #[classify(transient)]        another attempt may succeed\n\
    #[classify(unsent)]           the server never processed the request; another attempt may succeed\n\
    #[classify(permanent)]        another attempt cannot help\n\
    #[classify(throttled)]        the other side is busy; `throttled(retry_after = FIELD)` if it says for how long\n\
    #[classify(status = FIELD)]   an HTTP status decides; `status(FIELD, retry_after = FIELD)` with a hint\n\
    #[classify(sqlstate = FIELD)] the code of an SQL database decides\n\
    #[classify(forward)]          the error inside decides; `forward = FIELD` if there are several fields";

/// Implements `Classify`. With mistakes, returns all of them and an implementation in which every
/// error is permanent: a missing one would cause more errors.
pub(crate) fn classify(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let runtime = runtime(&input.attrs, &mut errors);
    let mut bounds = Vec::new();
    let mut arms = Vec::new();
    let mut read = |name: &Ident, path: TokenStream, attributes: &[Attribute], fields: &Fields| {
        let class = Class::of(name, attributes, &mut errors)?;
        for field in fields {
            let place = "put the class on the variant and name the field there: `forward = 0`";
            refuse_classes(&field.attrs, &mut errors, place);
        }
        let arm = Arm { runtime: &runtime, fields, name: &input.ident, generics: &input.generics };
        arms.push(errors.ok(arm.build(&class, &path, &mut bounds))?);
        Some(())
    };
    match &input.data {
        Data::Struct(data) => {
            read(&input.ident, quote!(Self), &input.attrs, &data.fields);
        }
        Data::Enum(data) => {
            for variant in &data.variants {
                let name = &variant.ident;
                read(name, quote!(Self::#name), &variant.attrs, &variant.fields);
            }
        }
        Data::Union(data) => errors.at(
            data.union_token.span,
            "`#[derive(Classify)]` works on enums and structs, not on unions",
        ),
    }
    if matches!(input.data, Data::Enum(_)) {
        refuse_classes(&input.attrs, &mut errors, "put a class on each variant instead");
    }
    let mistakes = errors.finish();
    let body = match (&mistakes, &input.data) {
        (Some(_), _) => quote!(#runtime::ErrorClass::Permanent),
        (None, Data::Enum(data)) if data.variants.is_empty() => quote!(match *self {}),
        (None, _) => quote!(match self { #(#arms)* }),
    };
    let name = &input.ident;
    let (parameters, arguments, conditions) = input.generics.split_for_impl();
    let conditions = conditions.map(|clause| clause.predicates.iter().collect::<Vec<_>>());
    let conditions = conditions.unwrap_or_default();
    quote! {
        #[automatically_derived]
        impl #parameters #runtime::Classify for #name #arguments
        where
            #(#conditions,)*
            #(#bounds,)*
        {
            fn classify(&self) -> #runtime::ErrorClass {
                #body
            }
        }
        #mistakes
    }
}

/// Reports classes in places where they have no effect.
fn refuse_classes(attributes: &[Attribute], errors: &mut Errors, instead: &str) {
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        if !matches!(attribute.parse_args::<Word>(), Ok(Word::Crate(_))) {
            errors.under(attribute, instead);
        }
    }
}

/// Returns the path of `#[classify(crate = …)]` on the type.
fn runtime(attributes: &[Attribute], errors: &mut Errors) -> TokenStream {
    let mut path = quote!(::retry_kit);
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        if let Some(Word::Crate(given)) = errors.ok(attribute.parse_args_with(Word::parse_or_skip))
        {
            path = given.to_token_stream();
        }
    }
    quote!(#path::__private)
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("classify")
}

/// A field by its name or index.
struct FieldName(syn::Member);

impl Parse for FieldName {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse().map(Self).map_err(|error| {
            syn::Error::new(error.span(), "expected a field: its name, or its index such as `0`")
        })
    }
}

/// The content of one `#[classify(…)]`.
enum Word {
    Class(Class),
    Crate(Path),
    /// A class, while looking only for `crate`.
    Skipped,
}

impl Word {
    /// Reads `crate = path`, and skips a class.
    fn parse_or_skip(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![crate]) {
            return Self::parse(input);
        }
        input.parse::<TokenStream>().map(|_| Self::Skipped)
    }
}

impl Parse for Word {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![crate]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            return input.call(Path::parse_mod_style).map(Self::Crate);
        }
        if input.is_empty() {
            let message = format!("`classify` takes a class:\n{CHOICES}");
            return Err(syn::Error::new(input.span(), message));
        }
        let class = input.parse().map(Self::Class)?;
        input.parse::<Option<Token![,]>>()?;
        if input.is_empty() {
            return Ok(class);
        }
        Err(input.error(
            "expected a single class; it names a field as in `forward = inner`, `status = code`, \
             `status(code, retry_after = wait)` or `throttled(retry_after = wait)`",
        ))
    }
}

/// The class of a variant.
enum Class {
    Transient,
    Unsent,
    Permanent,
    Throttled { retry_after: Option<FieldName> },
    Status { code: FieldName, retry_after: Option<FieldName> },
    SqlState { code: FieldName },
    Forward { word: Span, field: Option<FieldName> },
}

impl Parse for Class {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let word = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), format!("expected a class:\n{CHOICES}"))
        })?;
        match word.to_string().as_str() {
            "transient" => Ok(Self::Transient),
            "unsent" => Ok(Self::Unsent),
            "permanent" => Ok(Self::Permanent),
            "throttled" => {
                let retry_after = if input.peek(syn::token::Paren) {
                    let list;
                    parenthesized!(list in input);
                    Some(parse_retry_after(&list)?)
                } else {
                    None
                };
                Ok(Self::Throttled { retry_after })
            }
            "status" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                Ok(Self::Status { code: input.parse()?, retry_after: None })
            }
            "status" if input.peek(syn::token::Paren) => {
                let list;
                parenthesized!(list in input);
                let code = list.parse()?;
                let mut retry_after = None;
                if list.parse::<Option<Token![,]>>()?.is_some() && !list.is_empty() {
                    retry_after = Some(parse_retry_after(&list)?);
                }
                Ok(Self::Status { code, retry_after })
            }
            "status" => Err(syn::Error::new(
                word.span(),
                "`status` names the field that holds the code: `status = code` or `status = 0`",
            )),
            "sqlstate" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                Ok(Self::SqlState { code: input.parse()? })
            }
            "sqlstate" if input.peek(syn::token::Paren) => {
                let list;
                parenthesized!(list in input);
                let code = list.parse()?;
                list.parse::<Option<Token![,]>>()?;
                if list.is_empty() {
                    Ok(Self::SqlState { code })
                } else {
                    Err(list.error(
                        "expected nothing after the field of `sqlstate`: a database sends no hint",
                    ))
                }
            }
            "sqlstate" => Err(syn::Error::new(
                word.span(),
                "`sqlstate` names the field that holds the code: `sqlstate = code` or `sqlstate = 0`",
            )),
            "forward" if input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                Ok(Self::Forward { word: word.span(), field: Some(input.parse()?) })
            }
            "forward" => Ok(Self::Forward { word: word.span(), field: None }),
            unknown => {
                let meant = near_miss(unknown, &CLASSES);
                let hint = meant.map(|meant| format!("; did you mean `{meant}`?"));
                let hint = hint.unwrap_or_default();
                let message =
                    format!("unknown class `{unknown}`{hint}\nthe choices are:\n{CHOICES}");
                Err(syn::Error::new(word.span(), message))
            }
        }
    }
}

fn parse_retry_after(input: ParseStream<'_>) -> syn::Result<FieldName> {
    let word = input.call(Ident::parse_any)?;
    if word != "retry_after" {
        return Err(syn::Error::new(word.span(), "expected `retry_after = FIELD`"));
    }
    input.parse::<Token![=]>()?;
    let field = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() {
        Ok(field)
    } else {
        Err(input.error("expected nothing after `retry_after`"))
    }
}

impl Class {
    /// Returns the only class among `attributes`; reports a missing or a second one.
    fn of(name: &Ident, attributes: &[Attribute], errors: &mut Errors) -> Option<Self> {
        let mut class = None;
        for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
            if !matches!(attribute.meta, Meta::List(_)) {
                errors.under(attribute, format!("`classify` takes a class:\n{CHOICES}"));
                return None;
            }
            match errors.ok(attribute.parse_args::<Word>())? {
                Word::Class(_) if class.is_some() => {
                    errors.under(attribute, format!("`{name}` has two classes; one is enough"));
                }
                Word::Class(given) => class = Some(given),
                Word::Crate(_) | Word::Skipped => {}
            }
        }
        if class.is_none() {
            errors.at(name.span(), format!("`{name}` has no class; add one of\n{CHOICES}"));
        }
        class
    }
}

/// Builds the arm of one variant.
struct Arm<'a> {
    runtime: &'a TokenStream,
    fields: &'a Fields,
    /// The type to implement `Classify` for.
    name: &'a Ident,
    generics: &'a Generics,
}

impl Arm<'_> {
    fn build(
        &self,
        class: &Class,
        path: &TokenStream,
        bounds: &mut Vec<WherePredicate>,
    ) -> syn::Result<TokenStream> {
        let runtime = self.runtime;
        let (pattern, class) = match class {
            Class::Transient => (quote!({ .. }), quote!(#runtime::ErrorClass::Transient)),
            Class::Unsent => (quote!({ .. }), quote!(#runtime::ErrorClass::Unsent)),
            Class::Permanent => (quote!({ .. }), quote!(#runtime::ErrorClass::Permanent)),
            Class::Throttled { retry_after } => {
                let (pattern, hint) = self.hint(retry_after.as_ref())?;
                let class = quote!(#runtime::ErrorClass::Throttled { retry_after: #hint });
                (quote!({ #pattern .. }), class)
            }
            Class::Status { code, retry_after } => {
                let (_, code_pattern, code) = self.field(code, "__retry_code")?;
                let (hint_pattern, hint) = self.hint(retry_after.as_ref())?;
                let function = shown_at(&quote!(#runtime::status_class), code.span());
                let class = quote_spanned!(code.span()=> #function(#code, #hint));
                (quote!({ #code_pattern #hint_pattern .. }), class)
            }
            Class::SqlState { code } => {
                let (_, pattern, code) = self.field(code, "__retry_code")?;
                let function = shown_at(&quote!(#runtime::sqlstate_class), code.span());
                let class = quote_spanned!(code.span()=> #function(#code));
                (quote!({ #pattern .. }), class)
            }
            Class::Forward { word, field } => {
                let (field, pattern, inner) = match field {
                    Some(field) => self.field(field, "__retry_inner")?,
                    None => self.field(&self.only_field(*word)?, "__retry_inner")?,
                };
                if self.is_generic(&field.ty) {
                    let ty = &field.ty;
                    bounds.push(syn::parse2(quote!(#ty: #runtime::Forward))?);
                }
                let function = shown_at(&quote!(#runtime::Forward::class), inner.span());
                let class = quote_spanned!(inner.span()=> #function(#inner));
                (quote!({ #pattern .. }), class)
            }
        };
        Ok(quote!(#path #pattern => #class,))
    }

    fn hint(&self, field: Option<&FieldName>) -> syn::Result<(TokenStream, TokenStream)> {
        let Some(field) = field else {
            return Ok((TokenStream::new(), quote!(::core::option::Option::None)));
        };
        let runtime = self.runtime;
        let (_, pattern, hint) = self.field(field, "__retry_hint")?;
        let function = shown_at(&quote!(#runtime::Hint::hint), hint.span());
        Ok((pattern, quote_spanned!(hint.span()=> #function(#hint))))
    }

    /// Returns the field, its part of the pattern, and the name that the pattern binds.
    fn field(
        &self,
        FieldName(member): &FieldName,
        binding: &str,
    ) -> syn::Result<(&Field, TokenStream, Ident)> {
        let known: Vec<syn::Member> = self.fields.members().collect();
        let found = known.iter().zip(self.fields).find(|(known, _)| *known == member);
        let Some((_, field)) = found else {
            let message = if known.is_empty() {
                "there are no fields".to_owned()
            } else {
                let known: Vec<String> =
                    known.iter().map(|known| format!("`{}`", known.to_token_stream())).collect();
                format!("there is no such field; the fields are {}", known.join(", "))
            };
            return Err(syn::Error::new(member.span(), message));
        };
        // The span of the field, where rustc should report a wrong type.
        let span = field.ty.span().resolved_at(Span::mixed_site());
        let binding = Ident::new(binding, span);
        Ok((field, quote!(#member: #binding,), binding))
    }

    fn only_field(&self, word: Span) -> syn::Result<FieldName> {
        let mut members = self.fields.members();
        match (members.next(), members.next()) {
            (Some(only), None) => Ok(FieldName(only)),
            (None, _) => Err(syn::Error::new(word, "there is no field to forward to")),
            (Some(first), Some(_)) => {
                let first = match &first {
                    syn::Member::Named(name) => name.to_string(),
                    syn::Member::Unnamed(Index { index, .. }) => index.to_string(),
                };
                Err(syn::Error::new(
                    word,
                    format!("there are several fields; say which: `forward = {first}`"),
                ))
            }
        }
    }

    /// Whether a type depends on a parameter, so that the implementation needs a bound.
    fn is_generic(&self, ty: &Type) -> bool {
        let parameters = || self.generics.type_params();
        let is_parameter = |word: &Ident| parameters().any(|parameter| parameter.ident == *word);
        // A recursive type would require itself.
        let is_itself = |word: &Ident| word == self.name || word == "Self";
        let ty = ty.to_token_stream();
        find(&ty, &|word, _| is_parameter(word)).is_some()
            && find(&ty, &|word, _| is_itself(word)).is_none()
    }
}
