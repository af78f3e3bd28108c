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
#[automatically_derived]
impl<E> ::retry_kit::__private::Classify for ApiError<E>
where
    E: ::retry_kit::__private::Forward,
{
    fn classify(&self) -> ::retry_kit::__private::ErrorClass {
        match self {
            Self::Timeout { .. } => ::retry_kit::__private::ErrorClass::Transient,
            Self::Refused { .. } => ::retry_kit::__private::ErrorClass::Unsent,
            Self::Answer { code: __retry_code, wait: __retry_hint, .. } => {
                ::retry_kit::__private::status_class(
                    __retry_code,
                    ::retry_kit::__private::Hint::hint(__retry_hint),
                )
            }
            Self::Short { 0: __retry_code, .. } => {
                ::retry_kit::__private::status_class(
                    __retry_code,
                    ::core::option::Option::None,
                )
            }
            Self::Limited { 0: __retry_hint, .. } => {
                ::retry_kit::__private::ErrorClass::Throttled {
                    retry_after: ::retry_kit::__private::Hint::hint(__retry_hint),
                }
            }
            Self::Busy { .. } => {
                ::retry_kit::__private::ErrorClass::Throttled {
                    retry_after: ::core::option::Option::None,
                }
            }
            Self::Inner { 0: __retry_inner, .. } => {
                ::retry_kit::__private::Forward::class(__retry_inner)
            }
            Self::BadRequest { .. } => ::retry_kit::__private::ErrorClass::Permanent,
        }
    }
}
#[classify(forward)]
struct Wrapped(io::Error);
#[automatically_derived]
impl ::retry_kit::__private::Classify for Wrapped {
    fn classify(&self) -> ::retry_kit::__private::ErrorClass {
        match self {
            Self { 0: __retry_inner, .. } => {
                ::retry_kit::__private::Forward::class(__retry_inner)
            }
        }
    }
}
#[classify(permanent)]
struct Wrong {
    text: String,
}
#[automatically_derived]
impl ::retry_kit::__private::Classify for Wrong {
    fn classify(&self) -> ::retry_kit::__private::ErrorClass {
        match self {
            Self { .. } => ::retry_kit::__private::ErrorClass::Permanent,
        }
    }
}
enum Never {}
#[automatically_derived]
impl ::retry_kit::__private::Classify for Never {
    fn classify(&self) -> ::retry_kit::__private::ErrorClass {
        match *self {}
    }
}
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
    #[classify(status(0))]
    Code(u16),
}
#[automatically_derived]
impl<T> ::retry_kit::__private::Classify for Tree<T>
where
    T: ::retry_kit::__private::Forward,
{
    fn classify(&self) -> ::retry_kit::__private::ErrorClass {
        match self {
            Self::Leaf { 0: __retry_inner, .. } => {
                ::retry_kit::__private::Forward::class(__retry_inner)
            }
            Self::Branch { 0: __retry_inner, .. } => {
                ::retry_kit::__private::Forward::class(__retry_inner)
            }
            Self::Known { 0: __retry_inner, .. } => {
                ::retry_kit::__private::Forward::class(__retry_inner)
            }
            Self::Below { source: __retry_inner, .. } => {
                ::retry_kit::__private::Forward::class(__retry_inner)
            }
            Self::Query { code: __retry_code, .. } => {
                ::retry_kit::__private::sqlstate_class(__retry_code)
            }
            Self::State { 0: __retry_code, .. } => {
                ::retry_kit::__private::sqlstate_class(__retry_code)
            }
            Self::Code { 0: __retry_code, .. } => {
                ::retry_kit::__private::status_class(
                    __retry_code,
                    ::core::option::Option::None,
                )
            }
        }
    }
}
