//! What a hub does when a part of it dies.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::client::{Client, request};
use super::load::{Clocked, Load, put};
use super::world::{Limits, Store, World};
use super::{MEMBERS, Rows, pause};

/// How often a part is killed.
const KILLS: u64 = 20;

/// Members that write meanwhile.
const WRITERS: usize = 20;

/// Redis killed, back, frozen, and going on, under 1,000 requests a second.
pub(super) async fn redis(binary: &Path, rows: &mut Rows) -> anyhow::Result<()> {
    // One of those who send the load asks for too much besides.
    let Some(mut world) = World::start(binary, Store::Postgres, Limits::AsShipped, MEMBERS).await? else {
        return Ok(());
    };
    let load = Load { per_second: 1_000, seconds: 24, clocked: Clocked::FromItsMoment };
    let running = world.load_beside(load);
    let mut redis = world.redis.take().context("it was started")?;
    pause(5_000).await;
    redis.kill();
    pause(1_000).await;
    let dead = refused_of_200(&world).await?;
    pause(3_000).await;
    redis.restart();
    pause(4_000).await;
    redis.freeze();
    pause(1_000).await;
    let frozen = refused_of_200(&world).await?;
    pause(3_000).await;
    redis.thaw();
    let outcome = running.await??;
    rows.at_most("Redis killed and frozen, 1,000/s: p99", outcome.all_2xx().quantile_ms(0.99), "ms", 200.0);
    rows.at_most("  answered 5xx or not", (outcome.n_5xx() + outcome.n_broken()) as f64, "", 0.0);
    rows.shown("  answered 2xx", outcome.all_2xx().len() as f64, "");
    rows.shown("  refused by the limiter", outcome.share_of(429), "of 1");
    rows.at_least("  200 at once by one member, Redis dead: refused", dead as f64, "", 100.0);
    rows.at_least("  200 at once by one member, Redis frozen: refused", frozen as f64, "", 100.0);
    if outcome.n_failed() > 0 {
        eprintln!("Redis killed and frozen: {} shed {}", outcome.failures(), world.shed().await);
    }
    Ok(())
}

/// Of 200 requests that one member sends as fast as it can, those that are refused (429).
async fn refused_of_200(world: &World) -> anyhow::Result<u64> {
    let authorization = format!("authorization: Bearer {}\r\n", world.token(MEMBERS - 1));
    let get = request("GET", "/v1/me", &authorization, "");
    let mut client = Client::new(world.address());
    let mut n = 0;
    for _ in 0..200 {
        n += u64::from(client.ask(&get).await.is_ok_and(|answer| answer.status == 429));
    }
    Ok(n)
}

/// PostgreSQL killed again and again while members write.
pub(super) async fn postgres(binary: &Path, rows: &mut Rows) -> anyhow::Result<()> {
    let Some(mut world) = World::start(binary, Store::Postgres, Limits::Wide, WRITERS).await? else {
        return Ok(());
    };
    let writers = Writers::start(&world);
    let mut slowest = Duration::ZERO;
    for _ in 0..KILLS {
        pause(400).await;
        let mut postgres = world.postgres.take().context("it was started")?;
        postgres.kill();
        pause(200).await;
        // Its own recovery is not the hub's: the time runs from when it answers.
        world.postgres = Some(
            tokio::task::spawn_blocking(move || {
                postgres.restart();
                postgres
            })
            .await?,
        );
        slowest = slowest.max(writers.next_stored().await?);
    }
    let (lost, doubled, n) = writers.end(&world).await?;
    rows.at_most("PostgreSQL killed × 20: acknowledged votes lost", lost as f64, "", 0.0);
    rows.at_most("  doubled", doubled as f64, "", 0.0);
    rows.at_most("  slowest to store again", slowest.as_secs_f64(), "s", 2.0);
    rows.shown("  uploads acknowledged", n as f64, "");
    Ok(())
}

