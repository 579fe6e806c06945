//! Secrets: from the environment or from a file that nobody else reads; never from the configuration.

use std::fs;
use std::path::Path;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::ConfigError;

/// Passwords that stand in manuals. Compared without case.
const KNOWN: [&str; 14] = [
    "postgres",
    "postgresql",
    "password",
    "passw0rd",
    "changeme",
    "change-me",
    "secret",
    "aurora",
    "admin",
    "root",
    "redis",
    "hub",
    "test",
    "example",
];

/// Fewest characters of a password.
const SHORTEST: usize = 12;

/// The secret called `name`: the variable itself, or the file that `NAME_FILE` names. `None` without either.
pub(super) fn read(
    name: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, ConfigError> {
    let file = variable(&format!("{name}_FILE"));
    match (variable(name), file) {
        (Some(_), Some(_)) => Err(ConfigError(format!("{name} and {name}_FILE are both set; unset one"))),
        (Some(value), None) => Ok(Some(value)),
        (None, Some(path)) => {
            let path = Path::new(&path);
            check_private(path)?;
            let text = fs::read_to_string(path).map_err(|error| {
                ConfigError(format!("cannot read {name}_FILE {}: {error}", path.display()))
            })?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => Ok(None),
    }
}

/// An error when others than owner and group may read or write the file.
pub fn check_private(path: &Path) -> Result<(), ConfigError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let shown = path.display();
        let mode = fs::metadata(path)
            .map_err(|error| ConfigError(format!("cannot read the secret {shown}: {error}")))?
            .permissions()
            .mode();
        if mode & 0o027 != 0 {
            return Err(ConfigError(format!(
                "others can read or write the secret {shown} (mode {:o}); run: chmod 600 {shown}",
                mode & 0o777
            )));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// An error when the password of the address in `name` is one of a manual, short, or missing where it goes over a net.
pub(super) fn check_url(name: &str, url: &str, schemes: &[&str]) -> Result<(), ConfigError> {
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(ConfigError(format!(
            "{name} is no address; write {}://USER:PASSWORD@HOST/…",
            schemes[0]
        )));
    };
    if !schemes.contains(&scheme) {
        return Err(ConfigError(format!("{name} begins with {scheme}://; write {}://", schemes[0])));
    }
    let Login { user, password, is_here } = if scheme.starts_with("postgres") {
        Login::of_postgres(url).ok_or_else(|| {
            ConfigError(format!("{name} cannot be read; write {}://USER:PASSWORD@HOST/DATABASE", schemes[0]))
        })?
    } else {
        Login::of_authority(rest)
    };
    let lower = password.to_lowercase();
    if password.is_empty() && is_here {
        return Ok(());
    }
    if password.is_empty() {
        return Err(ConfigError(format!(
            "{name} has no password; give the login one of 16 random characters"
        )));
    }
    if KNOWN.contains(&lower.as_str()) || password == user {
        return Err(ConfigError(format!(
            "{name} has a default password; give the login one of 16 random characters"
        )));
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if password.chars().count() < SHORTEST || distinct.len() < 6 {
        return Err(ConfigError(format!(
            "{name} has a weak password; give the login one of 16 random characters"
        )));
    }
    Ok(())
}

/// Who an address logs in as, and where.
struct Login {
    user: String,
    password: String,
    /// Whether all goes within this machine: a socket's folder, or the loopback's user, says who may connect.
    is_here: bool,
}

impl Login {
    /// As the driver reads it: what stands before the path, what the query says, and what is written with %.
    fn of_postgres(url: &str) -> Option<Self> {
        let config: Config = url.parse().ok()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let is_here = config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
            && config.get_hosts().iter().all(|host| match host {
                Host::Tcp(name) => is_loopback(name),
                #[cfg(unix)]
                Host::Unix(_) => true,
            });
        Some(Self {
            user: config.get_user().unwrap_or_default().to_owned(),
            password: config.get_password().map(text).unwrap_or_default(),
            is_here,
        })
    }

    /// Of `USER:PASSWORD@HOST:PORT/…`.
    fn of_authority(rest: &str) -> Self {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host).trim_matches(['[', ']']);
        Self { user: user.to_owned(), password: password.to_owned(), is_here: is_loopback(host) }
    }
}

/// Whether a host is this machine, by its name alone.
fn is_loopback(host: &str) -> bool {
    host.is_empty()
        || host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_default_passwords_are_named() {
        let said = |url: &str| check_url("DB", url, &["postgres", "postgresql"]).map_err(|e| e.0);
        assert_eq!(said("postgres://hub:Wq8-z3LmT0xy91@db/hub"), Ok(()));
        assert_eq!(said("postgres://hub@127.0.0.1:5432/hub"), Ok(()));
        assert_eq!(said("postgres://hub@%2Frun%2Fpostgresql/hub"), Ok(()));
        assert!(said("postgres://hub@db/hub").unwrap_err().contains("no password"));
        assert!(said("postgres://hub:Postgres@db/hub").unwrap_err().contains("default password"));
        assert!(said("postgres://hub:hub@127.0.0.1/hub").unwrap_err().contains("default password"));
        assert!(said("postgres://hub:k3Jq@db/hub").unwrap_err().contains("weak password"));
        assert!(said("postgres://hub:aaaaaaaaaaaaaaaa@db/hub").unwrap_err().contains("weak password"));
        // What the driver takes from the query counts.
        assert!(
            said("postgres:///hub?host=db.example&user=hub&password=hub").unwrap_err().contains("default")
        );
        assert!(said("postgres:///hub?host=db.example").unwrap_err().contains("no password"));
        assert!(said("postgres://hub@127.0.0.1/hub?hostaddr=192.0.2.1").unwrap_err().contains("no password"));
        assert!(said("postgres://hub@localhost,db.example/hub").unwrap_err().contains("no password"));
        assert!(said("postgres://hub:%70ostgres@db/hub").unwrap_err().contains("default"));
        assert_eq!(said("postgres:///hub?host=db.example&password=Wq8-z3LmT0xy91"), Ok(()));
        assert_eq!(said("postgres:///hub?host=/run/postgresql"), Ok(()));
        assert!(said("postgres://hub@db/hub?sslmode=what").unwrap_err().contains("cannot be read"));
        assert!(said("mysql://hub@db/hub").unwrap_err().contains("postgres://"));
        assert!(said("db").unwrap_err().contains("no address"));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_read_is_refused_with_what_to_do() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        fs::write(&path, "postgres://x\n").unwrap();
        let variable = |name: &str| (name == "DB_FILE").then(|| path.display().to_string());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read("DB", &variable).unwrap_err().0.contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read("DB", &variable).unwrap().as_deref(), Some("postgres://x"));
    }
}
