//! `aurora rules`: what has been learned, why, and how to take it back.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use aurora_advice::action::is_known;
use aurora_config::FileConfig;
use aurora_learning::wording::date;
use aurora_learning::{
    ActionId, Correction, DomainId, Kind, Learned, NameGroup, Rule, RuleKey, Scope, Target, TeamPriors,
    Verdict, name_group, wording,
};
use aurora_privacy::LiveCell;
use aurora_store::{Learner, today};
use serde_json::{Value, json};

use crate::commands::team;
use crate::configured::Configured;
use crate::learning::{StoreArguments, Taught, code_of, file_key};
use crate::reading::ReadArguments;
use crate::render::{self, Format};

/// Show, explain and manage what has been learned.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Output format.
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Command {
    /// List the rules (what no command does too).
    List,
    /// Show one rule with its history.
    Show {
        /// Its number in the list.
        rule: u32,
    },
    /// Say where the recommendations for a column come from.
    Why {
        /// The file.
        path: String,
        /// The column: its name, or its number counted from 0.
        column: String,
        #[command(flatten)]
        read: ReadArguments,
    },
    /// Show how well learning does, day by day.
    Curve,
    /// Delete the answers that a rule rests on.
    Forget {
        /// Its number in the list.
        rule: u32,
    },
    /// Switch a rule off; its answers stay.
    Disable {
        /// Its number in the list.
        rule: u32,
    },
    /// Judge a rule by its answers again.
    Enable {
        /// Its number in the list.
        rule: u32,
    },
    /// Write the rules as JSON, for another machine of yours.
    Export,
    /// Bring in rules that were exported; each counts as five accepts. What is switched off stays so.
    Import {
        /// The exported file, or `-`.
        file: String,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = Configured::new(false).for_file("-");
    if let Some(Command::Why { path, column, read }) = &arguments.command {
        return why(arguments, path, column, read);
    }
    let learner = arguments.store.open(&config);
    let view = View { learner: &learner, config: &config, format: arguments.format };
    match arguments.command.clone().unwrap_or(Command::List) {
        Command::List => view.list()?,
        Command::Show { rule } => view.show(rule)?,
        Command::Curve => view.curve()?,
        Command::Forget { rule } => {
            let key = view.rule(rule)?.key;
            let n = learner.forget_rule(&key)?;
            let team = team::forget(&arguments.store)?;
            let also = team.as_ref().map_or_else(String::new, |team| format!("; {team}"));
            view.say(&json!({"forgotten": n, "team": team}), &format!("forgot {n} answers{also}"))?;
        }
        Command::Disable { rule } => view.choose(rule, Verdict::Disabled)?,
        Command::Enable { rule } => view.choose(rule, Verdict::Enabled)?,
        Command::Export => view.export()?,
        Command::Import { file } => view.import(&file)?,
        Command::Why { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

struct View<'a> {
    learner: &'a Learner,
    config: &'a FileConfig,
    format: Format,
}

impl View<'_> {
    fn say(&self, json: &Value, text: &str) -> anyhow::Result<()> {
        match self.format {
            Format::Json => render::json(json),
            Format::Text => print(text),
        }
    }

    /// The domain of the current folder.
    fn here(&self) -> DomainId {
        let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        file_key(self.learner, &folder.join("x.csv").to_string_lossy(), self.config).domain
    }

    /// The name of a domain, where we know it: the hash alone does not tell.
    fn label(&self, domain: DomainId) -> Option<String> {
        let label = || self.config.config.domain.clone().unwrap_or_else(|| "this project's".to_owned());
        (domain == self.here()).then(label)
    }

    fn rule(&self, number: u32) -> anyhow::Result<Rule> {
        let learned = self.learner.learned();
        learned
            .rules
            .get(number)
            .copied()
            .with_context(|| format!("there is no rule {number}; `aurora rules` lists them"))
    }

    fn sentence(&self, rule: &Rule) -> String {
        wording::rule(rule, self.label(rule.key.domain).as_deref(), &code_of(rule.key.action))
    }

    fn list(&self) -> anyhow::Result<()> {
        let (learned, today) = (self.learner.learned(), today());
        let shown = learned.rules.shown(today);
        let n_learned = learned.rules.n_learned(today);
        if self.format == Format::Json {
            let rules: Vec<_> = shown.iter().map(|rule| self.to_json(rule)).collect();
            let mut all = json!({
                "status": self.learner.status().to_string(),
                "answers": learned.n_answers,
                "learned": n_learned,
                "rules": rules,
            });
            let team = learned.beliefs.team();
            if !team.is_empty() {
                all["team"] = json!({"notice": team.notice(), "cards": team_cards(team)});
            }
            return render::json(&all);
        }
        let mut text = format!(
            "{n_learned} rules learned from {} answers; {}\n",
            learned.n_answers,
            self.learner.status()
        );
        for rule in shown {
            text += &format!(
                "{:>6}  {:<9}  {}\n",
                rule.id,
                rule.life.tier_on(today).as_str(),
                self.sentence(rule)
            );
        }
        let team = learned.beliefs.team();
        if !team.is_empty() {
            text +=
                &format!("\nfrom your team, as priors that your own answers outweigh ({})\n", team.notice());
            text.extend(team_cards(team).iter().map(|card| format!("        {card}\n")));
        }
        print(text.trim_end())
    }

    fn to_json(&self, rule: &Rule) -> Value {
        json!({
            "id": rule.id,
            "tier": rule.life.tier_on(today()).as_str(),
            "group": name_group::label(rule.key.group),
            "cell": rule.key.cell,
            "action": code_of(rule.key.action),
            "accepted": rule.life.s,
            "answered": rule.life.s + rule.life.f,
            "confidence": rule.life.mean(),
            "lower": rule.life.lower(),
            "verdict": rule.verdict.map(Verdict::as_str),
            "text": self.sentence(rule),
        })
    }

    fn show(&self, number: u32) -> anyhow::Result<()> {
        let rule = self.rule(number)?;
        let learned = self.learner.learned();
        let history: Vec<_> = learned.rules.log().iter().filter(|change| change.rule == rule.key).collect();
        if self.format == Format::Json {
            let mut json = self.to_json(&rule);
            json["history"] = history
                .iter()
                .map(|c| json!({"day": date(c.day), "from": c.from.as_str(), "to": c.to.as_str()}))
                .collect();
            return render::json(&json);
        }
        let mut text =
            format!("rule {number}, {}\n{}\n", rule.life.tier_on(today()).as_str(), self.sentence(&rule));
        text += &format!("first answer {}, last {}\n", date(rule.life.created), date(rule.life.last_answer));
        for change in history {
            text += &format!("{}  {} → {}\n", date(change.day), change.from.as_str(), change.to.as_str());
        }
        print(text.trim_end())
    }

    fn curve(&self) -> anyhow::Result<()> {
        let learned = self.learner.learned();
        if self.format == Format::Json {
            let days: Vec<_> = learned
                .curve
                .days()
                .map(|(day, domain, one)| {
                    json!({
                        "day": date(day),
                        "domain": self.label(domain),
                        "answered": one.answered,
                        "accepted": one.accepted,
                        "brier": one.brier(),
                    })
                })
                .collect();
            return render::json(&days);
        }
        let mut text = "day         answered  accepted                      Brier\n".to_owned();
        for (day, _, one) in learned.curve.days() {
            let bar = "█".repeat((20.0 * one.acceptance()).round() as usize);
            let share = wording::percent(one.acceptance());
            text +=
                &format!("{}  {:>8}  {bar:<20} {share:>6}  {:.3}\n", date(day), one.answered, one.brier());
        }
        print(text.trim_end())
    }

    fn choose(&self, number: u32, verdict: Verdict) -> anyhow::Result<()> {
        let key = self.rule(number)?.key;
        self.learner.choose(&key, verdict, today())?;
        self.say(
            &json!({"rule": number, "verdict": verdict.as_str()}),
            &format!("rule {number} is {}", verdict.as_str()),
        )
    }

    /// Rules that count, by group and action: a domain's hash means nothing elsewhere, so rules are brought in
    /// for the domain of the folder where the import runs.
    fn export(&self) -> anyhow::Result<()> {
        let (learned, today) = (self.learner.learned(), today());
        let rules: Vec<_> = exported(&learned, today, self.here());
        render::json(&json!({"aurora_rules": 1, "rules": rules}))
    }

    fn import(&self, file: &str) -> anyhow::Result<()> {
        let bytes = crate::input::read(file)?;
        let read: Value = serde_json::from_slice(&bytes).with_context(|| format!("{file} is no JSON"))?;
        let Some(rules) = read["rules"].as_array().filter(|_| read["aurora_rules"] == 1) else {
            bail!("{file} was not written by `aurora rules export`");
        };
        let here = self.here();
        // All are looked at first: a file brings in all of its rules or none.
        let imported = |(n, rule): (usize, &Value)| {
            imported(rule, here).map_err(|field| {
                anyhow::anyhow!(
                    "rule {} of {file} has no {field} that this version knows; nothing was brought in",
                    n + 1
                )
            })
        };
        let keys = rules.iter().enumerate().map(imported).collect::<anyhow::Result<Vec<_>>>()?;
        let (learned, n) = (self.learner.learned(), keys.len());
        let is_off = |rule: &&Rule| rule.is_disabled() && keys.contains(&rule.key);
        let n_off = learned.rules.all().iter().filter(is_off).count();
        self.learner.choose_all(&keys, Verdict::Imported, today())?;
        let off = if n_off > 0 { format!("; {n_off} of them stay switched off") } else { String::new() };
        self.say(&json!({"imported": n, "switched_off": n_off}), &format!("brought in {n} rules{off}"))
    }
}

/// What an exported rule is about, in the domain `here`; the name of the field that is missing or unknown otherwise.
fn imported(rule: &Value, here: DomainId) -> Result<RuleKey, &'static str> {
    let number = |name: &'static str| rule[name].as_u64().and_then(|n| u16::try_from(n).ok()).ok_or(name);
    let group = NameGroup(number("group")?);
    if group != NameGroup(0) && name_group::label(group).is_none() {
        return Err("group");
    }
    let cell = match &rule["cell"] {
        Value::Null => None,
        _ => Some(u8::try_from(number("cell")?).map_err(|_| "cell")?),
    };
    if cell.is_some_and(|cell| LiveCell::from_id(cell).is_none()) {
        return Err("cell");
    }
    let action = Some(ActionId(number("action")?)).filter(|&action| is_known(action)).ok_or("action")?;
    Ok(RuleKey { domain: here, group, cell, action })
}

/// The team's cards, a sentence each.
fn team_cards(team: &TeamPriors) -> Vec<String> {
    let all = team.cards().into_iter();
    all.map(|((group, cell, action), prior)| aurora_team::cards::sentence(group, cell, action, prior))
        .collect()
}

fn exported(learned: &Learned, today: i32, here: DomainId) -> Vec<Value> {
    let rules = learned.rules.shown(today);
    let mine = rules.iter().filter(|rule| rule.key.domain == here && rule.counts_on(today));
    mine.map(|rule| json!({"group": rule.key.group.0, "cell": rule.key.cell, "action": rule.key.action.0}))
        .collect()
}

/// Where the recommendations for one column come from.
fn why(arguments: &Arguments, path: &str, column: &str, read: &ReadArguments) -> anyhow::Result<ExitCode> {
    let taught = Taught::open(path, read, &arguments.store)?;
    let idx = taught.column(column)?;
    let column = &taught.analysis.columns[idx];
    let learned = taught.learner.learned();
    let menu: Vec<_> = column.recommendations.iter().map(|r| (r.id(), r.belief.prior)).collect();
    let report = taught.learner.report()?;
    let files = report.files.iter().find(|file| Some(file.lineage) == taught.file.lineage);
    let column_meps = files.and_then(|file| {
        let paid = file.columns.iter().find(|paid| paid.column as usize == idx);
        paid.filter(|paid| paid.buckets.is_some()).map(|paid| paid.meps)
    });
    let mut all = Vec::new();
    for (at, r) in column.recommendations.iter().enumerate() {
        let other = if at == 0 { column.recommendations.get(1) } else { column.recommendations.first() };
        let dismissal = Correction {
            day: today(),
            key: column.key,
            target: Target::Transform,
            asked: r.id(),
            kind: Kind::Dismiss,
            scope: Scope::Alike,
            wanted: None,
        };
        let switch = if at == 0 { learned.beliefs.switch(&dismissal, &menu) } else { None };
        let to = switch.map(|switch| code_of(switch.to));
        let mut lines = wording::why(
            &r.belief,
            column.key.group,
            other.filter(|_| at == 0).map(|other| (other.action, other.belief.p)),
            switch.zip(to.as_deref()),
        );
        lines.push(wording::kept(column_meps, files.map_or(0, |file| file.used_meps)));
        all.push((r.action, r.belief.p, lines));
    }
    match arguments.format {
        Format::Json => {
            let all: Vec<_> = all
                .iter()
                .map(|(action, p, lines)| json!({"action": action, "confidence": p, "why": lines}))
                .collect();
            render::json(&all)?;
        }
        Format::Text => {
            let mut text = String::new();
            for (action, p, lines) in all {
                text += &format!("{action}: {}\n  {}\n", wording::sureness(p), lines.join("\n  "));
            }
            print(text.trim_end())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")?;
    Ok(())
}
