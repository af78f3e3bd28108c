//! The keys of the attribute as items, because editors complete and explain imports.

#![allow(non_upper_case_globals, reason = "they are keys")]

macro_rules! items {
    ($($name:tt { $($field:tt)* })*) => { $(item!($name $($field)*);)* };
}

macro_rules! item {
    // No item can have this name.
    (crate $($field:tt)*) => {};
    ($name:ident
        kind: $kind:ident, in_configuration: $_in:literal, example: $example:literal,
        doc: $doc:literal, $($rest:tt)*
    ) => {
        #[doc = $doc]
        pub const $name: &str = $example;
    };
}

crate::policy::words::keys!(items);
