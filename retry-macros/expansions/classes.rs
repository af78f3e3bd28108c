#[derive(Debug, Classify)]
pub enum ApiError<E> {
    #[classify(transient)]
    Timeout,
    #[classify(unsent)]
    Refused(io::Error),
    #[classify(status(code, retry_after = wait))]
    Answer { code: u16, wait: Option<Duration>, text: String },
    #[classify(status = 0)]
    Short(u16),
    #[classify(throttled(retry_after = 0))]
    Limited(Duration),
    #[classify(throttled)]
    Busy,
    #[classify(forward)]
    Inner(E),
    #[classify(permanent)]
    BadRequest,
}

#[derive(Classify)]
#[classify(forward)]
struct Wrapped(io::Error);

#[derive(Classify)]
#[classify(permanent)]
struct Wrong {
    text: String,
}

#[derive(Classify)]
enum Never {}

#[derive(Classify)]
enum Tree<T> {
    #[classify(forward)]
    Leaf(T),
    #[classify(forward)]
    Branch(Box<Tree<T>>),
    #[classify(forward)]
    Known(io::Error),
    #[classify(forward = source)]
    Below { source: io::Error, path: PathBuf },
    #[classify(sqlstate = code)]
    Query { code: String },
    #[classify(sqlstate(0))]
    State(String),
    #[classify(status(0,))]
    Code(u16),
}
