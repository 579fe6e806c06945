//! The schema of the store of several replicas.

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::connect;
use super::scope::said;
use crate::repo::RepoError;

/// Makes the three roles; run once by a superuser, by hand.
pub const ROLES: &str = include_str!("../../../migrations/postgres/roles.sql");

/// Each leads from the version of its index to the next; forward only.
const MIGRATIONS: [&str; 1] = [include_str!("../../../migrations/postgres/1.sql")];

/// The schema of this program.
pub const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings the schema to this program's in one transaction, as the owner. `url` is of a login that may act as the
/// owner, `aurora_hub_migrate`; several at once wait for one another.
///
/// # Errors
/// [`RepoError::Schema`] when the schema is newer, [`RepoError::Refused`] when the roles of [`ROLES`] are not there or
/// `url` cannot be read, [`RepoError::Untrusted`] when TLS fails.
pub async fn migrate(url: &str) -> Result<(), RepoError> {
    let (config, tls) = connect::road(url)?;
    let (client, connection) = config.connect(tls).await.map_err(|error| said(&error))?;
    let connection = tokio::spawn(connection);
    let done = up_to_date(&client).await;
    connection.abort();
    done
}

async fn up_to_date(client: &Client) -> Result<(), RepoError> {
    let run = async |sql: &str| client.batch_execute(sql).await.map_err(|error| said(&error));
    if let Err(error) = client.batch_execute("SET ROLE aurora_hub_owner").await {
        let missing =
            [SqlState::UNDEFINED_OBJECT, SqlState::INVALID_PARAMETER_VALUE, SqlState::INSUFFICIENT_PRIVILEGE];
        return Err(if error.code().is_some_and(|code| missing.contains(code)) {
            let how = "a superuser must first run migrations/postgres/roles.sql, and migrate logs in as aurora_hub_migrate";
            RepoError::Refused(how.to_owned())
        } else {
            said(&error)
        });
    }
    // What fails ends the connection, and with it the transaction.
    run("BEGIN; SELECT pg_advisory_xact_lock(1096110677, 0); CREATE SCHEMA IF NOT EXISTS hub; \
         SET LOCAL search_path = hub; SET LOCAL client_min_messages = warning; \
         CREATE TABLE IF NOT EXISTS schema_version(version int NOT NULL)")
    .await?;
    let version =
        client.query_opt("SELECT version FROM schema_version", &[]).await.map_err(|error| said(&error))?;
    let found = version.map_or(0, |row| row.get::<_, i32>(0)).cast_unsigned();
    if found > VERSION {
        return Err(RepoError::Schema { found, wanted: VERSION });
    }
    for migration in MIGRATIONS.iter().skip(found as usize) {
        run(migration).await?;
    }
    run(&format!("DELETE FROM schema_version; INSERT INTO schema_version VALUES ({VERSION}); COMMIT")).await
}
