//! The common parts of database servers: a program, a folder, a port, a process.

#![allow(dead_code, reason = "no server needs all of it")]

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, process, thread};

/// Finds a program on the path or in a folder where Debian installs it. If it is missing, prints
/// that and returns `None`, or panics with `REQUIRE_DATABASES=1` in the environment.
pub fn program(name: &str, package: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path)
        .chain(folders.iter().cloned())
        .map(|folder| folder.join(name))
        .find(|program| program.is_file());
    if found.is_none() {
        let reason = format!("{name} is not installed (apt-get install {package})");
        assert!(env::var_os("REQUIRE_DATABASES").is_none_or(|value| value != "1"), "{reason}");
        let test = thread::current().name().unwrap_or_default().to_owned();
        // Not `eprintln!`, which shows only in tests that fail.
        let line = format!("{test} skipped: {reason}\n");
        io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}

/// A new folder, removed when dropped.
pub struct Folder(PathBuf);

impl Folder {
    /// In the system's temporary folder: the path of a Unix socket must be short, and another user
    /// must have access.
    pub fn new(name: &str) -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("retry-kit-{name}-{}-{number}", process::id()));
        // A killed process with the same number may have left one.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A port that no one listens on.
pub fn free_port() -> u16 {
    // Each process starts at another port and takes each port once, so that two servers never get
    // the same port before one has bound it.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = 20_000 + process::id() % 100 * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        let port = u16::try_from(port).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// A process that is killed when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    pub fn start(mut command: Command, folder: &Folder) -> Self {
        let log = folder.path().join("log");
        let file = File::options().create(true).append(true).open(&log).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        Self { child: command.spawn().unwrap(), log }
    }

    /// Waits until it accepts connections at the address.
    pub fn wait_until_it_listens(&mut self, port: u16) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while TcpStream::connect(address).is_err() {
            self.assert_running();
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn assert_running(&mut self) {
        assert_eq!(self.child.try_wait().unwrap(), None, "ended: {}", self.log());
    }

    /// Sends a signal by its number.
    pub fn signal(&self, signal: u8) {
        let signal = format!("-{signal}");
        let sent = Command::new("kill").arg(signal).arg(self.child.id().to_string()).status();
        assert!(sent.unwrap().success());
    }

    pub fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("the server wrote: {}", self.log());
        }
    }
}
