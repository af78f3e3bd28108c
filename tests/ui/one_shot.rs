//! What cannot be done twice: giving away the exclusive borrow of an argument.

use retry_kit::retry;

struct Client {
    buffer: Vec<u8>,
}

impl Client {
    #[retry]
    async fn first(&mut self) -> std::io::Result<&mut u8> {
        Ok(&mut self.buffer[0])
    }
}

#[retry]
async fn last(buffer: &mut Vec<u8>) -> std::io::Result<&mut u8> {
    let last = buffer.len() - 1;
    Ok(&mut buffer[last])
}

fn main() {}
