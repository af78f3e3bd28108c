//! That no bytes do harm, however deep they are looked into.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap();
    [&[number << 3 | 2, length], content].concat()
}

proptest! {
    // SPEC 6.3, 6.5
    #[test]
    fn no_details_panic(bytes in vec(any::<u8>(), 0..80)) {
        let _ = delay(&bytes);
        let url = field(1, b"google.rpc.RetryInfo");
        let any = |value: &[u8]| field(3, &[&url[..], &field(2, value)].concat());
        let _ = delay(&any(&bytes));
        let _ = delay(&any(&field(1, &bytes)));
    }
}
