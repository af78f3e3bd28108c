#[retry(policy = Self::POLICY, attempt = attempt, when = |error| attempt.number() < 2 && error.is_busy())]
async fn numbered(&self) -> io::Result<impl Display> {
    self.get(attempt.previous()).await
}

#[retry(policy = policy(), max = 2, timeout = timeout)]
async fn chosen(id: u8, timeout: Duration) -> io::Result<u8> {
    get(id).await
}

#[retry(policy = POLICY, span, name = "kit.spanned", attempt = attempt, reset_after = pause)]
fn spanned(pause: Duration) -> io::Result<u8> {
    get(attempt.elapsed())
}

#[retry(fits = "1m", timeout = TIMEOUT, factor = FACTOR)]
async fn fitting() -> io::Result<u8> {
    get().await
}

#[retry(backoff = decorrelated)]
fn decorrelated() -> io::Result<u8> {
    get()
}

#[retry(on(&Error::Busy | &Closed))]
fn by_reference() -> Result<u8, Error> {
    get()
}

#[retry(pause = &PAUSE, max = forever, cancel = stopped())]
fn paused() -> Result<u8, Error> {
    get()
}

#[retry(policy = self.policies[0], cancel = stopped.recv(), attempt = attempt, on_retry = |event| log(event, attempt.previous()))]
async fn indexed(&mut self, stopped: &Receiver) -> Result<u8, Error> {
    self.get().await
}

#[retry(policy = self.policy)]
async fn by_field(&self) -> io::Result<u8> {
    self.get().await
}

#[retry(policy = policy())]
async fn by_call() -> io::Result<u8> {
    get().await
}

#[retry(fallback = |_, _| 7)]
async fn or_seven() -> io::Result<u8> {
    get().await
}

#[retry(fits = "1m", timeout = "2s", factor = FACTOR)]
async fn fits_by_factor() -> io::Result<u8> {
    get().await
}

#[retry(fits = LONGEST, timeout = "2s")]
async fn fits_constant() -> io::Result<u8> {
    #![allow(clippy::all)]
    get().await
}

#[retry(policy = P, attempts = attempts, jitter = symmetric(ratio), status(default, 500, codes), delays = DELAYS)]
async fn run_time_values(attempts: u32, ratio: f64, codes: u16) -> io::Result<u8> {
    get().await
}

#[retry(jitter = additive(RATIO), status(kit::CODE, 500..=501), retry_after_cap = give_up(LONGEST), delays = &[SECOND])]
async fn constants() -> io::Result<u8> {
    get().await
}

#[retry(until = |lines, event| lines.is_whole(), on_retry = (|event, lines| show(event, lines)))]
async fn parenthesized() -> io::Result<Lines> {
    read().await
}
