//! What the databases themselves keep apart and refuse, asked in raw SQL past the program.

use std::sync::Arc;

use aurora_hub::model::{Experiment, Tally, TenantId, Verb};
use aurora_hub::repo::postgres::{self, PostgresRepo};
use aurora_hub::repo::sqlite::SqliteRepo;
use aurora_hub::repo::{Repo, RepoError};
use aurora_team::wire::{Card, Exposure, Role};
use aurora_testing::stack::Postgres;
use rusqlite::Connection;

use crate::backends;
use crate::help::{KEY, act, bytes, dp, fresh, join, leave, now, once, shown, team, vote};

/// A team and a dp tenant that have a row in every table between them.
async fn fill(repo: &dyn Repo) -> [TenantId; 2] {
    let tenant = team(repo).await;
    repo.invite(tenant, Role::Member, bytes(fresh()), now() + 60, act(Verb::Invite)).await.unwrap();
    let mut members = Vec::new();
    for _ in 0..6 {
        let member = join(repo, tenant).await;
        vote(repo, tenant, member, KEY, true).await;
        members.push(member);
    }
    let decide = |_: &[Tally], _: &[Card]| vec![KEY.card(5, 1000)];
    repo.release_team(tenant, 1, &decide, act(Verb::Release)).await.unwrap().unwrap();
    leave(repo, tenant, members[0]).await;
    let experiment = Experiment { id: 0, key: bytes(1), cut: 5000, starts: 1, ends: 9, is_stopped: false };
    let id = repo.start_experiment(tenant, &experiment, act(Verb::StartExperiment)).await.unwrap().unwrap();
    let seen = Exposure { experiment: id, shown: 1, accepted: 1, undone: 0, abstained: 0 };
    repo.put_votes(tenant, members[1], shown(seen, true), once(), now()).await.unwrap();
    let private = dp(repo).await;
    let member = join(repo, private).await;
    vote(repo, private, member, KEY, true).await;
    repo.spend_dp(private, 1, 800, act(Verb::Release)).await.unwrap().unwrap();
    [tenant, private]
}

/// A server with two pairs of tenants, and the tables with the column that names the tenant.
struct Filled {
    server: &'static Postgres,
    database: String,
    a: [TenantId; 2],
    b: [TenantId; 2],
    tables: Vec<(String, &'static str)>,
}

impl Filled {
    async fn new() -> Option<Self> {
        let (server, database) = backends::database().await?;
        let repo = PostgresRepo::new(&server.url("aurora_hub_app", &database)).unwrap();
        let (a, b) = (fill(&repo).await, fill(&repo).await);
        let sql = "SELECT relname FROM pg_class WHERE relnamespace='hub'::regnamespace AND relkind='r' \
                   AND relname<>'schema_version' ORDER BY 1";
        let tables: Vec<_> = server
            .sql(&database, sql)
            .lines()
            .map(|name| (name.to_owned(), if name == "tenant" { "id" } else { "tenant" }))
            .collect();
        assert_eq!(tables.len(), 13, "{tables:?}");
        Some(Self { server, database, a, b, tables })
    }

    fn app(&self, sql: &str) -> Result<String, String> {
        self.server.try_sql("aurora_hub_app", &self.database, sql)
    }

    /// As the owner, whom only who migrates may become.
    fn owner(&self, sql: &str) -> Result<String, String> {
        let sql = format!("SET ROLE aurora_hub_owner; {sql}");
        self.server.try_sql("aurora_hub_migrate", &self.database, &sql)
    }

