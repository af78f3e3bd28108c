//! The numbers of errors that pass, and that std has no stable kind for.
//!
//! Numbers instead of the crate `libc`, which no default feature needs. They are part of each system's
//! binary interface and do not change.

use std::io;

/// Whether another attempt may help: no port, no file descriptor or no buffer is free at the moment, or
/// the network forgot the connection.
pub(super) fn passes(error: &io::Error) -> bool {
    let Some(code) = error.raw_os_error() else { return false };
    // By kind, where every system's number has one. Without a number it may be said of an address that
    // a program was configured with.
    error.kind() == io::ErrorKind::AddrNotAvailable || PASSING.contains(&code)
}

/// Whether it is one of the resolver's; on Unix they are no numbers of an OS error.
pub(super) fn is_unresolved_name(code: i32) -> bool {
    UNRESOLVED.contains(&code)
}

/// ENFILE, EMFILE, ENETRESET, ENOBUFS, EHOSTDOWN: `include/uapi/asm-generic/errno-base.h` and
/// `errno.h` of Linux.
#[cfg(all(
    any(target_os = "linux", target_os = "android"),
    not(any(
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6",
        target_arch = "sparc",
        target_arch = "sparc64"
    ))
))]
const PASSING: &[i32] = &[23, 24, 102, 105, 112];

/// The same: `arch/mips/include/uapi/asm/errno.h` of Linux, and `sys/errno.h` of illumos.
#[cfg(any(
    all(
        target_os = "linux",
        any(
            target_arch = "mips",
            target_arch = "mips32r6",
            target_arch = "mips64",
            target_arch = "mips64r6"
        )
    ),
    target_os = "solaris",
    target_os = "illumos"
))]
const PASSING: &[i32] = &[23, 24, 129, 132, 147];

/// The same: `sys/errno.h` of the BSDs and Darwin, and `arch/sparc/include/uapi/asm/errno.h` of Linux.
#[cfg(any(
    all(target_os = "linux", any(target_arch = "sparc", target_arch = "sparc64")),
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd"
))]
const PASSING: &[i32] = &[23, 24, 52, 55, 64];

/// `ERROR_TOO_MANY_OPEN_FILES`, WSAEMFILE, WSAENETRESET, WSAENOBUFS, WSAEHOSTDOWN: `winerror.h`.
#[cfg(windows)]
const PASSING: &[i32] = &[4, 10024, 10052, 10055, 10064];

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "solaris",
    target_os = "illumos",
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd",
    windows
)))]
const PASSING: &[i32] = &[];

/// `WSAHOST_NOT_FOUND`, `WSATRY_AGAIN`, `WSANO_RECOVERY`, `WSANO_DATA`: `winerror.h`.
#[cfg(windows)]
const UNRESOLVED: &[i32] = &[11001, 11002, 11003, 11004];

#[cfg(not(windows))]
const UNRESOLVED: &[i32] = &[];
