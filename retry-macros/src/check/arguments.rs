//! The names of arguments in the attribute, beside those that the function has.

use syn::Ident;

use crate::errors::Errors;
use crate::parse::options::Options;

/// `names` are those that the parameters of the function bind.
pub(super) fn check(options: &Options, names: &[String], errors: &mut Errors) {
    for list in [&options.clone, &options.share] {
        for (index, listed) in list.iter().enumerate() {
            if !names.iter().any(|name| listed == name) {
                errors.at(listed.span(), unknown_argument(listed, names));
            } else if list[..index].contains(listed) {
                errors.at(listed.span(), format!("`{listed}` is listed twice"));
            }
        }
    }
    if let Some(attempt) = options.attempt.as_ref().filter(|name| names.contains(&name.to_string()))
    {
        errors.at(
            attempt.span(),
            format!("`{attempt}` is an argument already; give the attempt another name"),
        );
    }
    for listed in options.share.iter().filter(|listed| options.clone.contains(listed)) {
        errors.at(
            listed.span(),
            format!("`{listed}` is either cloned for each attempt or shared by all, not both"),
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
