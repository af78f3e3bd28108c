//! Names of retried functions and operations.

use core::any::type_name;

/// The name of a retried function, or a function that finds it: finding it costs more than a retry.
#[derive(Clone, Copy, Debug)]
pub enum Name {
    /// The name itself.
    Known(&'static str),
    /// Finds the name.
    Found(fn() -> &'static str),
}

impl Name {
    /// The path of a type without generics; for a closure or an attempt, the path of its function, or its
    /// name alone in a generic type or an implemented trait; for a type without a path, such as a box,
    /// `retry`.
    pub(crate) const fn of_type<T>() -> Self {
        Self::Found(path_of::<T>)
    }

    /// The name.
    #[cold]
    pub(crate) fn get(self) -> &'static str {
        match self {
            Self::Known(name) => name,
            Self::Found(find) => find(),
        }
    }
}

/// The name of [`Name::of_type`].
pub(crate) fn path_of<T>() -> &'static str {
    path_in(type_name::<T>())
}

/// The path in the name of a type. Not generic, so that each type adds only its name to the program.
#[cold]
#[inline(never)]
fn path_in(name: &'static str) -> &'static str {
    let path = name.trim_end_matches("::{{closure}}");
    // A function inside an async function.
    let path = path.rsplit_once("{{closure}}::").map_or(path, |(_, function)| function);
    // A method of a generic type or of an implemented trait: its path has brackets in the middle.
    let path = path.rsplit_once(">::").map_or(path, |(_, method)| method);
    let path = path.split('<').next().unwrap_or(path);
    let is_path = path.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':');
    if is_path && !path.is_empty() && !path.starts_with("alloc::") { path } else { "retry" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_path_of_the_function() {
        let cases = [
            ("shop::fetch::{{closure}}::{{closure}}", "shop::fetch"),
            ("shop::Client::fetch::{{closure}}", "shop::Client::fetch"),
            ("shop::order::{{closure}}::fetch::{{closure}}::{{closure}}", "fetch"),
            ("shop::fetch<alloc::string::String>::{{closure}}", "shop::fetch"),
            ("alloc::boxed::Box<dyn core::ops::FnMut()>", "retry"),
            ("<shop::Client as shop::Fetch>::fetch::{{closure}}", "fetch"),
            ("shop::Page<u32>::fetch<u8>::{{closure}}", "fetch"),
            ("shop::sub::<impl shop::Client>::fetch::{{closure}}", "fetch"),
            ("fn() -> u32", "retry"),
        ];
        for (type_name, path) in cases {
            assert_eq!(path_in(type_name), path, "{type_name}");
        }
    }
}
