//! Addresses of proxies: one address or a net, `10.0.0.0/8`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// All addresses whose first `length` bits are those of `address`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Net {
    address: IpAddr,
    length: u8,
}

/// An address as bits, IPv4 as itself even where it is written inside IPv6.
fn bits(address: IpAddr) -> (u128, u8) {
    match address.to_canonical() {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

impl Net {
    /// Whether `address` is in it.
    pub fn contains(self, address: IpAddr) -> bool {
        let ((ours, n), (theirs, m)) = (bits(self.address), bits(address));
        let rest = u32::from(n - self.length.min(n));
        n == m && (ours ^ theirs).checked_shr(rest).unwrap_or(0) == 0
    }
}

impl FromStr for Net {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is neither an address nor a net like 10.0.0.0/8");
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let (_, n) = bits(address);
        let length = length.map_or(Ok(n), str::parse).map_err(|_| wrong())?;
        if length > n || length == 0 {
            return Err(wrong());
        }
        Ok(Self { address, length })
    }
}

impl TryFrom<String> for Net {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl From<Net> for String {
    fn from(net: Net) -> Self {
        net.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_net_holds_what_begins_alike() {
        let holds = |net: &str, address: &str| net.parse::<Net>().unwrap().contains(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.1.2"));
        assert!(!holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("127.0.0.1", "127.0.0.1"));
        assert!(holds("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(!holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("fd00::/8", "fd12::1"));
        assert!(!holds("fd00::/8", "10.0.0.1"));
    }

    #[test]
    fn everything_is_no_net_of_proxies() {
        for wrong in ["0.0.0.0/0", "10.0.0.0/33", "proxy", "10.0.0.0/"] {
            assert!(wrong.parse::<Net>().is_err(), "{wrong}");
        }
    }
}
