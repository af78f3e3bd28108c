//! Classifies the errors of `h2`, the HTTP/2 of hyper, reqwest and tonic.

use super::Classify;
use crate::policy::ErrorClass;

#[diagnostic::do_not_recommend]
impl Classify for h2::Error {
    fn classify(&self) -> ErrorClass {
        // `source()` does not return it.
        match self.get_io() {
            Some(error) => error.classify(),
            None => ErrorClass::from(self.is_remote() && is_of_the_server(self)),
        }
    }
}

/// Whether the reason lies with the server, not the request: it shuts down, is overloaded or broke.
fn is_of_the_server(error: &h2::Error) -> bool {
    use h2::Reason;

    matches!(
        error.reason(),
        Some(
            Reason::NO_ERROR
                | Reason::REFUSED_STREAM
                | Reason::ENHANCE_YOUR_CALM
                | Reason::INTERNAL_ERROR
        )
    )
}
