//! A crate that renames retry-kit, and one that re-exports it (SPEC 1.6).

pub use kit as passed_on;

use kit::retry;

/// Fails until `calls` is 3.
#[retry(crate = ::kit, jitter = none)]
pub async fn renamed(calls: &mut u32) -> std::io::Result<u32> {
    *calls += 1;
    if *calls < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(*calls) }
}

/// The same through a re-export.
#[retry(crate = crate::passed_on, jitter = none, on_retry = |_| {}, when = |_| true)]
pub async fn passed_on(calls: &mut u32) -> std::io::Result<u32> {
    *calls += 1;
    if *calls < 3 { Err(std::io::ErrorKind::NotFound.into()) } else { Ok(*calls) }
}

#[cfg(test)]
#[tokio::test(start_paused = true)]
async fn the_name_of_the_dependency_does_not_matter() {
    assert_eq!(renamed(&mut 0).await.unwrap(), 3);
    assert_eq!(passed_on(&mut 0).await.unwrap(), 3);
}
