//! Mistakes in `#[derive(Classify)]`; the implementation is there all the same.

use retry_kit::{Classify, retry};

#[derive(Debug, Classify)]
enum Forgotten {
    #[classify(transient)]
    Busy,
    Timeout,
    Gone { code: u16 },
}

#[derive(Debug, Classify)]
enum Misspelt {
    #[classify(transiant)]
    Busy,
    #[classify(retry)]
    Timeout,
    #[classify(unsend)]
    Refused,
    #[classify]
    Gone,
    #[classify(transient)]
    #[classify(permanent)]
    Twice,
    #[classify(transient, permanent)]
    Both,
}

#[derive(Debug, Classify)]
enum Fields {
    #[classify(status)]
    NoField(u16),
    #[classify(status = code)]
    Unknown { status: u16 },
    #[classify(status = 1)]
    Index(u16),
    #[classify(sqlstate)]
    NoCode(String),
    #[classify(sqlstate = code)]
    UnknownCode { sqlstate: String },
    #[classify(sqlstate(0, retry_after = 1))]
    Hint(String, std::time::Duration),
    #[classify(throttled(retry_after = 0))]
    Unit,
    #[classify(throttled(after = 0))]
    Word(u16),
    #[classify(forward)]
    None,
    #[classify(forward)]
    Several(std::io::Error, u32),
}

#[derive(Debug, Classify)]
#[classify(permanent)]
enum Misplaced {
    #[classify(transient,)]
    Busy(#[classify(forward)] std::io::Error),
    #[classify(forward(0))]
    Inner(std::io::Error),
    #[classify()]
    Nothing,
    #[classify(429)]
    Number,
}

#[derive(Debug, Classify)]
#[allow(missing_copy_implementations)]
struct Struct;

#[derive(Classify)]
union Union {
    number: u32,
}

// Nothing is said about these.
#[retry]
async fn fetch() -> Result<(), Forgotten> {
    Ok(())
}

#[retry]
async fn store() -> Result<(), Misspelt> {
    Ok(())
}

fn main() {
    let _ = (fetch(), store());
}
