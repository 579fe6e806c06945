//! Rules and beliefs in words: templates over ids, no model.

use aurora_privacy::LiveCell;

use crate::{Belief, Day, Level, NameGroup, Rule, Switch, TeamPrior, Tier, name_group};

/// `88 %`
pub fn percent(p: f64) -> String {
    format!("{:.0} %", 100.0 * p)
}

/// A belief, `88 %`: from 1 to 99, for none is quite sure.
pub fn sureness(p: f64) -> String {
    percent(p.clamp(0.01, 0.99))
}

/// A day as `2024-02-29` (proleptic Gregorian; Howard Hinnant's civil_from_days).
pub fn date(day: Day) -> String {
    let z = i64::from(day) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    format!("{:04}-{m:02}-{d:02}", yoe + era * 400 + i64::from(m <= 2))
}

/// Which columns a rule is about: `columns named like "amount" with strong right skew`.
pub fn columns(group: NameGroup, cell: Option<u8>) -> String {
    let named = match name_group::label(group) {
        Some(label) => format!("columns named like \"{label}\""),
        None => "columns with other names".to_owned(),
    };
    match cell.and_then(LiveCell::from_id) {
        Some(cell) => format!("{named} ({})", cell.words()),
        None => named,
    }
}

/// A rule in one sentence and its record. `domain` is the domain's label where the reader knows it, `action`
/// the words for what is done.
pub fn rule(rule: &Rule, domain: Option<&str>, action: &str) -> String {
    let files =
        domain.map_or_else(|| "In files of another project".to_owned(), |label| format!("In {label} files"));
    let life = &rule.life;
    let record = if life.s + life.f == 0 {
        "Brought in from elsewhere, not answered here yet.".to_owned()
    } else {
        format!(
            "Accepted {} of {}; confidence {} (at least {}).",
            life.s,
            life.s + life.f,
            percent(life.mean()),
            percent(life.lower())
        )
    };
    let state = match (rule.is_disabled(), life.tier) {
        (true, _) => " Switched off by you.",
        (_, Tier::Probation) => " On probation: it has failed of late.",
        (_, Tier::Retired) => " Retired.",
        (_, Tier::Candidate) => " Not yet a rule: a few more answers are needed.",
        _ => "",
    };
    format!("{files}, {}: {action}. {record}{state}", columns(rule.key.group, rule.key.cell))
}

/// What a team's card says: `your team: 20+ members, 80 to 100 % yes`.
pub fn team(prior: TeamPrior) -> String {
    let members = if prior.members == 0 { String::new() } else { format!("{}+ members, ", prior.members) };
    let (low, high) = prior.level();
    let share = if prior.reach_milli == 0 {
        percent(high)
    } else {
        format!("{:.0} to {}", 100.0 * low, percent(high))
    };
    format!("your team: {members}{share} yes")
}

/// Where a belief comes from, one sentence a line: the built-in belief, what each level of answers did, the
/// runner-up, what would change it. The shown deltas add up to the belief.
pub fn why(
    belief: &Belief,
    group: NameGroup,
    runner_up: Option<(&str, f64)>,
    switch: Option<(Switch, &str)>,
) -> Vec<String> {
    let mut lines = vec![format!("built-in belief: {}", sureness(belief.prior))];
    if let Some(step) = &belief.team {
        let moved = match step.delta {
            0.0 => "agrees".to_owned(),
            delta => {
                let verb = if delta < 0.0 { "lowered" } else { "raised" };
                format!("{verb} it by {:.0} points to {}", 100.0 * delta.abs(), sureness(step.p))
            }
        };
        lines.push(format!("{}; {moved} ({})", team(step.prior), step.notice));
    }
    for step in &belief.steps {
        let whose = match step.level {
            Level::Everywhere => "your answer for everywhere".to_owned(),
            Level::Group => match name_group::label(group) {
                Some(label) => format!("your history with columns named like \"{label}\""),
                None => "your history with columns of other names".to_owned(),
            },
            Level::Cell => "this kind of column".to_owned(),
            Level::Guess => "your answers about roles, most where the same was guessed".to_owned(),
            Level::Name => "columns named like this one".to_owned(),
            Level::Look => "columns that look like this one".to_owned(),
            Level::Column => "your answer on this column".to_owned(),
        };
        let (s, n) = (step.counts.s, step.counts.s + step.counts.f);
        let verb = if step.delta < 0.0 { "lowered" } else { "raised" };
        let record =
            if n > 0.0 { format!(" ({} of {} for it)", answers(s), answers(n)) } else { String::new() };
        lines.push(format!(
            "{whose}{record} {verb} it by {:.0} points to {}",
            100.0 * step.delta.abs(),
            sureness(step.p)
        ));
    }
    if belief.is_learned() {
        lines.push(format!("at least {} (10 % lower bound)", sureness(belief.lower)));
    } else {
        lines.push("no answer of yours bears on it yet".to_owned());
    }
    lines.extend(runner_up.map(|(action, p)| format!("runner-up: {action}, {}", sureness(p))));
    lines.extend(switch.map(|(switch, action)| {
        let s = if switch.dismissals == 1 { "" } else { "s" };
        format!("{} more dismissal{s} would switch to {action}", switch.dismissals)
    }));
    lines
}

/// The privacy line: `kept: your answer; four buckets of this column at ε = .045; .135 of .9 used`.
pub fn kept(column_meps: Option<u32>, used_meps: u32) -> String {
    let thousandths = |meps: u32| format!("{:.3}", f64::from(meps) / 1000.0);
    match column_meps {
        Some(meps) => format!(
            "kept: your answer; four buckets of this column at ε = {}; {} of 0.9 used",
            thousandths(meps),
            thousandths(used_meps)
        ),
        None => format!(
            "kept: your answer; nothing about this column's data; {} of 0.9 used",
            thousandths(used_meps)
        ),
    }
}

/// A count of answers; forgetting makes them fractions.
fn answers(n: f64) -> String {
    if n.fract() == 0.0 { format!("{n:.0}") } else { format!("{n:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ActionId, DomainId, Life, RuleKey};

    #[test]
    fn a_rule_reads_as_in_the_design() {
        let key = RuleKey {
            domain: DomainId(1),
            group: name_group::group_of("amount"),
            cell: None,
            action: ActionId(1001),
        };
        let life = Life { s: 14, f: 1, tier: Tier::Trusted, ..Life::default() };
        assert_eq!(
            rule(&Rule { id: 1, key, life, verdict: None }, Some("finance"), "add log1p"),
            "In finance files, columns named like \"amount\": add log1p. Accepted 14 of 15; confidence 88 % (at least 78 %)."
        );
    }

    #[test]
    fn days_are_dates() {
        assert_eq!(
            (date(0), date(19_782), date(20_148)),
            ("1970-01-01".into(), "2024-02-29".into(), "2025-03-01".into())
        );
    }
}
