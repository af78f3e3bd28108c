#[retry(clone(body), share(hits), key = key)]
async fn post(mut body: Vec<u8>, mut hits: u32, (url, _): (Url, u8), _: &str) -> Result<u8, Error> {
    hits += 1;
    send(url, body, key).await
}

#[retry(clone(sender), crate = crate::kit)]
fn send<T: Into<Message>>(sender: Sender<T>, Point { x, ref y }: Point, text: impl AsRef<str>) -> io::Result<()>
where
    T: Clone,
{
    sender.send(text)
}

#[retry(fits = "30s", timeout = "2s")]
async fn borrowed<'a>(&'a self, text: &'a str) -> anyhow::Result<&'a str> {
    self.find(text).await
}

#[retry(clone(self))]
async fn owned(self, id: u8) -> io::Result<u8> {
    self.take(id).await
}

#[retry]
async fn exclusive(&mut self, list: &mut Vec<u8>, mut text: &str) -> io::Result<usize> {
    text = text.trim();
    self.read(list, text).await
}

#[retry(policy = config.policy, share(config))]
async fn changing(mut config: Config) -> io::Result<u8> {
    get(&mut config).await
}

#[retry(policy = config.policy)]
async fn exclusive_config(config: &mut Config) -> io::Result<u8> {
    get(config).await
}

#[retry(clone(list))]
async fn by_ref(ref mut list: Vec<u8>) -> io::Result<u8> {
    get(list).await
}
