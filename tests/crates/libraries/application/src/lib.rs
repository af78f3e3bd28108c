//! What the retries of libraries do in one program: see the tests.
