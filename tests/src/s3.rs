//! An S3-compatible server of other people's making (moto) on a free port, for as long as the value lives.
use crate::plain::{Reply, ask};
use crate::programs::asset;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running server with one empty bucket, `photos`.
pub struct S3 {
    process: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

/// What the server takes for a key: anything.
pub const KEYS: [(&str, &str); 3] = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test-secret"), ("AWS_REGION", "us-east-1")];

impl S3 {
    /// Starts it.
    ///
    /// # Panics
    /// When it is not there: `xtask/setup.sh` fetches it.
    pub fn start() -> S3 {
        let place = asset("../target/tools/moto");
        assert!(place.is_dir(), "{}: xtask/setup.sh fetches it", place.display());
        let mut process = Command::new("python3")
            .args(["-m", "moto.server", "-p", "0"])
            .env("PYTHONPATH", place)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("python3");
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = said.find_map(|line| line.split_once("Running on ").map(|(_, address)| address.trim().to_owned()));
        let address = address.expect("moto says where it listens");
        // Whatever it says later goes nowhere, but must not fill the pipe.
        std::thread::spawn(move || said.for_each(drop));
        let s3 = S3 { process, address };
        assert_eq!(s3.ask("PUT", "/photos", b"").status, 200);
        s3
    }

    /// Asks it past our server. It looks at no signature, only whether there is one.
    pub fn ask(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        ask(&self.address, method, path, &[("authorization", "AWS test:any")], body)
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
