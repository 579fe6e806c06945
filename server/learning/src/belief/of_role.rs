//! What answers about other columns do to the belief in a role: they move its odds (`role_model.rs`), level by level.

use super::{Belief, Counts, OfColumn, Step};
use crate::ActionId;
use crate::level::Level;
use crate::role_model::{self, Point};

impl OfColumn<'_> {
    /// Moves the belief in a role by the answers about other columns. Gives what it rests on then: answers for, against,
    /// and the belief with its weight.
    pub(super) fn move_role(
        &self,
        belief: &mut Belief,
        action: ActionId,
        role: usize,
    ) -> Option<(f64, f64, f64, f64)> {
        let (beliefs, key) = (self.beliefs, self.key);
        let point = Point::of(key);
        let model = beliefs.role_models.get(&key.domain).filter(|_| !self.is_off(action))?;
        let moves = self.moves.get_or_init(|| model.moves(&point)).as_ref()?;
        let prior = point.prior();
        // The others share what the belief in this one leaves them.
        let others: f64 = (0..prior.len()).filter(|&at| at != role).map(|at| prior[at]).sum();
        let (start, share) = (belief.p, (1.0 - belief.p) / others.max(1e-9));
        let mut odds = [0.0; role_model::N_ROLES];
        let mut counts = Counts::default();
        for (level, part) in [Level::Guess, Level::Name, Level::Look].into_iter().zip(moves) {
            odds.iter_mut().zip(part).for_each(|(odds, part)| *odds += part);
            if part.iter().all(|&by| by == 0.0) {
                continue;
            }
            let top = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let weight =
                |at: usize| (if at == role { start } else { share * prior[at] }) * (odds[at] - top).exp();
            let before = belief.p;
            belief.p = weight(role) / (0..odds.len()).map(weight).sum::<f64>().max(f64::MIN_POSITIVE);
            counts = match level {
                Level::Look => {
                    let (s, f) = model.alike(&point, role);
                    Counts { s, f }
                }
                level => beliefs.counts(level, key, action).unwrap_or_default(),
            };
            belief.steps.push(Step { level, counts, p: belief.p, delta: belief.p - before });
            if counts.s + counts.f >= belief.answers.0 + belief.answers.1 {
                belief.answers = (counts.s, counts.f);
            }
        }
        let (n, p) = (counts.s + counts.f, belief.p);
        Some((n * p, n * (1.0 - p), p, 1.0))
    }
}
