//! Checks `clone(…)`, `share(…)`, `attempt = …` and `key = …` against the arguments of the function.

use syn::Ident;

use crate::errors::Errors;
use crate::parse::options::{Options, listed};
use crate::parse::parameters::{Binding, Parameters, Receiver};

pub(super) fn check(options: &Options, parameters: &Parameters, errors: &mut Errors) {
    if let Some(receiver) = &parameters.receiver {
        check_receiver(options, receiver, errors);
    }
    for binding in &parameters.bindings {
        check_binding(options, binding, errors);
    }
    check_names(options, &parameters.names(), errors);
}

/// Reports a `mut self` whose changes would carry into the next attempt.
fn check_receiver(options: &Options, receiver: &Receiver, errors: &mut Errors) {
    let cloned = listed(&options.clone, "self");
    if let (Some(listed), Some(_)) = (cloned, &receiver.reference) {
        errors.at(listed.span(), clone_of_a_reference("self"));
    }
    let is_listed = cloned.is_some() || listed(&options.share, "self").is_some();
    if let (false, Some(tokens)) = (is_listed, &receiver.mutable) {
        errors.under(tokens, mutable("mut", "self"));
    }
}

/// Reports a `mut` argument whose changes would carry into the next attempt, and lists that do not
/// suit an argument.
fn check_binding(options: &Options, binding: &Binding, errors: &mut Errors) {
    let name = binding.name.ident.to_string();
    let cloned = listed(&options.clone, &name);
    let shared = listed(&options.share, &name);
    match (shared, cloned) {
        (Some(listed), None) if !binding.is_mutable() => errors
            .at(listed.span(), format!("`{name}` is not `mut`, so there are no changes to share")),
        (_, Some(listed)) if binding.is_reference() => {
            errors.at(listed.span(), clone_of_a_reference(&name));
        }
        (None, None) if binding.is_changed() => {
            let words = if binding.name.by_ref.is_some() { "ref mut" } else { "mut" };
            errors.under(&binding.name, mutable(words, &name));
        }
        _ => {}
    }
}

/// Checks the names in the attribute against `names`, which the parameters bind.
fn check_names(options: &Options, names: &[String], errors: &mut Errors) {
    for list in [&options.clone, &options.share] {
        for (index, listed) in list.iter().enumerate() {
            if !names.iter().any(|name| listed == name) {
                errors.at(listed.span(), unknown_argument(listed, names));
            } else if list[..index].contains(listed) {
                errors.at(listed.span(), format!("`{listed}` is listed twice"));
            }
        }
    }
    for (bound, what) in [(&options.attempt, "attempt"), (&options.key, "key")] {
        if let Some(bound) = bound.as_ref().filter(|name| names.contains(&name.to_string())) {
            let message = format!("`{bound}` is already an argument; give the {what} another name");
            errors.at(bound.span(), message);
        }
    }
    if let Some(key) = options.key.as_ref().filter(|key| options.attempt.as_ref() == Some(key)) {
        errors.at(key.span(), format!("`{key}` is already the attempt; give the key another name"));
    }
    for listed in options.share.iter().filter(|listed| options.clone.contains(listed)) {
        errors.at(
            listed.span(),
            format!("`{listed}` can be cloned for each attempt or shared by all, not both"),
        );
    }
}

fn unknown_argument(name: &Ident, names: &[String]) -> String {
    if names.is_empty() {
        return format!("there is no argument `{name}`: the function takes none");
    }
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("there is no argument `{name}`; the arguments are {}", quoted.join(", "))
}

fn mutable(words: &str, name: &str) -> String {
    format!(
        "`{words} {name}` would carry changes into the next attempt; add `clone({name})` for a fresh \
         copy in each, or `share({name})` if attempts are meant to see each other's changes"
    )
}

fn clone_of_a_reference(name: &str) -> String {
    format!(
        "`{name}` is a reference, which every attempt borrows anew; clone what it points to inside \
         the body"
    )
}
