//! An argument by value that is `Send` but not `Sync` needs `clone(cell)`, or the future is not
//! `Send`.

use std::cell::Cell;

use retry_kit::retry;

#[retry]
async fn count(cell: Cell<u32>) -> std::io::Result<u32> {
    tokio::task::yield_now().await;
    Ok(cell.get())
}

fn assert_send(_: impl Send) {}

fn main() {
    assert_send(count(Cell::new(0)));
}
