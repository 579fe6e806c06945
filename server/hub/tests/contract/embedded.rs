//! What only the embedded store promises: commands beside the running hub, and copies while it writes.

use std::sync::Arc;

use aurora_hub::model::VoteKey;
use aurora_hub::repo::sqlite::{self, SqliteRepo};
use aurora_hub::repo::{Repo, RepoError};
use rusqlite::Connection;

use crate::help::{self, KEY, join, now, once, team};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_and_a_copy_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    // A first start that was killed at once: a file with a journal mode and nothing else.
    Connection::open(&path).unwrap().query_row("PRAGMA journal_mode=WAL", [], |_| Ok(())).unwrap();
    let repos: [Arc<dyn Repo>; 2] =
        [0, 1].map(|_| Arc::new(SqliteRepo::open(&path).unwrap()) as Arc<dyn Repo>);
    let tenant = team(&*repos[0]).await;
    let mut writers = Vec::new();
    for n in 0..8_u16 {
        let repo = Arc::clone(&repos[usize::from(n % 2)]);
        let member = join(&*repo, tenant).await;
        writers.push(tokio::spawn(async move {
            for group in 0..50 {
                // Two votes that are there together or not at all.
                let votes =
                    [VoteKey { group, ..KEY }.vote(true), VoteKey { group, cell: 3, ..KEY }.vote(true)];
                let (once, mut n_tries) = (once(), 0);
                // On a busy machine one may wait for the other longer than a request may: it asks again.
                while let Err(error) = repo.put_votes(tenant, member, help::votes(&votes), once, now()).await
                {
                    n_tries += 1;
                    assert!(matches!(error, RepoError::Unavailable(_)) && n_tries < 60, "{error}");
                }
            }
        }));
    }
    let mut n_copied = Vec::new();
    for copy in 0..5 {
        let copy = folder.path().join(format!("copy-{copy}.db"));
        sqlite::backup(&path, &copy).unwrap();
        let connection = Connection::open(&copy).unwrap();
        let n: i64 = connection.query_row("SELECT count(*) FROM vote", [], |row| row.get(0)).unwrap();
        assert_eq!(n % 2, 0);
        n_copied.push(n);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(n_copied.is_sorted(), "{n_copied:?}");
    // A copy is a whole store.
    let last = folder.path().join("copy-last.db");
    sqlite::backup(&path, &last).unwrap();
    let copy = SqliteRepo::open(&last).unwrap();
    assert_eq!(copy.check_schema().await.unwrap(), sqlite::VERSION);
    let mut n = 0;
    for member in copy.members(tenant, crate::help::ALL).await.unwrap() {
        n += copy.votes(tenant, member.id).await.unwrap().len();
    }
    assert_eq!(n, 8 * 50 * 2);
}
