//! The caller's open transaction as an argument.

use std::marker::PhantomData;

use retry_kit::retry;

struct Postgres;

/// As in sqlx.
struct Transaction<'c, Db>(PhantomData<&'c mut Db>);

type PgTransaction<'c> = Transaction<'c, Postgres>;

mod tokio_postgres {
    pub struct Transaction<'c>(pub std::marker::PhantomData<&'c mut ()>);
}

mod tikv_client {
    pub struct Transaction;
}

mod rusqlite {
    pub struct Transaction<'c>(pub std::marker::PhantomData<&'c mut ()>);
}

mod bitcoin {
    pub struct Transaction;
}

mod bank {
    #[derive(Clone)]
    pub struct Transaction;
}

use bank::Transaction as Transfer;

struct Store;

impl Store {
    #[retry]
    async fn exclusive(&self, tx: &mut Transaction<'_, Postgres>) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry]
async fn by_path(tx: &tokio_postgres::Transaction<'_>) -> std::io::Result<()> {
    Ok(())
}

#[retry(share(tx))]
async fn by_value(mut tx: Transaction<'static, Postgres>) -> std::io::Result<()> {
    Ok(())
}

#[retry]
async fn without_lifetime(tx: &mut tikv_client::Transaction, id: u32) -> std::io::Result<()> {
    Ok(())
}

#[retry]
async fn by_alias(tx: &mut PgTransaction<'_>, other: &PgTransaction<'_>) -> std::io::Result<()> {
    Ok(())
}

#[retry]
fn without_lifetime_and_exclusive(tx: &rusqlite::Transaction) -> std::io::Result<()> {
    Ok(())
}

#[retry]
async fn perhaps(tx: Option<&mut Transaction<'_, Postgres>>) -> std::io::Result<()> {
    Ok(())
}

macro_rules! repository {
    ($transaction:ty) => {
        #[retry]
        async fn by_macro(tx: &mut $transaction) -> std::io::Result<()> {
            Ok(())
        }
    };
}

repository!(Transaction<'_, Postgres>);

// Nothing is said about these.
#[retry]
async fn pay(_: &bank::Transaction, _: &mut Transfer) -> std::io::Result<()> {
    Ok(())
}

#[retry]
async fn sign(_: &mut bitcoin::Transaction, _: Option<&bank::Transaction>) -> std::io::Result<()> {
    Ok(())
}

#[retry]
async fn book(_: bank::Transaction) -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = (by_path, by_value, without_lifetime, by_alias, by_macro, pay, book);
    let _ = (without_lifetime_and_exclusive, perhaps, sign);
    let _ = Store.exclusive(&mut Transaction(PhantomData));
}
