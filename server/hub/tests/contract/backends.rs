//! The stores that the suite runs on.

use std::sync::Arc;

use aurora_hub::repo::Repo;
use aurora_hub::repo::postgres::{self, PostgresRepo};
use aurora_hub::repo::sqlite::SqliteRepo;
use aurora_testing::stack::Postgres;
use tokio::sync::OnceCell;

/// A store in a file of its own.
pub(crate) async fn sqlite() -> Option<(Arc<dyn Repo>, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    let repo = SqliteRepo::open(&folder.path().join("hub.db")).unwrap();
    Some((Arc::new(repo), folder))
}

/// A fresh database with roles and schema; its name.
pub(crate) async fn prepared(server: &Postgres) -> String {
    let database = server.database();
    server.sql(&database, postgres::ROLES);
    postgres::migrate(&server.url("aurora_hub_migrate", &database)).await.unwrap();
    database
}

/// The test program's server and a database of its own on it.
pub(crate) async fn database() -> Option<(&'static Postgres, String)> {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let server = Postgres::shared()?;
    let template = TEMPLATE.get_or_init(|| prepared(server)).await;
    Some((server, server.copy_of(template)))
}

/// A store in a database of its own.
pub(crate) async fn postgres() -> Option<(Arc<dyn Repo>, ())> {
    let (server, database) = database().await?;
    Some((Arc::new(PostgresRepo::new(&server.url("aurora_hub_app", &database)).unwrap()), ()))
}
