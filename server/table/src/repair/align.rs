//! Tokens laid over columns: the best alignment by dynamic programming.

use super::candidates::{Reading, Token};
use super::{Cell, Repair};
use crate::{ColumnModel, Shape};

/// What one more joined token costs.
const JOIN: f64 = 2.5;
/// The same for a token that begins with a blank, as after a comma in prose.
const JOIN_AFTER_BLANK: f64 = 0.7;
/// What a missing field costs, except at the record's end.
const PAD: f64 = 2.0;
/// What a missing field at the record's end costs.
const PAD_AT_END: f64 = 1.0;
/// What leaving out an empty field costs.
const DROP: f64 = 1.5;
/// Fields too many or too few that are still worth an alignment.
const MAX_OFF: usize = 16;

/// Which changes an alignment may make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Allowed {
    /// Join neighbours that an unquoted delimiter broke apart.
    pub join: bool,
    /// Fill in missing fields anywhere.
    pub pad: bool,
    /// Leave out empty fields.
    pub drop: bool,
}

impl Allowed {
    /// All of them.
    pub const ALL: Self = Self { join: true, pad: true, drop: true };
}

/// One step of the way through tokens and columns.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Step {
    Start,
    /// So many tokens make one column.
    Take(usize),
    Pad,
    Drop,
}

/// The best way to lay the tokens of `reading` over the columns of `shape`.
pub(super) fn align(reading: Reading, shape: &Shape, allowed: Allowed) -> Option<Repair> {
    let (n, width) = (reading.tokens.len(), shape.width);
    let off = n.abs_diff(width);
    if off > MAX_OFF || width == 0 {
        return None;
    }
    let unknown = ColumnModel::default();
    let model = |column: usize| shape.columns.get(column).unwrap_or(&unknown);
    // Only the band beside the diagonal can matter: as many steps aside as fields are off, and one to either side.
    let (ahead, behind) = if n > width { (1, off + 1) } else { (off + 1, 1) };
    let columns = width + 1;
    let mut best = vec![(f64::NEG_INFINITY, Step::Start); (n + 1) * columns];
    best[0].0 = 0.0;
    for i in 0..=n {
        for j in i.saturating_sub(behind)..=width.min(i + ahead) {
            let here = best[i * columns + j].0;
            if here == f64::NEG_INFINITY {
                continue;
            }
            let mut reach = |i: usize, j: usize, score: f64, step: Step| {
                let cell = &mut best[i * columns + j];
                if score > cell.0 {
                    *cell = (score, step);
                }
            };
            if j < width && i < n {
                reach(
                    i + 1,
                    j + 1,
                    here + model(j).log_likelihood(reading.judged(&reading.tokens[i].value)),
                    Step::Take(1),
                );
            }
            if j < width && allowed.join && n > width {
                let mut cost = 0.0;
                for m in 2..=(off + 1).min(n - i) {
                    let token: &Token = &reading.tokens[i + m - 1];
                    let after_blank = token.value.starts_with(' ') && !reading.blank_delimiter;
                    cost += if after_blank { JOIN_AFTER_BLANK } else { JOIN };
                    let value = reading.joined(i, m);
                    reach(i + m, j + 1, here - cost + model(j).log_likelihood(value), Step::Take(m));
                }
            }
            if j < width && allowed.pad && (n < width || off == 0) {
                let cost = if i == n { PAD_AT_END } else { PAD };
                reach(i, j + 1, here - cost + model(j).log_likelihood(""), Step::Pad);
            }
            if i < n && allowed.drop && (n > width || off == 0) && reading.tokens[i].value.is_empty() {
                reach(i + 1, j, here - DROP, Step::Drop);
            }
        }
    }
    let score = best[n * columns + width].0;
    if score == f64::NEG_INFINITY {
        return None;
    }
    let mut cells = Vec::with_capacity(width);
    let (mut i, mut j) = (n, width);
    while (i, j) != (0, 0) {
        match best[i * columns + j].1 {
            Step::Take(m) => {
                (i, j) = (i - m, j - 1);
                let value =
                    if m == 1 { reading.tokens[i].value.clone() } else { reading.joined(i, m).to_owned() };
                cells.push(Cell { value, first_token: i, n_tokens: m });
            }
            Step::Pad => {
                j -= 1;
                cells.push(Cell { value: String::new(), first_token: i, n_tokens: 0 });
            }
            Step::Drop => i -= 1,
            Step::Start => return None,
        }
    }
    cells.reverse();
    let tokens = reading.tokens.iter().map(|token| token.span).collect();
    Some(Repair { cells, tokens, slip: reading.slip, score: score - reading.cost })
}
