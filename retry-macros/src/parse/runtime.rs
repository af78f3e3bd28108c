//! The module of the runtime that the expansion names.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::parse::arguments::{Arg, Value};

/// The path of `__private`.
// Not a `TokenStream`: every interpolation of one is a call of the compiler, and an expansion
// names the runtime a dozen times.
#[derive(Clone, Default)]
pub(crate) struct Runtime(Vec<TokenTree>);

impl Runtime {
    /// Where `crate = path` says that it is, or else in `::retry_kit`.
    pub(crate) fn of(args: &[Arg]) -> Self {
        let path = args.iter().find_map(|arg| match &arg.value {
            Value::Path(path) => Some(path.to_token_stream()),
            _ => None,
        });
        let path = path.unwrap_or_else(|| quote!(::retry_kit));
        Self(quote!(#path::__private).into_iter().collect())
    }
}

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}
