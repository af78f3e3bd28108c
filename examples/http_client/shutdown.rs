//! Ctrl-c ends the waits of all clients at once. An attempt that runs is left to finish.

use tokio_util::sync::CancellationToken;

/// Returns a token that ctrl-c cancels.
pub fn on_ctrl_c() -> CancellationToken {
    let shutdown = CancellationToken::new();
    let token = shutdown.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            token.cancel();
        }
    });
    shutdown
}
