//! Arguments that attempts cannot simply borrow.

use retry_kit::retry;

struct NotClone;

#[retry]
async fn mutable(mut list: Vec<u8>, (mut count, other): (u32, u32)) -> std::io::Result<()> {
    list.push(0);
    count += other;
    Ok(())
}

#[retry]
async fn by_reference(ref mut list: Vec<u8>, (ref mut count, _): (u32, u32)) -> std::io::Result<()> {
    list.push(0);
    *count += 1;
    Ok(())
}

#[retry(clone(body, list), share(body, count))]
async fn unknown(list: Vec<u8>) -> std::io::Result<()> {
    Ok(())
}

#[retry(clone(list, list), share(list))]
async fn listed_twice(list: Vec<u8>) -> std::io::Result<()> {
    Ok(())
}

#[retry(clone(value))]
async fn without_arguments() -> std::io::Result<()> {
    Ok(())
}

#[retry(share(text, number), clone(text))]
async fn nothing_to_share(text: &str, number: u32) -> std::io::Result<()> {
    Ok(())
}

#[retry(clone(&text), share("text"))]
async fn no_names(text: String) -> std::io::Result<()> {
    Ok(())
}

struct Client;

impl Client {
    #[retry(clone(self))]
    async fn cloned_reference(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry]
    async fn mutable_self(mut self) -> std::io::Result<()> {
        self = Client;
        Ok(())
    }
}

fn main() {}
