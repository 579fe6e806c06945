//! TLS to PostgreSQL and Redis: whose certificates are believed, and what to do where it fails.
//!
//! There is no way to speak TLS without verifying certificate and host name.

use std::error::Error;
use std::sync::Arc;
use std::{io, iter};

use rustls::{CertificateError, ClientConfig, RootCertStore};

/// Believes the authorities in the file `SSL_CERT_FILE` and the folders `SSL_CERT_DIR`; without either those of the
/// system. Where there are none no certificate is believed.
pub(crate) fn client() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has suites of every version")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// What failed and what to do, in one line, when `error` or what caused it is a refusal of TLS; `None` for all else, as
/// a connection that broke.
pub(crate) fn refusal(error: &(dyn Error + 'static)) -> Option<String> {
    let refusal = iter::successors(Some(error), |&error| error.source())
        .find_map(|cause| cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>())?;
    let todo = match refusal {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            let unread = rustls_native_certs::load_native_certs().errors;
            let unread = unread.first().map_or_else(String::new, |error| format!(" ({error})"));
            format!("name a file with the certificate of its authority in SSL_CERT_FILE{unread}")
        }
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "write the name of its certificate as host of the address".to_owned(),
        // Made by hand most are so: `openssl req -x509`.
        rustls::Error::InvalidCertificate(why) if why.to_string().contains("CaUsedAsEndEntity") => {
            "give the server a certificate of its own: this one is marked as an authority's, CA:TRUE"
                .to_owned()
        }
        rustls::Error::InvalidCertificate(_) => "give the server another certificate".to_owned(),
        _ => "let the server speak TLS 1.2 or 1.3 and ask for no certificate".to_owned(),
    };
    Some(format!("{refusal}; {todo}"))
}
