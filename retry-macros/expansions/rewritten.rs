// As `#[async_trait]` leaves it.
#[retry(clone(body, self))]
fn read<'life1, 'async_trait>(
    self,
    body: Vec<u8>,
    text: &'life1 mut String,
) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = io::Result<u8>> + Send + 'async_trait>>
where
    'life1: 'async_trait,
    Self: 'async_trait,
{
    Box::pin(async move {
        if let ::core::option::Option::Some(__ret) = ::core::option::Option::None::<io::Result<u8>> {
            #[allow(unreachable_code)]
            return __ret;
        }
        let __self = self;
        let mut body = body;
        let __ret: io::Result<u8> = {
            body.push(1);
            let first = body[0];
            __self.send(body, text, first).await
        };
        #[allow(unreachable_code)]
        __ret
    })
}

#[retry]
fn borrowed<'life0, 'async_trait>(
    &'life0 mut self,
    count: u8,
) -> Pin<Box<dyn Future<Output = io::Result<u8>> + Send + 'async_trait>> {
    Box::pin(async move {
        let mut __self = self;
        let count = count;
        let __ret: io::Result<u8> = { __self.send(count).await };
        __ret
    })
}

#[retry]
fn boxed(url: String) -> BoxFuture<'static, io::Result<u8>> {
    let url = url.to_lowercase();
    async move { get(&url).await }.boxed()
}

#[retry]
fn boxed_local(url: String) -> LocalBoxFuture<'static, io::Result<u8>> {
    async { get(&url).await }.boxed_local()
}

#[retry]
fn pinned(url: String) -> Pin<Box<dyn Future<Output = io::Result<u8>>>> {
    Box::pin(async move { get(&url).await },)
}

// Not the end of a future.
#[retry]
fn blocks(url: String) -> io::Result<Pinned> {
    Pinned::new(url).boxed()
}

#[retry(clone(body))]
fn typed<'async_trait>(body: Vec<u8>) -> Pin<Box<dyn Future<Output = io::Result<Box<dyn Iterator<Item = (u8, ())>>>> + Send + 'async_trait>> {
    Box::pin(async move {
        let mut body: Vec<u8> = (body);
        let __ret: io::Result<Box<dyn Iterator<Item = (u8, ())>>> = { send(body).await };
        __ret
    })
}
