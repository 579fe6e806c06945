//! Work that takes long says so, and can be stopped.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::pool::CancelToken;
use crate::session::Session;

/// Work that is done sooner says nothing.
pub(crate) const PATIENCE: Duration = Duration::from_millis(300);

/// A piece of work; dropping it says that it has ended.
pub(crate) struct Work {
    session: Arc<Session>,
    token: String,
    /// Set when the person stops it.
    pub(crate) stop: CancelToken,
    ended: CancelToken,
}

impl Work {
    /// Work that has just begun. The client is told of it if it is still going on after [`PATIENCE`].
    pub(crate) fn begin(session: &Arc<Session>, title: &'static str) -> Self {
        let token = format!("aurora/{}", session.ticket());
        let (stop, ended) = (CancelToken::default(), CancelToken::default());
        let work = Self { session: Arc::clone(session), token: token.clone(), stop, ended };
        if !session.client().shows_progress {
            return work;
        }
        session.stoppable.insert(token.clone(), work.stop.clone());
        let (session, ended) = (Arc::clone(session), work.ended.clone());
        tokio::spawn(async move {
            tokio::time::sleep(PATIENCE).await;
            if ended.is_cancelled() {
                return;
            }
            session.link.ask("window/workDoneProgress/create", json!({"token": token})).await;
            let tell = |value| session.link.notify("$/progress", json!({"token": token, "value": value}));
            tell(json!({"kind": "begin", "title": title, "cancellable": true}));
            // The client may have taken longer to answer than the work.
            while !ended.is_cancelled() {
                tokio::time::sleep(PATIENCE / 3).await;
            }
            tell(json!({"kind": "end"}));
        });
        work
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.ended.cancel();
        self.session.stoppable.remove(&self.token);
    }
}
