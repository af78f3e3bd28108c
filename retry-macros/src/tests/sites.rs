//! Which policies the record of a site can hold.

use super::expand;

// SPEC 14.2.1
#[test]
fn a_policy_is_known_if_it_is_surely_a_constant_and_only_literals_change_it() {
    let plain = "fn f(list: Vec<u8>) -> io::Result<u8> { Ok(1) }";
    let future = "fn f() -> impl Future<Output = io::Result<u8>> { async { Ok(1) } }";
    let argument = "fn f(POLICY: &RetryPolicy) -> io::Result<u8> { Ok(1) }";
    let cases = [
        ("", plain, false),
        ("policy = POLICY", plain, true),
        ("policy = P2", plain, true),
        ("policy = &POLICY", plain, true),
        ("policy = kit::policies::POLICY", plain, true),
        ("policy = self::POLICY", plain, true),
        ("policy = POLICY, max = 2", plain, true),
        ("policy = POLICY, max = LIMIT", plain, false),
        ("policy = POLICY, base = list.base()", plain, false),
        ("policy = POLICY, delays = [\"1s\"]", plain, false),
        ("policy = POLICY, delays = [SECOND]", plain, false),
        ("policy = Self::POLICY", plain, false),
        ("policy = Client::POLICY", plain, false),
        ("policy = kit::<u8>::POLICY", plain, false),
        ("policy = <Client>::POLICY", plain, false),
        ("policy = Policy", plain, false),
        ("policy = policy", plain, false),
        ("policy = _2", plain, false),
        ("policy = policy()", plain, false),
        ("policy = self.POLICY", plain, false),
        ("policy = POLICY", argument, false),
        ("policy = POLICY", future, false),
    ];
    for (arguments, function, is_known) in cases {
        let expanded = expand(arguments, function);
        assert!(!expanded.contains("compile_error"), "#[retry({arguments})] {expanded}");
        assert_eq!(
            expanded.contains("known_policy("),
            is_known,
            "#[retry({arguments})] {function}"
        );
    }
}
