//! The page `COMMANDS.md`, written from the command line itself. `cargo xtask docs` writes it; a test fails when it is
//! stale.

use clap::Command;

/// Every command with its arguments.
pub fn commands_page() -> String {
    let mut page =
        "<!-- Written by `cargo xtask docs` from the command line; edit that. -->\n\n# Commands\n\n\
         Exit status: 0 done, 1 findings (or something to fix with `fix --check`), 2 unreadable input or wrong usage.\n\
         `-` is standard input.\n\n"
            .to_owned();
    let mut top = crate::command_line().disable_help_subcommand(true);
    top.build();
    for command in top.get_subcommands() {
        let name = command.get_name();
        page.push_str(&format!("- [{name}](#aurora-{name}): {}\n", about(command)));
    }
    for command in top.get_subcommands() {
        section(&mut page, command, "aurora", "##");
    }
    page
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

fn section(page: &mut String, command: &Command, before: &str, level: &str) {
    let path = format!("{before} {}", command.get_name());
    let long = command.get_long_about().map(ToString::to_string);
    page.push_str(&format!("\n{level} {path}\n\n{}\n", long.unwrap_or_else(|| about(command))));
    let arguments: Vec<_> = command
        .get_arguments()
        .filter(|argument| {
            !argument.is_hide_set() && !matches!(argument.get_id().as_str(), "help" | "version")
        })
        .collect();
    if !arguments.is_empty() {
        page.push_str("\n| argument | meaning |\n|---|---|\n");
    }
    for argument in arguments {
        let value =
            argument.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let takes_value = argument.get_action().takes_values();
        let shown = match argument.get_long() {
            Some(long) if takes_value => format!("--{long} <{value}>"),
            Some(long) => format!("--{long}"),
            None => value.to_owned(),
        };
        let mut meaning = argument.get_help().map(ToString::to_string).unwrap_or_default();
        if !meaning.ends_with(['.', '?']) {
            meaning.push('.');
        }
        let values: Vec<_> =
            argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
        if takes_value && !values.is_empty() {
            meaning.push_str(&format!(" One of {}.", values.join(", ")));
        }
        let defaults: Vec<_> =
            argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        if takes_value && !defaults.is_empty() {
            meaning.push_str(&format!(" Default: `{}`.", defaults.join(" ")));
        }
        page.push_str(&format!("| `{shown}` | {} |\n", meaning.replace('|', "\\|").replace('\n', " ")));
    }
    if let Some(more) = command.get_after_help() {
        page.push_str(&format!("\n{more}\n"));
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        section(page, inner, &path, &format!("{level}#"));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_has_its_section() {
        let page = super::commands_page();
        for command in crate::command_line().get_subcommands() {
            assert!(
                page.contains(&format!("\n## aurora {}\n", command.get_name())),
                "{}",
                command.get_name()
            );
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        crate::command_line().debug_assert();
    }
}
