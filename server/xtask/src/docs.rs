//! `cargo xtask docs`: writes the pages that are made from code.

use anyhow::Context;
use aurora_advice::pages;

use crate::step::root;
use crate::{install, story};

/// Pictures of the guide, each with the story that takes it.
const PICTURES: [(&str, &str); 3] = [
    ("menu.png", "first_light/3-menu.png"),
    ("profile.png", "views/1-profile.png"),
    ("learned.png", "views/6-learned.png"),
];

/// Writes the pages of checks, transforms, settings and commands; with `--pictures` those of the guide too, as the
/// stories in VS Code took them last.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    if arguments.iter().any(|argument| argument == "--pictures") {
        let taken = story::pictures().join(format!("vscode-{}", install::CODE_SERVER));
        for (picture, story) in PICTURES {
            let to = story::vscode::folder().join("images").join(picture);
            std::fs::copy(taken.join(story), &to).with_context(|| {
                format!("no {story} in {}; cargo xtask test editors takes it", taken.display())
            })?;
            println!("editors/vscode/images/{picture}");
        }
    }
    for (path, page) in [
        ("server/advice/CHECKS.md", pages::checks_page()),
        ("server/advice/TRANSFORMS.md", pages::transforms_page()),
        ("server/config/SETTINGS.md", aurora_config::settings_page()),
        ("server/schema/SCHEMAS.md", aurora_schema::schema_page()),
        ("server/cli/COMMANDS.md", aurora_cli::pages::commands_page()),
        ("server/hub/openapi.json", aurora_hub::openapi::json()),
    ] {
        std::fs::write(root().join(path), page).with_context(|| format!("cannot write {path}"))?;
        println!("{path}");
    }
    Ok(())
}
