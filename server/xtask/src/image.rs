//! `cargo xtask image`: the hub as an image of one static program, by buildah, without a container engine or base image.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use serde_json::json;

use crate::install;
use crate::step::{cargo, root, run, target};

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Runs `image [--binary PATH] [--out FILE.tar]`. With `--out` the image is written as an OCI archive; it is tried in
/// any case: the program runs in it as nobody.
pub(crate) fn image(arguments: &[String]) -> anyhow::Result<()> {
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    install::apt(&["buildah"])?;
    let binary = match value("--binary") {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    ensure!(is_static(&binary)?, "{} needs libraries, and the image has none", binary.display());
    let folder = tempfile::tempdir()?;
    let context = folder.path().join("context");
    std::fs::create_dir(&context)?;
    std::fs::copy(&binary, context.join("aurora"))?;
    std::fs::copy(root().join("server/hub/deploy/Dockerfile"), context.join("Dockerfile"))?;
    let buildah = || {
        let mut command = Command::new("buildah");
        // A store of its own, without the kernel's help.
        command.args(["--storage-driver", "vfs", "--root"]).arg(folder.path().join("store"));
        command.arg("--runroot").arg(folder.path().join("run"));
        command
    };
    let name = format!("aurora-hub:{}", env!("CARGO_PKG_VERSION"));
    run(buildah().args(["bud", "--quiet", "--isolation", "chroot", "--tag", &name]).arg(&context))?;
    let container = said(buildah().args(["from", &name]))?;
    let inspected = said(buildah().args(["inspect", "--type", "image", &name]))?;
    let inspected: serde_json::Value = serde_json::from_str(&inspected)?;
    let config = &inspected["OCIv1"]["config"];
    ensure!(config["User"] == "65532:65532", "the image's user is {}", config["User"]);
    let in_it = |words: &[&str]| {
        let run = ["run", "--isolation", "chroot", "--env", "AURORA_STORE=/data/store", container.trim()];
        said(buildah().args(run).args(["--", "/aurora"]).args(words))
    };
    let version = in_it(&["--version"])?;
    ensure!(version.contains(env!("CARGO_PKG_VERSION")), "it says {version}");
    // Without settings it says which file it looked for.
    let refused = in_it(&["hub", "check-config"]).err().map_or(String::new(), |error| error.to_string());
    ensure!(refused.contains("/etc/aurora/hub.toml"), "without settings it says {refused}");
    // Names are looked up without the libraries that a static program of this C library may ask for.
    let code = "1-AAAAAAAAAAAAAAAAAAAAAAAAAA";
    let join = ["team", "join", "https://localhost:9", code, "--domain", "finance"];
    let refused = in_it(&join).err().map_or(String::new(), |error| error.to_string());
    ensure!(refused.contains("nobody listens there"), "to join at localhost it says {refused}");
    if let Some(out) = value("--out") {
        run(buildah().args(["push", "--quiet", &name]).arg(format!("oci-archive:{out}:{name}")))?;
    }
    let bytes = std::fs::metadata(&binary)?.len();
    println!("{}", json!({ "image": name, "program_bytes": bytes, "said": version.trim(), "holds": true }));
    Ok(())
}

/// The program, linked with everything that it needs.
fn build() -> anyhow::Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--release", "--quiet", "--locked", "--bin", "aurora", "--target", TARGET]);
    run(command.env("RUSTFLAGS", "-C target-feature=+crt-static"))?;
    Ok(target().join(TARGET).join("release").join("aurora"))
}

/// Whether a program names no loader: an ELF of 64 bits without a segment PT_INTERP.
fn is_static(program: &Path) -> anyhow::Result<bool> {
    let bytes = std::fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let number = |at: usize, n: usize| -> anyhow::Result<usize> {
        let part = bytes.get(at..at + n).context("cut short")?;
        Ok(part.iter().rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte)))
    };
    ensure!(bytes.starts_with(b"\x7fELF\x02\x01"), "{} is no program of 64 bits", program.display());
    let (table, size, n) = (number(32, 8)?, number(54, 2)?, number(56, 2)?);
    for i in 0..n {
        if number(table + i * size, 4)? == 3 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What a program writes.
fn said(command: &mut Command) -> anyhow::Result<String> {
    let out = command.output().with_context(|| format!("cannot start {:?}", command.get_program()))?;
    if !out.status.success() {
        bail!("{:?}: {}", command.get_program(), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}
