//! Holds only a test.
