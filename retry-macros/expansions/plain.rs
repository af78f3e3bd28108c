/// Fetches a page.
#[retry]
pub async fn fetch(client: &Client, url: &str) -> Result<String, FetchError> {
    client.get(url).await
}

#[retry(max = 5, base = "250ms", jitter = full, status(429, 500..=503), docs = false)]
pub(crate) fn read<const N: usize>(path: &Path) -> io::Result<[u8; N]> {
    read_exactly(path)
}

#[retry(attempts = LIMIT, factor = 1.5, backoff = decorrelated, deadline = "30s", nested = once)]
fn later(url: String) -> impl Future<Output = io::Result<u8>> + Send {
    async move { get(&url).await }
}

#[retry(delays = ["10ms", "1s"], log = debug, target = "billing", switch = ignore)]
fn boxed<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<u8, Error>> {
    let url = self.absolute(url);
    Box::pin(async move { self.get(url).await })
}

#[retry]
fn with_an_inner_attribute() -> io::Result<u8> {
    #![allow(clippy::all)]
    get()
}

#[retry(max = LIMIT)]
fn limited() -> io::Result<u8> {
    get()
}
