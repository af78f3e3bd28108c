//! Nothing: the test in `tests` builds the program in `program`, and runs it in Node.
