//! A real Redis on loopback.

use std::path::PathBuf;
use std::process::Command;

use crate::server::{Folder, Process, free_port, program};

/// Ends when dropped.
pub struct Redis {
    // Before the folder: the process ends first.
    process: Option<Process>,
    folder: Folder,
    program: PathBuf,
    port: u16,
    settings: Vec<String>,
}

impl Redis {
    /// Starts Redis with these command-line settings and waits until it accepts connections; `None`
    /// if it is not installed.
    pub fn start(settings: &[&str]) -> Option<Self> {
        let program = program("redis-server", "redis-server", &[PathBuf::from("/usr/bin")])?;
        let folder = Folder::new("redis");
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let mut redis = Self { process: None, folder, program, port: free_port(), settings };
        redis.start_again();
        Some(redis)
    }

    /// Starts it again, at the same address.
    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        let folder = self.folder.path();
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", ""]);
        command.arg("--dir").arg(folder).arg("--unixsocket").arg(folder.join("socket"));
        command.args(&self.settings);
        let process = self.process.insert(Process::start(command, &self.folder));
        process.wait_until_it_listens(self.port);
    }

    /// Kills it: its connections are closed.
    pub fn stop(&mut self) {
        self.process = None;
        let _ = std::fs::remove_file(self.folder.path().join("socket"));
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// The same by its Unix socket.
    pub fn socket_url(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("socket").display())
    }
}
