//! Turns: who draws one works after all who drew before, however their tasks are scheduled.

use tokio::sync::oneshot;

/// Gives turns, one after the other.
#[derive(Default)]
pub(crate) struct Turns {
    /// Hears of the end of the last one that was drawn.
    last: Option<oneshot::Receiver<()>>,
}

/// One turn; its end lets the next begin. To be dropped only after [`Self::begin`] has returned, else the next one does
/// not wait for those before.
pub(crate) struct Turn {
    before: Option<oneshot::Receiver<()>>,
    /// Dropped with the turn, which the next one hears.
    _end: oneshot::Sender<()>,
}

impl Turns {
    /// The next turn.
    pub(crate) fn draw(&mut self) -> Turn {
        let (end, ended) = oneshot::channel();
        Turn { before: self.last.replace(ended), _end: end }
    }
}

impl Turn {
    /// Waits for all that were drawn before to end.
    pub(crate) async fn begin(&mut self) {
        if let Some(before) = self.before.take() {
            // An error says that the other end is gone: just that is waited for.
            let _ = before.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_turn_begins_when_the_one_before_it_has_ended() {
        let mut turns = Turns::default();
        let (mut first, mut second, mut third) = (turns.draw(), turns.draw(), turns.draw());
        assert!(first.begin().now_or_never().is_some());
        let mut waiting = Box::pin(second.begin());
        assert!((&mut waiting).now_or_never().is_none());
        assert!(third.begin().now_or_never().is_none());
        drop(first);
        assert!(waiting.now_or_never().is_some());
    }
}
