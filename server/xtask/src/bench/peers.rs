//! Other programs that do the same job, where the machine has them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a peer is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Job {
    /// Every record read, nothing kept.
    Structure,
    /// Statistics of every column.
    Profile,
    /// The same of a table of numbers.
    Numbers,
}

/// A peer's way to do a job, and how many times cheaper ours is to be.
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) job: Job,
    /// `None` where the peer does less, or for comparison only.
    pub(super) goal: Option<f64>,
    program: PathBuf,
    arguments: Vec<String>,
    node_modules: Option<PathBuf>,
}

const DUCKDB: &str = "import sys,duckdb;c=duckdb.connect();c.execute('set threads=1');\
    c.execute(\"summarize from read_csv('\"+sys.argv[1]+\"')\").fetchall()";
const POLARS: &str = "import sys,polars as p;f=p.read_csv(sys.argv[1],infer_schema_length=1000,ignore_errors=True);\
    f.describe();[(f[c].n_unique(),f[c].value_counts().head()) for c in f.columns];\
    [(f[c].skew(),f[c].kurtosis()) for c in f.columns if f[c].dtype.is_numeric()]";
const PAPAPARSE: &str = "const P=require('papaparse'),f=require('fs');let n=0;\
    P.parse(f.readFileSync(process.argv[1],'utf8'),{step:r=>{n+=r.errors.length}});";

impl Peer {
    /// The command on `file`.
    pub(super) fn command(&self, file: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg(file).env("POLARS_MAX_THREADS", "1");
        if let Some(folder) = &self.node_modules {
            command.env("NODE_PATH", folder);
        }
        command
    }

    fn is_there(&self) -> bool {
        let mut probe = Command::new(&self.program);
        match self.arguments.first().map(String::as_str) {
            Some("-c") => {
                probe.args(["-c", &format!("import {}", self.name.split(' ').next().unwrap_or(""))])
            }
            Some("-e") => probe.args(["-e", "require('papaparse')"]),
            _ => probe.arg("--version"),
        };
        if let Some(folder) = &self.node_modules {
            probe.env("NODE_PATH", folder);
        }
        probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

/// The peers found on the `PATH` or in `folder` (`bin/`, `venv/`, `node_modules/`), and the names of the others.
pub(super) fn find(folder: Option<&Path>) -> (Vec<Peer>, Vec<&'static str>) {
    let program = |name: &str, place: &str| {
        let own = folder.map(|folder| folder.join(place).join(name)).filter(|path| path.exists());
        own.unwrap_or_else(|| PathBuf::from(name))
    };
    let (xan, qsv) = (program("xan", "bin"), program("qsv", "bin"));
    let (python, node) = (program("python3", "venv/bin"), program("node", "bin"));
    let node_modules = folder.map(|folder| folder.join("node_modules"));
    let peer = |name, job, goal, program: &Path, arguments: &[&str]| Peer {
        name,
        job,
        goal,
        program: program.to_owned(),
        arguments: arguments.iter().map(|&argument| argument.to_owned()).collect(),
        node_modules: node_modules.clone(),
    };
    let all = vec![
        peer("xan count (a bare simd-csv loop)", Job::Structure, None, &xan, &["count"]),
        peer("qsv validate", Job::Structure, Some(1.8), &qsv, &["validate"]),
        peer("papaparse", Job::Structure, None, &node, &["-e", PAPAPARSE]),
        peer(
            "xan stats -A (quantiles and distinct, as ours)",
            Job::Profile,
            Some(2.5),
            &xan,
            &["stats", "-A"],
        ),
        peer("xan stats (neither)", Job::Profile, None, &xan, &["stats"]),
        peer("qsv stats", Job::Profile, Some(3.0), &qsv, &["stats", "--force", "--jobs", "1"]),
        peer("polars describe", Job::Profile, Some(5.0), &python, &["-c", POLARS]),
        peer("duckdb SUMMARIZE", Job::Profile, Some(7.0), &python, &["-c", DUCKDB]),
        peer("qsv stats -E", Job::Profile, Some(13.0), &qsv, &["stats", "-E", "--force", "--jobs", "1"]),
        peer("xan stats -A", Job::Numbers, Some(1.7), &xan, &["stats", "-A"]),
        peer("xan stats", Job::Numbers, None, &xan, &["stats"]),
    ];
    let (found, missing): (Vec<_>, Vec<_>) = all.into_iter().partition(Peer::is_there);
    (found, missing.iter().map(|peer| peer.name).collect())
}
