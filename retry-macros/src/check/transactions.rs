//! Refuses the caller's open transaction as an argument: only the first attempt could use it.

use syn::{FnArg, GenericArgument, Path, PathArguments, PathSegment, Type, TypePath};

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::parameters::peel;

/// The names of transactions in sqlx and SeaORM; another meaning is unlikely.
const OF_DATABASES: [&str; 5] = [
    "PgTransaction",
    "MySqlTransaction",
    "SqliteTransaction",
    "AnyTransaction",
    "DatabaseTransaction",
];

/// Crates whose `Transaction` is a database transaction, even if no lifetime is written.
const CRATES: [&str; 8] = [
    "deadpool_postgres",
    "mysql",
    "mysql_async",
    "postgres",
    "rusqlite",
    "sqlx",
    "tikv_client",
    "tokio_postgres",
];

pub(super) fn check(function: &Function, errors: &mut Errors) {
    for input in &function.signature.inputs {
        let FnArg::Typed(argument) = input else { continue };
        if is_transaction(&argument.ty) {
            errors.under(&argument.ty, MESSAGE);
        }
    }
}

const MESSAGE: &str = "\
    a retry cannot continue the caller's transaction: after an error the database only accepts a \
    rollback. Take the pool or the connection, and begin the transaction inside the function, so \
    that each attempt has its own: \
    `let mut tx = pool.begin().await?;`\n\
    if this is not a database transaction, give the type another name: \
    `use bank::Transaction as Transfer;`";

/// Whether a type is a database transaction, by its name. A plain `Transaction` may also be a
/// payment or a blockchain's: a database's borrows its connection and so has a lifetime, or is
/// named with its crate.
fn is_transaction(ty: &Type) -> bool {
    let mut ty = peel(ty);
    loop {
        ty = match ty {
            Type::Reference(reference) => peel(&reference.elem),
            Type::Path(path) => match in_option(path) {
                Some(inner) => peel(inner),
                None => return is_named_so(&path.path),
            },
            _ => return false,
        };
    }
}

fn is_named_so(path: &Path) -> bool {
    let Some(last) = path.segments.last() else { return false };
    let is_of_database = || {
        let first = &path.segments[0].ident;
        path.segments.len() > 1 && CRATES.iter().any(|name| first == name)
    };
    let is_named = last.ident == "Transaction" && (has_lifetime(last) || is_of_database());
    is_named || OF_DATABASES.iter().any(|name| last.ident == name)
}

fn in_option(path: &TypePath) -> Option<&Type> {
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

fn has_lifetime(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
    arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)))
}
