//! The address of a hub: https, or http on this machine.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::TeamError;

/// An address that we would speak to: `https://host[:port][/path]`, or http where the host is this machine.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HubUrl {
    text: String,
    host: String,
    is_loopback: bool,
}

impl HubUrl {
    /// Reads an address; a slash at its end is dropped.
    pub fn parse(text: &str) -> Result<Self, TeamError> {
        let text = text.trim().trim_end_matches('/');
        let refuse = |why: &str| Err(TeamError::Url(format!("{}: {why}", shown(text))));
        let Some((scheme, rest)) = text.split_once("://") else {
            return refuse("the address of a hub begins with https://");
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let fits = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:[]/".contains(&b));
        if authority.is_empty() || text.len() > 500 || !fits(authority) || !fits(path) {
            return refuse(
                "that is not the address of a hub: no user, query, fragment or blank belongs in it",
            );
        }
        let host = authority
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .map_or_else(|| authority.rsplit_once(':').map_or(authority, |(host, _)| host), |(host, _)| host);
        let is_loopback = host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match scheme {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return refuse("plain http is for a hub on this machine; use https"),
            _ => return refuse("the address of a hub begins with https://"),
        }
        Ok(Self { text: text.to_owned(), host: authority.to_owned(), is_loopback })
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port, as a person is told of it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is on this machine: then no proxy is asked.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

/// What of a text that may be anything is shown.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

impl TryFrom<String> for HubUrl {
    type Error = TeamError;

    fn try_from(text: String) -> Result<Self, TeamError> {
        Self::parse(&text)
    }
}

impl From<HubUrl> for String {
    fn from(url: HubUrl) -> Self {
        url.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_taken_and_http_on_this_machine_only() {
        let host = |text: &str| HubUrl::parse(text).map(|url| url.host().to_owned()).ok();
        assert_eq!(host("https://hub.example/"), Some("hub.example".to_owned()));
        assert_eq!(host("https://hub.example:8443/aurora"), Some("hub.example:8443".to_owned()));
        assert_eq!(host("http://127.0.0.1:8790"), Some("127.0.0.1:8790".to_owned()));
        assert_eq!(host("http://[::1]:8790"), Some("[::1]:8790".to_owned()));
        assert_eq!(host("http://localhost"), Some("localhost".to_owned()));
        for bad in [
            "http://hub.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://[::2]:80",
            "hub.example",
            "ftp://hub.example",
            "https://",
            "https://a@b",
            "https://a b",
            "https://hub.example/?x=1",
            "https://hub.example/\u{1b}[31m",
        ] {
            assert_eq!(host(bad), None, "{bad}");
        }
    }
}
