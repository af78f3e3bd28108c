//! The numbers of transient OS errors that have no stable kind in std.
//!
//! Numbers avoid the crate `libc`, which no default feature needs. They belong to each system's binary
//! interface and do not change.

use std::io;

/// Whether the error is transient: no port, file descriptor or buffer is free at the moment, or the
/// network dropped the connection.
pub(super) fn passes(error: &io::Error) -> bool {
    let Some(code) = error.raw_os_error() else { return false };
    // Without a number, this kind may be about a configured address, which is permanent.
    error.kind() == io::ErrorKind::AddrNotAvailable || PASSING.contains(&code)
}

/// Whether the number means that no connection was made, where std has no kind for it.
pub(super) fn is_refused(error: &io::Error) -> bool {
    error.raw_os_error().is_some_and(|code| REFUSED.contains(&code))
}

/// Whether the number is a resolver error; on Unix these are not OS error numbers.
pub(super) fn is_unresolved_name(code: i32) -> bool {
    UNRESOLVED.contains(&code)
}

/// ENFILE, EMFILE, ENETRESET, ENOBUFS and EHOSTDOWN of Linux: `include/uapi/asm-generic/errno-base.h`
/// and `errno.h`.
const LINUX: &[i32] = &[23, 24, 102, 105, 112];

/// The same of Linux on MIPS, `arch/mips/include/uapi/asm/errno.h`, and of illumos, `sys/errno.h`.
const SYSTEM_V: &[i32] = &[23, 24, 129, 132, 147];

/// The same of the BSDs and Darwin, `sys/errno.h`, and of Linux on SPARC,
/// `arch/sparc/include/uapi/asm/errno.h`.
const BSD: &[i32] = &[23, 24, 52, 55, 64];

/// `ERROR_TOO_MANY_OPEN_FILES`; WSAEMFILE, WSAENETRESET, WSAENOBUFS, WSAEHOSTDOWN; then what overlapped
/// operations report in place of the numbers of sockets, for which std has no kind: `ERROR_NETNAME_DELETED`
/// of a reset, `ERROR_CONNECTION_ABORTED`, `ERROR_PORT_UNREACHABLE`, `ERROR_HOST_DOWN`; then
/// `ERROR_PIPE_BUSY`, of a named pipe all of whose instances serve others: `winerror.h`.
pub(super) const WINDOWS: &[i32] = &[4, 10024, 10052, 10055, 10064, 64, 1236, 1234, 1256, 231];

/// `ERROR_CONNECTION_REFUSED`, which overlapped operations report: `winerror.h`.
pub(super) const WINDOWS_REFUSED: &[i32] = &[1225];

/// `WSAHOST_NOT_FOUND`, `WSATRY_AGAIN`, `WSANO_RECOVERY`, `WSANO_DATA`: `winerror.h`.
pub(super) const WINDOWS_UNRESOLVED: &[i32] = &[11001, 11002, 11003, 11004];

const PASSING: &[i32] = if cfg!(windows) {
    WINDOWS
} else if cfg!(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd",
    all(target_os = "linux", any(target_arch = "sparc", target_arch = "sparc64"))
)) {
    BSD
} else if cfg!(any(
    target_os = "solaris",
    target_os = "illumos",
    all(
        target_os = "linux",
        any(
            target_arch = "mips",
            target_arch = "mips32r6",
            target_arch = "mips64",
            target_arch = "mips64r6"
        )
    )
)) {
    SYSTEM_V
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    LINUX
} else {
    &[]
};

const REFUSED: &[i32] = if cfg!(windows) { WINDOWS_REFUSED } else { &[] };

const UNRESOLVED: &[i32] = if cfg!(windows) { WINDOWS_UNRESOLVED } else { &[] };

#[cfg(test)]
mod tests {
    use super::*;

    // SPEC 5.4.1.1, 5.4.1.2: the numbers as the crates libc 0.2.191 and windows-sys 0.61.2 have
    // them, in the files beside them; ENFILE, EMFILE, ENETRESET, ENOBUFS, EHOSTDOWN, and their like
    // on Windows.
    #[test]
    fn the_numbers_of_every_system_are_those_of_its_headers() {
        let cases: [(&[i32], &[i32], &str); 5] = [
            (
                LINUX,
                &[23, 24, 102, 105, 112],
                "libc: unix/linux_like/linux/gnu/b64/x86_64/mod.rs, unix/linux_like/android/mod.rs",
            ),
            (
                SYSTEM_V,
                &[23, 24, 129, 132, 147],
                "libc: unix/solarish/mod.rs, unix/linux_like/linux/gnu/b64/mips64/mod.rs",
            ),
            (
                BSD,
                &[23, 24, 52, 55, 64],
                "libc: unix/bsd/apple/mod.rs, unix/bsd/freebsdlike/mod.rs, \
                 unix/bsd/netbsdlike/mod.rs, unix/linux_like/linux/gnu/b64/sparc64/mod.rs",
            ),
            (
                WINDOWS,
                &[4, 10024, 10052, 10055, 10064, 64, 1236, 1234, 1256, 231],
                "windows-sys: Win32/Foundation/mod.rs, Win32/Networking/WinSock/mod.rs",
            ),
            (
                WINDOWS_UNRESOLVED,
                &[11001, 11002, 11003, 11004],
                "windows-sys: Win32/Networking/WinSock/mod.rs",
            ),
        ];
        for (ours, theirs, source) in cases {
            assert_eq!(ours, theirs, "{source}");
        }
    }

    // SPEC 5.4.1.1
    #[cfg(unix)]
    #[test]
    fn the_numbers_of_this_system_are_those_of_libc() {
        let theirs = [libc::ENFILE, libc::EMFILE, libc::ENETRESET, libc::ENOBUFS, libc::EHOSTDOWN];
        assert_eq!(PASSING, theirs);
        assert_eq!(UNRESOLVED, &[] as &[i32]);
    }
}
