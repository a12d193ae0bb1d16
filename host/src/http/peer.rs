//! From which network address somebody asks.

use super::problem::Fault;
use crate::App;
use crate::config::Network;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use std::net::{IpAddr, SocketAddr};

const FORWARDED: &str = "x-forwarded-for";

/// The address of the client: the connection's other end, or, where that is one of the trusted proxies, what they say. None where
/// the site is called without a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peer(pub Option<IpAddr>);

impl Peer {
    pub(super) fn of(app: &App, request: &Extensions, headers: &HeaderMap) -> Self {
        Self(connection(request).map(|at| client(at, headers, &app.config.trusted_proxies)))
    }
}

fn connection(request: &Extensions) -> Option<IpAddr> {
    request.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip())
}

/// The other end of the connection, when it says for whom it asks and is not believed.
pub(super) fn unbelieved(app: &App, request: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
    let from = connection(request).filter(|_| headers.contains_key(FORWARDED))?;
    (!is_trusted(&app.config.trusted_proxies, from)).then_some(from)
}

fn is_trusted(trusted: &[Network], address: IpAddr) -> bool {
    trusted.iter().any(|network| network.contains(address.to_canonical()))
}

/// Each proxy writes behind what it received from whom, so the list is read from its end, as long as a trusted one wrote it.
fn client(connection: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let lines: Vec<&str> = headers.get_all(FORWARDED).iter().filter_map(|line| line.to_str().ok()).collect();
    let mut client = connection.to_canonical();
    for entry in lines.iter().flat_map(|line| line.split(',')).rev() {
        if !is_trusted(trusted, client) {
            break;
        }
        match parse(entry) {
            Some(before) => client = before.to_canonical(),
            None => break,
        }
    }
    client
}

/// An address, with a port where the proxy adds one.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.parse().or_else(|_| entry.parse::<SocketAddr>().map(|socket| socket.ip()));
    bare.ok().or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

impl FromRequestParts<App> for Peer {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        Ok(Self::of(app, &parts.extensions, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn seen(connection: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, HeaderValue::from_str(line).expect("a header"));
        }
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().expect("a network")).collect();
        client(connection.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxy = ["10.0.0.0/8", "::1"];
        assert_eq!(seen("192.0.2.7", &["203.0.113.9"], &proxy), "192.0.2.7", "a client that claims to be another");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"], &proxy), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 203.0.113.9"], &proxy), "203.0.113.9", "what the client made up");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "203.0.113.9, 10.0.0.2"], &proxy), "203.0.113.9", "two proxies");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"], &proxy), "10.0.0.3", "somebody inside");
        assert_eq!(seen("::1", &["[2001:db8::1]:4711"], &proxy), "2001:db8::1");
        assert_eq!(seen("::ffff:10.0.0.1", &["203.0.113.9:80"], &proxy), "203.0.113.9");
        assert_eq!(
            seen("10.0.0.1", &["203.0.113.9, unknown"], &proxy),
            "10.0.0.1",
            "what cannot be read is not guessed"
        );
        assert_eq!(seen("10.0.0.1", &[], &proxy), "10.0.0.1");
        assert_eq!(seen("127.0.0.1", &["203.0.113.9"], &[]), "127.0.0.1");
    }
}
