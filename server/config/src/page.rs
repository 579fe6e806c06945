//! The page `SETTINGS.md`, written from the list of settings. `cargo xtask docs` writes it; a test fails when it is
//! stale.

use crate::{ComplaintKind, SETTINGS};

/// Every setting with its meaning.
pub fn settings_page() -> String {
    let mut page = "<!-- Written by `cargo xtask docs` from the list of settings; edit that. -->\n\n# Settings\n\n\
        `aurora.toml`, the nearest upward of a file, read key by key: what is unknown or wrong is a finding in it and\n\
        stays at its default. Editors take the same keys with `aurora.` before them. `aurora config show FILE` prints\n\
        what holds for a file, `aurora config schema` the JSON Schema.\n\n\
        | setting | takes | default | by path | meaning |\n|---|---|---|---|---|\n"
        .to_owned();
    for setting in SETTINGS {
        let default = match setting.default {
            "" => String::new(),
            default => format!("`{default}`"),
        };
        page.push_str(&format!(
            "| `{}` | {} | {default} | {} | {} |\n",
            setting.key,
            setting.shape.describe().replace('|', "\\|"),
            if setting.per_path { "yes" } else { "" },
            setting.doc,
        ));
    }
    page.push_str(
        "\n## Settings for some paths\n\n\
         ```toml\n[[override]]\npath = \"exports/**\"        # seen from the configuration file; later ones win\n\
         profile = \"audit\"\ndialect.delimiter = \";\"\n```\n\n\
         ## Findings that are not wanted\n\n\
         ```toml\n[[suppress]]\npath = \"exports/*.csv\"     # optional: everywhere without one\n\
         column = \"Unit price\"      # optional: the whole file without one\nignore = [\"skewed\"]\n\n\
         [columns.\"Unit price\"]     # the same, shorter\nignore = [\"skewed\"]\n```\n\n\
         `aurora check --add-ignore PATH` writes them for every finding there is now.\n\n\
         ## What is found in aurora.toml itself\n\n| code | severity |\n|---|---|\n",
    );
    for kind in ComplaintKind::ALL {
        page.push_str(&format!("| {} | {} |\n", kind.code(), kind.severity().as_str()));
    }
    page
}
