//! A real PostgreSQL with a database of its own, on loopback and on a Unix socket.

#![allow(dead_code, reason = "no test needs all of it")]

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::{Folder, Process, free_port, program};

/// SIGINT: "fast shutdown", which ends every connection with 57P01.
const FAST: u8 = 2;
/// SIGTERM: "smart shutdown", which waits for the connections to end.
const SMART: u8 = 15;

/// Ends when dropped.
pub struct Postgres {
    // Before the folder: the process ends first.
    process: Option<Process>,
    folder: Folder,
    programs: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts PostgreSQL and waits until it accepts connections; `None` if it is not installed.
    pub fn start() -> Option<Self> {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|version| version.path().join("bin"))
            .collect();
        versions.sort();
        // `initdb` looks for its neighbours in its real folder, not beside a link to it.
        let initdb = program("initdb", "postgresql", &versions)?.canonicalize().unwrap();
        let programs = initdb.parent().unwrap().to_owned();
        let folder = Folder::new("postgres");
        if let Some(user) = owner() {
            chown(folder.path(), Some(user), None).unwrap();
        }
        let data = folder.path().join("data");
        let made = as_owner(&initdb)
            .args(["--username=test", "--auth=trust", "--no-sync", "--encoding=UTF8", "-D"])
            .arg(&data)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut postgres = Self { process: None, folder, programs, port: free_port() };
        postgres.start_again();
        Some(postgres)
    }

    /// Starts it again, at the same address with the same data.
    pub fn start_again(&mut self) {
        let mut command = as_owner(&self.programs.join("postgres"));
        let folder = self.folder.path();
        command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        for setting in ["fsync=off", "max_connections=20", "superuser_reserved_connections=0"] {
            command.args(["-c", setting]);
        }
        command.current_dir(folder);
        let process = self.process.insert(Process::start(command, &self.folder));
        process.wait_until_it_listens(self.port);
        let is_ready = self.programs.join("pg_isready");
        let port = self.port.to_string();
        let mut is_ready = Command::new(is_ready);
        is_ready.args(["-q", "-h", "127.0.0.1", "-p", &port]);
        while !is_ready.status().unwrap().success() {
            process.assert_running();
        }
    }

    /// Stops it; its connections end with "terminating connection due to administrator command".
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(FAST);
            process.wait();
        }
    }

    /// Ends it once its connections are closed; until then it refuses new ones with 57P03.
    pub fn shut_down_slowly(&self) {
        if let Some(process) = &self.process {
            process.signal(SMART);
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder of its Unix socket.
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self) -> String {
        format!("postgres://test@127.0.0.1:{}/postgres", self.port)
    }
}

/// The user to run PostgreSQL as if we are root, which it refuses: the one of Debian's package.
fn owner() -> Option<u32> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let passwords = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id_of = |name: &str| {
        let line = passwords.lines().find(|line| line.split(':').next() == Some(name))?;
        line.split(':').nth(2)?.parse().ok()
    };
    is_root.then(|| id_of("postgres").or_else(|| id_of("nobody")).unwrap_or(65_534))
}

fn as_owner(program: &Path) -> Command {
    use std::os::unix::process::CommandExt;

    let mut command = Command::new(program);
    if let Some(user) = owner() {
        command.uid(user);
    }
    // Fixes the language of messages, and ignores the settings of the user who runs the tests.
    command.env("LC_ALL", "C").env_remove("PGHOST").env_remove("PGPORT").env_remove("PGDATA");
    command
}
