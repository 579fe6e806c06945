//! `personal-data`

use aurora_profile::Oddness;

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Data that names or reaches a person.
    ///
    /// # What it finds
    /// E-mail addresses in 20 % of a column; telephone numbers in 50 % (when the name says so, or `+` or
    /// `(` lead); IP addresses in 80 %; IBANs in 50 %; payment card numbers in 90 % with a name that says
    /// so. The count is told, never a value. Any one in the audit profile.
    ///
    /// # Why it matters
    /// Such a file may not be passed on as it is.
    ///
    /// # Example
    /// ```csv
    /// email,n
    /// ada@example.org,1
    /// bob@example.org,2
    /// cy@example.org,3
    /// ```
    ///
    /// # When it is wrong
    /// Addresses of offices and machines.
    pub struct PersonalData;
}

static META: CheckMeta = CheckMeta {
    code: "personal-data",
    number: 133,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["pseudonymise", "mask", "drop-column"],
    docs: PersonalData::DOCS,
};

impl Check for PersonalData {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// What personal data `column` holds, and how many of its known values do; with `any`, one value is enough.
pub(crate) fn what(column: &ColumnView<'_>, any: bool) -> Option<(&'static str, u64)> {
    let profile = column.profile;
    let present = profile.n_present().max(1);
    let emails = profile.n_odd(Oddness::Email);
    if emails * 5 >= present && emails > 0 || any && emails > 0 {
        return Some(("e-mail addresses", emails));
    }
    let words = crate::purpose::words(&column.header.name);
    let named = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let weighed = |test: &dyn Fn(&str) -> bool| -> f64 {
        let all: u64 = profile.top.iter().map(|count| count.n).sum();
        let hits: u64 =
            profile.top.iter().filter(|count| test(count.value.trim())).map(|count| count.n).sum();
        hits as f64 / all.max(1) as f64
    };
    let phone_name =
        named(&["phone", "telephone", "tel", "mobile", "cell", "fax", "handy", "telefon", "phones"]);
    let phones = weighed(&|value| {
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let plain = value.chars().all(|c| c.is_ascii_digit() || " +-().x/".contains(c));
        plain
            && (7..=15).contains(&digits)
            && (phone_name || value.starts_with(['+', '(']) && value.contains([' ', '-', ')']))
    });
    if phones >= 0.5 {
        return Some(("telephone numbers", (phones * present as f64) as u64));
    }
    let addresses = weighed(&|value| {
        let parts: Vec<_> = value.split('.').collect();
        parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
    });
    if addresses >= 0.8 {
        return Some(("IP addresses", (addresses * present as f64) as u64));
    }
    let ibans = weighed(&|value| is_iban(value));
    if ibans >= 0.5 {
        return Some(("IBANs", (ibans * present as f64) as u64));
    }
    let cards = weighed(&|value| is_card(value));
    if cards >= 0.9 && named(&["card", "cc", "pan", "creditcard", "kreditkarte"]) {
        return Some(("payment card numbers", (cards * present as f64) as u64));
    }
    None
}

/// Whether the check digits of an IBAN hold (ISO 13616, mod 97).
fn is_iban(value: &str) -> bool {
    let plain: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    if !(15..=34).contains(&plain.len())
        || !plain.is_ascii()
        || !plain.starts_with(|c: char| c.is_ascii_uppercase())
    {
        return false;
    }
    let (head, tail) = plain.split_at(4);
    let rest = tail.chars().chain(head.chars()).try_fold(0_u32, |rest, c| {
        let digit = c.to_digit(36)?;
        Some((rest * if digit > 9 { 100 } else { 10 } + digit) % 97)
    });
    rest == Some(1)
}

/// Whether the check digit of a card number holds (Luhn, ISO/IEC 7812).
fn is_card(value: &str) -> bool {
    let digits: Vec<u32> =
        value.chars().filter(|c| !matches!(c, ' ' | '-')).map_while(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &digit)| {
            if at % 2 == 1 {
                let twice = digit * 2;
                twice / 10 + twice % 10
            } else {
                digit
            }
        })
        .sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut found = Vec::new();
    for column in table.columns.iter().filter(|column| column.profile.n >= table.settings.min_records) {
        if let Some((kind, n)) = what(column, table.settings.audit()) {
            let mut finding = Finding::on_column(&META, table, column, format!("{n} {kind}"));
            finding.confidence = 0.8;
            found.push(finding);
        }
    }
    super::merge_above(&mut found, 1, "columns hold personal data");
    out.append(&mut found);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use super::{is_card, is_iban};

    #[test]
    fn check_digits_hold() {
        // The examples of ISO 13616 and of the Luhn algorithm's description.
        assert!(is_iban("GB82 WEST 1234 5698 7654 32") && !is_iban("GB82 WEST 1234 5698 7654 33"));
        assert!(is_card("4111 1111 1111 1111") && !is_card("4111 1111 1111 1112"));
    }

    #[test]
    fn populations_are_no_telephones() {
        assert!(
            !Sample::column("population", (0..40).map(|i| 1_234_567 + i * 1_000_003)).has("personal-data")
        );
    }
}
