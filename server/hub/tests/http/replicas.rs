//! Two replicas behind one balancer, each a process of its own, on one PostgreSQL and one Redis.

use std::io::Read;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use aurora_hub::app::App;
use aurora_hub::auth::keys::Keys;
use aurora_hub::config::Config;
use aurora_hub::start;
use aurora_hub::telemetry::Metrics;
use aurora_testing::port::Port;
use aurora_testing::stack::{Balancer, Postgres, Redis};
use tokio::runtime::Runtime;

use crate::CONTRACT;
use crate::help::{Answer, Site, ask, roomy, wait_for};
use crate::stack::database;

/// Tells a copy of this test program to be a replica: its settings, and where the store and the cache are.
const CHILD: [&str; 3] = ["AURORA_TEST_REPLICA", "AURORA_TEST_DATABASE", "AURORA_TEST_REDIS"];

/// Not a test by itself: what the replicas run. It ends with the program that started it.
#[test]
fn child() {
    let [Ok(config), database, redis] = CHILD.map(std::env::var) else { return };
    let mut config: Config = serde_json::from_str(&config).unwrap();
    config.secrets.database_url = database.ok();
    config.secrets.redis_url = redis.ok();
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    start::serve(config).unwrap();
}

/// A replica that can be killed and started again.
struct Replica {
    config: Config,
    process: Child,
    _ports: [Port; 2],
}

impl Replica {
    fn start(mut config: Config) -> Self {
        let ports = [Port::free(), Port::free()];
        [config.listen, config.metrics_listen] = ports.each_ref().map(Port::address);
        let process = Self::run(&config);
        Self { config, process, _ports: ports }
    }

    fn run(config: &Config) -> Child {
        let secrets =
            [&config.secrets.database_url, &config.secrets.redis_url].map(|url| url.clone().unwrap());
        let [database, redis] = &secrets;
        let settings = serde_json::to_string(config).unwrap();
        let process = Command::new(std::env::current_exe().unwrap())
            .args(["replicas::child", "--exact", "--test-threads=1"])
            .envs(CHILD.into_iter().zip([&settings, database, redis]))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for("replica", || std::net::TcpStream::connect(config.listen).is_ok());
        wait_for("readiness", || ask(config.listen, "GET", "/readyz", "", "").status == 200);
        process
    }

    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A request that may not be sent twice got no answer, for the replica that had it was killed.
struct Cut;

/// Both, as those see them who ask the balancer.
struct Replicas {
    balancer: Balancer,
    app: Arc<App>,
    runtime: Runtime,
}

impl Site for Replicas {
    fn api(&self) -> SocketAddr {
        self.balancer.address()
    }

    fn app(&self) -> &App {
        &self.app
    }

    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Two seconds, and what it takes a busy machine to start a replica again.
    fn lag(&self) -> Duration {
        Duration::from_secs(20)
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let answer = ask(self.api(), method, path, headers, body);
        let is_of_the_hub = answer.header("content-type") != Some("text/html");
        if !is_of_the_hub && matches!(method, "POST" | "DELETE") {
            resume_unwind(Box::new(Cut));
        }
        answer
    }
}

/// What the replicas and the commands beside them are told.
fn settings(folder: &Path, database: &str, redis: &Redis) -> Config {
    let mut config =
        Config { data: folder.to_owned(), replicas: 2, log: "off".to_owned(), ..Config::default() };
    roomy(&mut config);
    config.release.automatic = false;
    config.secrets.database_url = Some(database.to_owned());
    config.secrets.redis_url = Some(redis.url());
    config
}

#[test]
fn they_keep_the_contract_while_one_is_killed_each_second() {
    const KILLS: u32 = 12;
    // On a slow machine some promises take so long that a kill a second cuts them short again and again.
    const MOST_TIME: Duration = Duration::from_secs(300);
    const KEEPERS: usize = 4;
    let (Some(server), Some(redis)) = (Postgres::shared(), Redis::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let config = settings(folder.path(), &database(server), &redis);
    let runtime = start::runtime().unwrap();
    let app = runtime.block_on(async {
        let metrics = Metrics::default();
        let hub = start::open(&config, &metrics).await.unwrap();
        let keys = Keys::open(&config).unwrap();
        App::new(hub, config.clone(), keys, metrics)
    });
    let mut replicas = [Replica::start(config.clone()), Replica::start(config)];
    let listen = replicas.each_ref().map(|replica| replica.config.listen);
    let Some(balancer) = Balancer::before(&listen) else { return };
    let hub = Replicas { balancer, app, runtime };

    let (n_kills, n_cut) = (AtomicU32::new(0), AtomicU32::new(0));
    let n_kept = CONTRACT.iter().map(|_| AtomicU32::new(0)).collect::<Vec<_>>();
    let all_kept = || n_kept.iter().all(|n| n.load(Ordering::SeqCst) > 0);
    let is_over = AtomicBool::new(false);
    let (hub, both, kills, cut, kept) = (&hub, &mut replicas, &n_kills, &n_cut, &n_kept);
    let (all_kept, over, begun) = (&all_kept, &is_over, Instant::now());
    std::thread::scope(|scope| {
        let killing = scope.spawn(move || {
            let is_enough = |n| n >= KILLS && (all_kept() || begun.elapsed() > MOST_TIME);
            while !over.load(Ordering::SeqCst) && !is_enough(kills.load(Ordering::SeqCst)) {
                let began = Instant::now();
                let replica = &mut both[kills.fetch_add(1, Ordering::SeqCst) as usize % 2];
                replica.kill();
                replica.process = Replica::run(&replica.config);
                std::thread::sleep(Duration::from_secs(1).saturating_sub(began.elapsed()));
            }
            over.store(true, Ordering::SeqCst);
        });
        // Each begins with another promise.
        let keeping = (0..KEEPERS).map(|keeper| {
            scope.spawn(move || {
                let n = CONTRACT.len();
                for at in (keeper * n / KEEPERS..).map(|at| at % n) {
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                    let (name, promise) = CONTRACT[at];
                    match catch_unwind(AssertUnwindSafe(|| promise(hub))) {
                        Ok(()) => kept[at].fetch_add(1, Ordering::SeqCst),
                        Err(why) if why.is::<Cut>() => cut.fetch_add(1, Ordering::SeqCst),
                        Err(why) => {
                            eprintln!("{name}, after {} kills", kills.load(Ordering::SeqCst));
                            over.store(true, Ordering::SeqCst);
                            resume_unwind(why);
                        }
                    };
                }
            })
        });
        let keeping: Vec<_> = keeping.collect();
        killing.join().unwrap();
        keeping.into_iter().for_each(|keeper| keeper.join().unwrap());
    });
    println!("{n_kills:?} kills; kept {n_kept:?}, begun anew {n_cut:?}");
    assert!(all_kept(), "{n_kills:?} kills; kept {n_kept:?}, begun anew {n_cut:?}");
}
