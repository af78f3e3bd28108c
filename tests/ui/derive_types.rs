//! Fields of the wrong type in `#[derive(Classify)]`.

use retry_kit::Classify;

#[derive(Debug)]
struct Silent;

#[derive(Debug, Classify)]
enum Types {
    #[classify(status = 0)]
    Text(String),
    #[classify(sqlstate = code)]
    Number { code: u32 },
    #[classify(throttled(retry_after = wait))]
    Seconds { wait: u64 },
    #[classify(forward)]
    Inner(Silent),
}

fn main() {}
