//! How every login reaches PostgreSQL: its address, and TLS as `sslmode` in it says.

use std::error::Error as _;

use tokio_postgres::{Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::repo::RepoError;
use crate::tls;

/// Where `url` leads, and what speaks TLS on the way: never with `sslmode=disable`, always with `require`, and with
/// `prefer`, the default, where the server offers it. Certificate and host name are verified with either.
pub(super) fn road(url: &str) -> Result<(Config, MakeRustlsConnect), RepoError> {
    let config = url.parse().map_err(|_| {
        let how = "not an address of PostgreSQL: postgresql://LOGIN:PASSWORD@HOST/DATABASE?sslmode=require, or \
                   disable, or prefer; require verifies the server as verify-full does, by the authorities in \
                   SSL_CERT_FILE instead of sslrootcert";
        RepoError::Refused(how.to_owned())
    })?;
    Ok((config, MakeRustlsConnect::new(tls::client())))
}

/// What to do when there is no connection because of TLS.
pub(super) fn untrusted(error: &Error) -> Option<RepoError> {
    // The library has no type for it.
    let has_none = error.source().is_some_and(|cause| cause.to_string() == "server does not support TLS");
    let why = if has_none {
        Some("the server offers none; set ssl = on there".to_owned())
    } else {
        tls::refusal(error)
    };
    why.map(|why| {
        RepoError::Untrusted(format!("{why}, or write sslmode=disable where nobody else can listen"))
    })
}
