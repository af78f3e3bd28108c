//! A real nginx with `tests/nginx/nginx.conf`, and the server behind it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, process, thread};

use axum::Router;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// What nginx answers with where no upstream is asked.
pub const PAGE: &str = "page";

/// Ends when dropped.
pub struct Nginx {
    program: PathBuf,
    directory: PathBuf,
    address: SocketAddr,
    _reserved: TcpSocket,
    process: Child,
}

impl Nginx {
    /// Starts nginx and waits until it answers. If nginx is not installed, prints that and returns
    /// `None`, or panics with `REQUIRE_NGINX=1` in the environment.
    pub async fn start(upstream: SocketAddr) -> Option<Self> {
        let Some(program) = program() else {
            let reason = "nginx is not installed (apt-get install nginx-light)";
            assert!(env::var_os("REQUIRE_NGINX").is_none_or(|value| value != "1"), "{reason}");
            let test = thread::current().name().unwrap_or_default().to_owned();
            // Not `eprintln!`, which shows only in tests that fail.
            let line = format!("{test} skipped: {reason}\n");
            io::stderr().write_all(line.as_bytes()).unwrap();
            return None;
        };
        let reserved = reserve();
        let address = reserved.local_addr().unwrap();
        let directory = new_directory(address, upstream);
        let process = nginx(&program, &directory)
            .stderr(File::create(directory.join("error.log")).unwrap())
            .spawn()
            .unwrap();
        let mut nginx = Self { program, directory, address, _reserved: reserved, process };
        while TcpStream::connect(address).await.is_err() {
            assert_eq!(nginx.process.try_wait().unwrap(), None, "nginx has ended");
            tokio::task::yield_now().await;
        }
        Some(nginx)
    }

    pub fn url(&self, page: &str) -> String {
        format!("http://{}/{page}", self.address)
    }

    /// Whether `/maintained` answers with 503.
    pub fn set_closed(&self, closed: bool) {
        let sign = self.directory.join("html/closed");
        if closed { fs::write(sign, "") } else { fs::remove_file(sign) }.unwrap();
    }

    /// The status of every answer, in order.
    pub fn statuses(mut self) -> Vec<u16> {
        // nginx may write a line after the client has the answer, but not after an orderly exit.
        let quit = nginx(&self.program, &self.directory).args(["-s", "quit"]).output().unwrap();
        assert!(quit.status.success(), "{quit:?}");
        assert!(self.process.wait().unwrap().success());
        let log = fs::read_to_string(self.directory.join("access.log")).unwrap();
        log.lines().map(|line| line.parse().unwrap()).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            let errors = fs::read_to_string(self.directory.join("error.log"));
            eprintln!("nginx wrote: {}", errors.unwrap_or_default());
        }
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian installs it outside the path of most users.
    let directories = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    directories.map(|directory| directory.join("nginx")).find(|program| program.is_file())
}

fn nginx(program: &Path, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-p").arg(directory).arg("-c").arg(directory.join("nginx.conf"));
    command.args(["-e", "stderr"]);
    command
}

fn new_directory(address: SocketAddr, upstream: SocketAddr) -> PathBuf {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("nginx-{}-{number}", process::id()));
    // A killed process with the same number may have left one.
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(directory.join("html")).unwrap();
    fs::write(directory.join("html/page"), PAGE).unwrap();
    let configuration = include_str!("../nginx/nginx.conf")
        .replace("LISTEN", &address.to_string())
        .replace("UPSTREAM", &upstream.to_string());
    fs::write(directory.join("nginx.conf"), configuration).unwrap();
    directory
}

/// A server that can be stopped and started, always at the same address.
pub struct Upstream {
    router: Router,
    address: SocketAddr,
    _reserved: TcpSocket,
    running: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Upstream {
    /// Creates a server that is not running yet.
    pub fn new(router: Router) -> Self {
        let reserved = reserve();
        let address = reserved.local_addr().unwrap();
        Self { router, address, _reserved: reserved, running: Mutex::default() }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn start(&self) {
        let listener = bind(self.address).listen(1024).unwrap();
        let server = axum::serve(listener, self.router.clone());
        let before = self.running.lock().unwrap().replace(tokio::spawn(server.into_future()));
        assert!(before.is_none(), "started twice");
    }

    pub async fn stop(&self) {
        let running = self.running.lock().unwrap().take().expect("started");
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
    }
}

/// A free port that this process keeps: connections are refused until another socket that shares it
/// listens.
fn reserve() -> TcpSocket {
    bind(([127, 0, 0, 1], 0).into())
}

fn bind(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseport(true).unwrap();
    socket.bind(address).unwrap();
    socket
}
