impl Client {
    #[retry(
        policy = self.policy,
        max = 2,
        name = "shop.order",
        timeout = self.timeout,
        budget = &self.budget,
        pause = &self.pause,
        attempt = attempt,
        on_retry = |event| log(event),
        before_retry = self.reconnect(),
        give_up = |error, end| error.after(end),
        span,
    )]
    pub async fn order(&mut self, items: &[Item]) -> Result<Receipt, Error> {
        self.send(items, attempt.number()).await
    }

    #[retry(budget, cancel = token.cancelled(), fallback = |_, _| Ok(cached()), reset_after = "60s")]
    async fn prices(&self, token: &Token) -> Result<Prices, Error> {
        self.get("prices").await
    }

    #[retry(cancel = stopped, fallback = |_, _| 7, pause, give_up = |error: Inner, _| Error::from(error))]
    fn stock(&self) -> Result<u32, Error> {
        self.get("stock")
    }
}

#[retry(until = |lines, event| lines.is_whole(), on_retry = |event, lines| show(event, lines))]
async fn lines(path: &Path) -> io::Result<Lines> {
    read(path).await
}

#[retry(sleep = async_io_sleep, span, timeout = "1s", on_retry = log)]
async fn elsewhere(path: &Path) -> io::Result<Lines> {
    read(path).await
}
