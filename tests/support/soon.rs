//! Asking until there is an answer, but not for ever.

use std::time::Duration;

/// The first answer to a question that is repeated until then. Panics after a minute.
pub async fn soon<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), asked).await.expect("an answer within a minute")
}
