//! An authority of a test and the certificates that it gives to servers.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// An authority that nobody trusts who is not told to.
#[derive(Debug)]
pub struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A server's certificate and its key, as PEM.
#[derive(Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// The key.
    pub key: String,
}

impl Authority {
    /// A new one; two of them are of different names.
    pub fn new(name: &str) -> Self {
        let mut is = CertificateParams::default();
        is.distinguished_name.push(DnType::OrganizationName, name);
        is.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("there is entropy");
        let pem = is.self_signed(&key).expect("the key signs").pem();
        Self { pem, issuer: Issuer::new(is, key) }
    }

    /// Its own certificate, as `SSL_CERT_FILE` holds it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// What an authority shows that is itself the server of the name `host`.
    ///
    /// # Panics
    /// When `host` is no name.
    pub fn as_identity(host: &str) -> Identity {
        let mut is = CertificateParams::new([host.to_owned()]).expect("it is a name");
        is.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("there is entropy");
        let certificate = is.self_signed(&key).expect("the key signs").pem();
        Identity { certificate, key: key.serialize_pem() }
    }

    /// What the server of the name `host`, or of the address, shows.
    ///
    /// # Panics
    /// When `host` is neither.
    pub fn identity(&self, host: &str) -> Identity {
        let is = CertificateParams::new([host.to_owned()]).expect("it is a name");
        let key = KeyPair::generate().expect("there is entropy");
        let certificate = is.signed_by(&key, &self.issuer).expect("the key signs").pem();
        Identity { certificate, key: key.serialize_pem() }
    }
}
