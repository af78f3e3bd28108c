//! The caller's open transaction among the arguments: no attempt but the first could use it.

use syn::{FnArg, GenericArgument, PathArguments, PathSegment, Type};

use crate::errors::Errors;
use crate::parse::function::Function;
use crate::parse::parameters::peel;

/// What sqlx and SeaORM call transactions of theirs; no other meaning is likely.
const OF_DATABASES: [&str; 5] = [
    "PgTransaction",
    "MySqlTransaction",
    "SqliteTransaction",
    "AnyTransaction",
    "DatabaseTransaction",
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
    a retry cannot go on with a transaction that the caller began: after an error the database \
    refuses everything in it but a rollback. Take the pool or the connection, and begin the \
    transaction inside the function, so that each attempt has its own: \
    `let mut tx = pool.begin().await?;`\n\
    if this is no transaction of a database, give the type another name: \
    `use bank::Transaction as Transfer;`";

/// Whether a type is a database's transaction, going by its name. `Transaction` alone may also be
/// money that moves: a database's is used through `&mut`, or holds its connection, and so has a
/// lifetime.
fn is_transaction(ty: &Type) -> bool {
    let mut is_exclusive = false;
    let mut ty = peel(ty);
    while let Type::Reference(reference) = ty {
        is_exclusive |= reference.mutability.is_some();
        ty = peel(&reference.elem);
    }
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| {
        let is_named = last.ident == "Transaction" && (is_exclusive || has_lifetime(last));
        is_named || OF_DATABASES.iter().any(|name| last.ident == name)
    })
}

fn has_lifetime(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
    arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_)))
}
