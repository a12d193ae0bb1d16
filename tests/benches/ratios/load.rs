//! A client that costs little beside the servers that it loads: one thread, connections that stay open, requests written beforehand.

use crate::measure::thread_cpu;
use anyhow::Context;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The bytes of a request without a body, or with one of JSON.
pub fn request(method: &str, path: &str, token: Option<&str>, body: &str) -> Vec<u8> {
    let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    let content = match body.len() {
        0 => String::new(),
        length => format!("content-type: application/json\r\ncontent-length: {length}\r\n"),
    };
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{token}{content}\r\n{body}").into_bytes()
}

/// What a load came to.
pub struct Loaded {
    /// Microseconds from each request to the end of its answer.
    pub latencies: Vec<f64>,
    /// Seconds of CPU time that the client took.
    pub cpu: f64,
}

/// Sends each connection's requests, one after the other on each of them. Every answer must be a 200.
pub fn load(server: SocketAddr, connections: Vec<Vec<Arc<[u8]>>>) -> anyhow::Result<Loaded> {
    let thread = std::thread::spawn(move || -> anyhow::Result<Loaded> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let latencies = runtime.block_on(async {
            let tasks: Vec<_> = connections.into_iter().map(|requests| tokio::spawn(one(server, requests))).collect();
            let mut latencies = Vec::new();
            for task in tasks {
                latencies.extend(task.await??);
            }
            anyhow::Ok(latencies)
        })?;
        Ok(Loaded { latencies, cpu: thread_cpu() })
    });
    thread.join().map_err(|_| anyhow::anyhow!("the client panicked"))?
}

async fn one(server: SocketAddr, requests: Vec<Arc<[u8]>>) -> anyhow::Result<Vec<f64>> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(64 << 10);
    let mut latencies = Vec::with_capacity(requests.len());
    for request in requests {
        let begun = Instant::now();
        stream.write_all(&request).await?;
        answer(&mut stream, &mut buffer).await?;
        latencies.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Ok(latencies)
}

async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    buffer.clear();
    loop {
        anyhow::ensure!(stream.read_buf(buffer).await? > 0, "the server hung up: {}", String::from_utf8_lossy(buffer));
        let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end])?;
        let length: usize = head
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse().ok())
            .with_context(|| format!("an answer without a length: {head}"))?;
        if buffer.len() >= end + 4 + length {
            anyhow::ensure!(head.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(buffer));
            return Ok(());
        }
    }
}