    /// As the superuser, past row security.
    fn really(&self, sql: &str) -> String {
        self.server.sql(&self.database, sql)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_of_another_tenant_is_seen_and_none_at_all_without_a_tenant() {
    let Some(filled) = Filled::new().await else { return };
    for (table, column) in &filled.tables {
        let rows = |where_: &str| format!("SELECT count(*) FROM hub.{table} {where_}");
        let of = |pair: [TenantId; 2]| format!("WHERE {column} IN ({}, {})", pair[0].0, pair[1].0);
        // The test means something only when there are rows to be hidden.
        assert_ne!(filled.really(&rows(&of(filled.b))), "0", "{table}");
        let mut n_own = 0;
        for tenant in filled.a {
            let set = format!("SET hub.tenant = '{}'; ", tenant.0);
            let own = format!("WHERE {column} = {}", tenant.0);
            for ask in [Filled::app, Filled::owner] {
                let seen = ask(&filled, &(set.clone() + &rows(""))).unwrap();
                assert_eq!(seen, filled.really(&rows(&own)), "{table} of {}", tenant.0);
                assert_eq!(ask(&filled, &(set.clone() + &rows(&of(filled.b)))).unwrap(), "0", "{table}");
                n_own += seen.parse::<u32>().unwrap();
            }
        }
        assert!(n_own > 0, "{table}");
        for ask in [Filled::app, Filled::owner] {
            let none = ["", "SET hub.tenant = ''; ", "SET hub.tenant = '0'; "];
            // What was set in a transaction is gone after it: so for who gets the connection next.
            let before = format!("BEGIN; SET LOCAL hub.tenant = '{}'; COMMIT; ", filled.b[0].0);
            for set in none.into_iter().chain([before.as_str()]) {
                assert_eq!(ask(&filled, &(set.to_owned() + &rows(""))).unwrap(), "0", "{table}: {set}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_another_tenant_are_neither_made_nor_changed_nor_moved() {
    let Some(filled) = Filled::new().await else { return };
    let (a, b) = (filled.a[0].0, filled.b[0].0);
    let set = format!("SET hub.tenant = '{a}'; ");
    // The trigger of releases comes first: it sees no such tenant.
    let refusals = ["row-level security", "permission denied", "in the other mode"];
    let is_refused = |done: &Result<String, String>| {
        done.as_ref().is_err_and(|error| refusals.iter().any(|refusal| error.contains(refusal)))
    };
    for (table, column) in &filled.tables {
        let hash = |n: &str| {
            filled.really(&format!(
                "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM hub.{table} t {n}"
            ))
        };
        let of_b = format!("WHERE {column} = {b}");
        let before = hash(&of_b);
        // Each of B's rows again, as A, and without a tenant.
        let columns = filled.really(&format!(
            "SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute WHERE attrelid='hub.{table}'::regclass \
             AND attnum>0 AND attidentity<>'a'"
        ));
        let row = filled.really(&format!("SELECT row_to_json(t) FROM hub.{table} t {of_b} LIMIT 1"));
        if !row.is_empty() {
            let insert = format!(
                "INSERT INTO hub.{table}({columns}) SELECT {columns} FROM json_populate_record(NULL::hub.{table}, '{row}')"
            );
            for sql in [set.clone() + &insert, insert.clone()] {
                let made = filled.app(&sql);
                assert!(is_refused(&made), "{table}: {made:?}");
            }
        }
        for ask in [Filled::app, Filled::owner] {
            // Moved over there, or taken from there: it is refused, or there is nothing to take.
            let away = format!("{set}UPDATE hub.{table} SET {column} = {b}");
            let moved = ask(&filled, &away);
            let has_rows = filled.really(&format!("SELECT 1 FROM hub.{table} WHERE {column} = {a} LIMIT 1"));
            assert!(moved.is_err() || has_rows.is_empty(), "{table}: {moved:?}");
            let _ = ask(&filled, &format!("{set}DELETE FROM hub.{table} {of_b}"));
            let _ = ask(&filled, &format!("{set}UPDATE hub.{table} SET {column} = {a} {of_b}"));
        }
        assert_eq!(hash(&of_b), before, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_and_the_plan_are_what_the_design_says() {
    let Some(filled) = Filled::new().await else { return };
    let weak = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'aurora_hub%' AND (rolsuper OR rolbypassrls OR rolcreaterole)";
    assert_eq!(filled.really(weak), "0");
    assert!(filled.server.try_sql("aurora_hub_owner", &filled.database, "SELECT 1").is_err());
    assert!(filled.app("SET ROLE aurora_hub_owner").is_err());
    let open = "SELECT count(*) FROM pg_class WHERE relnamespace='hub'::regnamespace AND relkind='r' \
                AND relname<>'schema_version' AND NOT (relrowsecurity AND relforcerowsecurity)";
    assert_eq!(filled.really(open), "0");
    let owned = "SELECT count(*) FROM pg_class WHERE relnamespace='hub'::regnamespace AND pg_get_userbyid(relowner)<>'aurora_hub_owner'";
    assert_eq!(filled.really(owned), "0");
    // Among many votes of many tenants those of one are found by the index, with its number in the condition.
    let many = "INSERT INTO hub.tenant(mode, seats) SELECT 0, 10 FROM generate_series(1, 200); \
                INSERT INTO hub.member(tenant, role) SELECT id, 1 FROM hub.tenant; \
                INSERT INTO hub.vote(tenant, domain, grp, cell, action, member, yes, day) \
                SELECT tenant, 1, g, 2, 3, id, true, 1 FROM hub.member, generate_series(1, 200) g ON CONFLICT DO NOTHING; \
                ANALYZE hub.vote";
    filled.really(many);
    for query in [
        "SELECT * FROM hub.vote",
        "SELECT domain, grp, cell, action, count(*) FROM hub.vote GROUP BY 1, 2, 3, 4",
        "UPDATE hub.vote SET yes = false WHERE domain=1 AND grp=2 AND cell=2 AND action=3",
    ] {
        let plan = filled.app(&format!("SET hub.tenant = '{}'; EXPLAIN {query}", filled.a[0].0)).unwrap();
        let by_tenant = |line: &str| line.contains("Index Cond: (") && line.contains("(tenant = (NULLIF(");
        assert!(plan.lines().any(by_tenant), "{query}:\n{plan}");
        assert!(!plan.contains("Seq Scan"), "{query}:\n{plan}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_and_ledger_only_grow() {
    let Some(filled) = Filled::new().await else { return };
    let private = filled.a[1].0;
    let set = format!("SET hub.tenant = '{private}'; ");
    let insert = |meps: i32, release: &str| {
        format!(
            "INSERT INTO hub.member_ledger(tenant, member_tag, release, meps) SELECT {private}, member_tag, {release}, {meps} FROM hub.member_ledger LIMIT 1"
        )
    };
    let new_release =
        format!("INSERT INTO hub.release(tenant, epoch, meps, is_open) VALUES ({private}, 77, 100, true); ");
    for ask in [Filled::app, Filled::owner] {
        for sql in [
            "UPDATE hub.audit SET at = 0",
            "DELETE FROM hub.audit",
            "TRUNCATE hub.audit",
            "UPDATE hub.member_ledger SET meps = 1",
            "DELETE FROM hub.member_ledger",
            "TRUNCATE hub.member_ledger",
            "UPDATE hub.tenant SET mode = 0",
            "UPDATE hub.release SET is_open = true",
            &insert(1, "release"),
            &(new_release.clone() + &insert(101, "(SELECT max(id) FROM hub.release)")),
            &("BEGIN ISOLATION LEVEL REPEATABLE READ; ".to_owned()
                + &new_release
                + &insert(100, "(SELECT max(id) FROM hub.release)")),
        ] {
            let done = ask(&filled, &(set.clone() + sql));
            assert!(done.is_err(), "{sql}");
        }
    }
    let sum = format!("SELECT sum(meps) FROM hub.member_ledger WHERE tenant = {private}");
    assert_eq!(filled.really(&sum), "800");
    // At once, past the program and its lock: each would fit, only one does.
    filled.app(&(set.clone() + &new_release.replace("77", "78") + &new_release)).unwrap();
    let both = std::thread::scope(|scope| {
        let spend = |epoch: i32| {
            let release = format!("(SELECT id FROM hub.release WHERE epoch = {epoch})");
            let sql = format!("{set}BEGIN; {}; SELECT pg_sleep(0.3); COMMIT", insert(60, &release));
            let filled = &filled;
            scope.spawn(move || filled.app(&sql))
        };
        [spend(77), spend(78)].map(|one| one.join().unwrap())
    });
    assert_eq!(both.iter().filter(|one| one.is_ok()).count(), 1, "{both:?}");
    assert_eq!(filled.really(&sum), "860");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_programs_own_schema_is_served() {
    let Some(server) = Postgres::shared() else { return };
    let empty = server.database();
    let repo = PostgresRepo::new(&server.url("aurora_hub_app", &empty)).unwrap();
    let schema = |found: u32| move |done: Result<u32, RepoError>| matches!(done, Err(RepoError::Schema { found: f, wanted }) if f == found && wanted == postgres::VERSION);
    assert!(schema(0)(repo.check_schema().await));
    // Without the roles' rights on this database it says what to do first.
    let login = server.url("aurora_hub_migrate", &empty);
    assert!(postgres::migrate(&login).await.is_err());
    server.sql(&empty, postgres::ROLES);
    assert!(schema(0)(repo.check_schema().await));
    let both = tokio::join!(postgres::migrate(&login), postgres::migrate(&login));
    assert!(both.0.is_ok() && both.1.is_ok(), "{both:?}");
    assert_eq!(repo.check_schema().await.unwrap(), postgres::VERSION);
    let set =
        |version: u32| server.sql(&empty, &format!("UPDATE hub.schema_version SET version = {version}"));
    for version in [0, postgres::VERSION + 1] {
        set(version);
        assert!(schema(version)(repo.check_schema().await));
    }
    assert!(matches!(postgres::migrate(&login).await, Err(RepoError::Schema { .. })));
    set(postgres::VERSION);
    // Who serves cannot migrate, and an address that is none is refused at once.
    assert!(postgres::migrate(&server.url("aurora_hub_app", &empty)).await.is_err());
    assert!(PostgresRepo::new("what?").is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_is_whole_and_restores_the_walls_too() {
    let Some(filled) = Filled::new().await else { return };
    // Who is under row security is refused, rather than given a dump with holes.
    for user in ["aurora_hub_app", "aurora_hub_migrate"] {
        let refused = filled.server.restored(user, &filled.database).unwrap_err();
        assert!(refused.contains("row-level security") || refused.contains("permission denied"), "{refused}");
    }
    let copy = filled.server.restored("postgres", &filled.database).unwrap();
    let read = |database: &str, table: &str| {
        filled.server.sql(
            database,
            &format!("SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM hub.{table} t"),
        )
    };
    for (table, _) in &filled.tables {
        assert_eq!(read(&copy, table), read(&filled.database, table), "{table}");
        let hidden =
            filled.server.try_sql("aurora_hub_app", &copy, &format!("SELECT count(*) FROM hub.{table}"));
        assert_eq!(hidden.unwrap(), "0", "{table}");
    }
    let repo = PostgresRepo::new(&filled.server.url("aurora_hub_app", &copy)).unwrap();
    assert_eq!(repo.check_schema().await.unwrap(), postgres::VERSION);
    // Numbers go on where they were.
    assert!(team(&repo).await > filled.b[1]);
    let update = format!("SET hub.tenant = '{}'; UPDATE hub.member_ledger SET meps = 1", filled.a[1].0);
    assert!(filled.server.sql(&copy, "SELECT count(*) FROM hub.member_ledger") != "0");
    assert!(filled.server.try_sql("postgres", &copy, &update).unwrap_err().contains("append only"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_store_refuses_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let repo: Arc<dyn Repo> = Arc::new(SqliteRepo::open(&path).unwrap());
    let [_, private] = fill(&*repo).await;
    let raw = Connection::open(&path).unwrap();
    raw.pragma_update(None, "foreign_keys", true).unwrap();
    let spend = |meps: i32, verb: &str| {
        format!(
            "{verb} INTO member_ledger SELECT {id}, {t}, member_tag, release, {meps} FROM member_ledger LIMIT 1",
            id = if verb == "REPLACE" { "id" } else { "NULL" },
            t = private.0
        )
    };
    for sql in [
        "UPDATE audit SET at = 0",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT id, tenant, NULL, 1, 1, 1 FROM audit LIMIT 1",
        "UPDATE member_ledger SET meps = 1",
        "DELETE FROM member_ledger",
        "UPDATE tenant SET mode = 0",
        "UPDATE release SET is_open = 1",
        "DELETE FROM release",
        "DELETE FROM tenant",
        "INSERT INTO vote SELECT 1 - tenant, domain, grp, cell, action, member, yes, was, day FROM vote LIMIT 1",
        &spend(1, "INSERT"),
        &spend(1, "REPLACE"),
        &spend(101, "INSERT").replace(", release,", ", release + 1,"),
    ] {
        assert!(raw.execute(sql, []).is_err(), "{sql}");
    }
    raw.pragma_update(None, "user_version", 99).unwrap();
    let newer = SqliteRepo::open(&path).unwrap().check_schema().await;
    assert!(matches!(newer, Err(RepoError::Schema { found: 99, .. })), "{newer:?}");
}
