#[retry(on(Error::Busy(code) | Error::Slow { code } if *code > 7))]
async fn by_pattern(id: u64) -> Result<u8, Error> {
    get(id).await
}

#[retry(when = |error| error.is_temporary())]
fn by_closure(id: u64) -> Result<u8, Error> {
    get(id)
}

#[retry(until = |job| job.is_done())]
async fn until_done(id: u64) -> Job {
    job(id).await
}

#[retry(until = Job::is_done, when = is_temporary, throttled(base = "5s", cap = "2m"))]
async fn until_done_or_error(id: u64) -> Result<Job, Error> {
    job(id).await
}

#[retry(response, retry_after_cap = give_up("1m"))]
async fn respond(request: &Request) -> reqwest::Result<Response> {
    send(request).await
}

#[retry(repeat = unsent, jitter = absolute("500ms"))]
async fn pay(order: &Order) -> Result<Receipt, Error> {
    send(order).await
}
