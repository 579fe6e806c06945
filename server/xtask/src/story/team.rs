//! The world of the stories about a team: a real hub with four members who have published, waiting for the fifth.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, ensure};
use aurora_testing::real_hub::RealHub;

/// A hub that serves until this is dropped, and what a story must know of it.
pub(super) struct Team {
    hub: RealHub,
    team: i64,
    code: String,
    server: PathBuf,
}

impl Team {
    /// Starts the hub below `folder`, writes the table `sales.csv` there, and lets four people join, answer and publish.
    pub(super) fn gather(server: &Path, folder: &Path) -> anyhow::Result<Self> {
        let table = folder.join("sales.csv");
        fs::write(&table, sales())?;
        let hub = RealHub::start(server, &folder.join("hub"));
        let (team, admins) = hub.team();
        let codes = [admins, hub.code(team), hub.code(team), hub.code(team)];
        for (n, code) in codes.iter().enumerate() {
            let store = folder.join(format!("person{n}"));
            let run = |words: &[&str]| -> anyhow::Result<()> {
                let said = Command::new(server).args(words).arg("--store").arg(&store).output()?;
                ensure!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
                Ok(())
            };
            let Some(table) = table.to_str() else { bail!("the path of the table is no text") };
            run(&["team", "join", &hub.url(), code, "--domain", "finance"])?;
            let answer = ["--target", "transform", "--action", "log1p-column", "--kind", "accept"];
            run(&[&["correct", table, "--column", "amount"], &answer[..]].concat())?;
            run(&["team", "publish"])?;
        }
        let code = hub.code(team);
        Ok(Self { hub, team, code, server: server.to_owned() })
    }

    /// Tells a driver where the hub is, by which code the fifth joins, and how cards are published.
    pub(super) fn tell(&self, driver: &mut Command) {
        driver
            .env("AURORA_TEAM_URL", self.hub.url())
            .env("AURORA_TEAM_CODE", &self.code)
            .env("AURORA_TEAM", self.team.to_string())
            .env("AURORA_HUB_SETTINGS", self.hub.config())
            .env("AURORA_SERVER", &self.server);
    }
}

/// So many records, so far from every border, that what is drawn of a column is what it is: one cell for all.
fn sales() -> String {
    let record = |n: u32| {
        let amount = (f64::from(n * 7_919 % 2_500) / 300.0).exp();
        format!("Town{},{amount:.4},{n}\n", n % 7)
    };
    format!("town,amount,n\n{}", (0..5_000).map(record).collect::<String>())
}