/// The hub killed again and again while members write.
pub(super) async fn hub(binary: &Path, rows: &mut Rows) -> anyhow::Result<()> {
    let Some(mut world) = World::start(binary, Store::Postgres, Limits::Wide, WRITERS).await? else {
        return Ok(());
    };
    let writers = Writers::start(&world);
    let mut slowest = Duration::ZERO;
    for _ in 0..KILLS {
        pause(400).await;
        world.kill_hub()?;
        let begun = Instant::now();
        world.start_hub().await?;
        writers.next_stored().await?;
        slowest = slowest.max(begun.elapsed());
    }
    let (lost, doubled, n) = writers.end(&world).await?;
    rows.at_most("hub killed × 20: acknowledged votes lost", lost as f64, "", 0.0);
    rows.at_most("  doubled", doubled as f64, "", 0.0);
    rows.at_most("  slowest from its start to storing again", slowest.as_secs_f64(), "s", 2.0);
    rows.shown("  uploads acknowledged", n as f64, "");
    Ok(())
}

/// Side of each key of a member, as last acknowledged.
type Sides = BTreeMap<(u64, u64), bool>;

/// Members that write without a pause, each again and again under one key until it is acknowledged.
struct Writers {
    ends: Arc<AtomicBool>,
    stored: Arc<AtomicU64>,
    tasks: Vec<tokio::task::JoinHandle<Sides>>,
}

impl Writers {
    fn start(world: &World) -> Self {
        let (ends, stored) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let tasks = (0..WRITERS)
            .map(|member| {
                let (ends, stored) = (Arc::clone(&ends), Arc::clone(&stored));
                let (address, token) = (world.address(), world.token(member).to_owned());
                tokio::spawn(async move {
                    let authorization = format!("authorization: Bearer {token}\r\n");
                    let mut client = Client::new(address);
                    let mut sides = Sides::new();
                    let mut n = 0_u64;
                    while !ends.load(Ordering::Relaxed) {
                        n += 1;
                        let batch: Vec<((u64, u64), bool)> =
                            (0..20).map(|j| (((n * 3 + j) % 70, j % 4), (n + j).is_multiple_of(2))).collect();
                        let batch: BTreeMap<_, _> = batch.into_iter().collect();
                        let votes: Vec<Value> = batch
                            .iter()
                            .map(|(&(group, cell), &yes)| {
                                json!({ "domain": 1, "group": group, "cell": cell, "action": 1000, "yes": yes })
                            })
                            .collect();
                        let body = put(&authorization, &format!("write-{member}-{n}"), &votes);
                        // The same under the same key until it is acknowledged, as a client does.
                        while !client.ask(&body).await.is_ok_and(|answer| answer.status == 204) {
                            pause(20).await;
                        }
                        stored.fetch_add(1, Ordering::Relaxed);
                        sides.extend(batch);
                        pause(10).await;
                    }
                    sides
                })
            })
            .collect();
        Self { ends, stored, tasks }
    }

    /// How long it takes until one more upload is acknowledged.
    async fn next_stored(&self) -> anyhow::Result<Duration> {
        let (begun, before) = (Instant::now(), self.stored.load(Ordering::Relaxed));
        while self.stored.load(Ordering::Relaxed) == before {
            ensure!(begun.elapsed() < Duration::from_secs(30), "nothing was stored for 30 s");
            pause(2).await;
        }
        Ok(begun.elapsed())
    }

    /// Ends them: acknowledged votes that are not there, votes that are there twice, and uploads acknowledged.
    async fn end(self, world: &World) -> anyhow::Result<(usize, usize, u64)> {
        self.ends.store(true, Ordering::Relaxed);
        let (mut lost, mut doubled) = (0, 0);
        for (member, task) in self.tasks.into_iter().enumerate() {
            let wanted = task.await?;
            let authorization = format!("authorization: Bearer {}\r\n", world.token(member));
            let answer =
                Client::new(world.address()).ask(&request("GET", "/v1/me", &authorization, "")).await?;
            ensure!(answer.status == 200, "/v1/me answers {}", answer.status);
            let me: Value = serde_json::from_slice(&answer.body)?;
            let mut held: BTreeMap<(u64, u64), Vec<bool>> = BTreeMap::new();
            for vote in me["votes"].as_array().context("votes")? {
                let vote = &vote[0];
                let number = |name: &str| vote[name].as_u64().context("a number");
                let yes = vote["yes"].as_bool().context("a side")?;
                held.entry((number("group")?, number("cell")?)).or_default().push(yes);
            }
            lost +=
                wanted.iter().filter(|(key, yes)| !held.get(key).is_some_and(|h| h.contains(yes))).count();
            doubled += held.values().filter(|sides| sides.len() > 1).count();
        }
        Ok((lost, doubled, self.stored.load(Ordering::Relaxed)))
    }
}
