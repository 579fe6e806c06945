//! The weekly release: by a task of `aurora hub serve`, or by `aurora hub release`.
//!
//! Caches need no telling: their keys hold the number of the release, and a new release is a new number.

use aurora_team::wire::Mode;

use super::dp::{self, CAP_MEPS, ClosedList, SystemEntropy, TooFewSeats};
use super::team;
use crate::Hub;
use crate::model::{Act, Release, Tenant, TenantId, Verb};
use crate::repo::{Page, RepoError};

/// How a dp tenant's ε for life is spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Plan {
    /// One release at 0.9: the most comes through.
    #[default]
    Once,
    /// Three at 0.3, at least [`DP_WEEKS`] weeks apart.
    Thrice,
}

impl Plan {
    /// Thousandths of ε of each release.
    pub const fn meps(self) -> u32 {
        match self {
            Self::Once => CAP_MEPS,
            Self::Thrice => CAP_MEPS / 3,
        }
    }
}

/// Weeks between two dp releases: a quarter of a year.
pub const DP_WEEKS: i32 = 13;

/// Who asks for a release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// The weekly task: a dp release waits for enough members and its distance to the last.
    ByTheWeek,
    /// The operator: a dp release waits for neither, but is never beyond the budget.
    ByTheOperator,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Cards were published.
    Published(Release),
    /// Nothing was done, nothing spent.
    NotDue(NotDue),
}

/// Why there is no release now. Each is read off public facts (the calendar, who is enrolled, earlier releases), never
/// off votes: else that there was a release would tell something of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotDue {
    /// The week has one.
    WeekHasOne,
    /// Fewer members are enrolled than dp mode needs.
    TooFewMembers,
    /// The last dp release is less than [`DP_WEEKS`] ago.
    TooSoon,
    /// The tenant's releases have spent their ε.
    Spent,
    /// It is in dp mode, and releases of all tenants were asked for.
    Unnamed,
}

/// Why a release failed.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The store.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// Too small for dp mode.
    #[error(transparent)]
    TooFewSeats(#[from] TooFewSeats),
    /// No noise could be drawn. The spend is kept, nothing is published.
    #[error("the noise could not be drawn ({0}); what was spent stays spent")]
    NoNoise(&'static str),
}

/// Makes the release of a tenant that is due, if one is.
///
/// # Errors
/// In dp mode an error after the spend (a crash, a full disk, no entropy) leaves a release without cards.
pub async fn release_due(
    hub: &Hub,
    tenant: Tenant,
    plan: Plan,
    asked: Asked,
) -> Result<Outcome, ReleaseError> {
    release_over(hub, tenant, plan, asked, ClosedList::shipped).await
}

/// The same over another closed list, which must be as public as the shipped one.
///
/// # Errors
/// As [`release_due`].
pub async fn release_over(
    hub: &Hub,
    tenant: Tenant,
    plan: Plan,
    asked: Asked,
    list: fn() -> ClosedList,
) -> Result<Outcome, ReleaseError> {
    let released = match tenant.mode {
        Mode::Team => {
            let act = act(hub);
            hub.repo.release_team(tenant.id, hub.clock.week(), &team::cards, act).await?
        }
        Mode::Dp => {
            dp::check_seats(tenant.seats)?;
            if let Some(reason) = not_due(hub, tenant.id, plan, asked).await? {
                return Ok(Outcome::NotDue(reason));
            }
            release_dp(hub, tenant.id, plan.meps(), list()).await?
        }
    };
    Ok(released.map_or(Outcome::NotDue(NotDue::WeekHasOne), Outcome::Published))
}

/// The line of the audit; the store puts in the release's number.
fn act(hub: &Hub) -> Act {
    Act { id: 0, actor: None, verb: Verb::Release, object: 0, at: hub.clock.now() }
}

/// Spend, commit, draw, store: in this order, each once.
async fn release_dp(
    hub: &Hub,
    tenant: TenantId,
    meps: u32,
    list: ClosedList,
) -> Result<Option<Release>, ReleaseError> {
    let Some((release, ballots)) = hub.repo.spend_dp(tenant, hub.clock.week(), meps, act(hub)).await? else {
        return Ok(None);
    };
    // Seconds of arithmetic: beside the requests, not among them.
    let drawn =
        tokio::task::spawn_blocking(move || dp::draw(&list, &ballots, meps, &mut SystemEntropy::new()));
    let cards = match drawn.await {
        Ok(Ok(cards)) => cards,
        Ok(Err(aurora_privacy::DrawError::NoEntropy)) => {
            return Err(ReleaseError::NoNoise("the system gives no entropy"));
        }
        Ok(Err(aurora_privacy::DrawError::Overflow)) => {
            return Err(ReleaseError::NoNoise("a number left its range"));
        }
        Err(_) => return Err(ReleaseError::NoNoise("the draw was cut short")),
    };
    hub.repo.store_dp(tenant, release.id, &cards).await?;
    Ok(Some(release))
}

/// Why a dp release is not due, `None` when it is.
async fn not_due(hub: &Hub, tenant: TenantId, plan: Plan, asked: Asked) -> Result<Option<NotDue>, RepoError> {
    let (mut spent, mut last, mut after) = (0, None, 0);
    loop {
        let page = hub.repo.releases(tenant, Page { after, limit: 200 }).await?;
        let Some(end) = page.last() else { break };
        after = end.id;
        spent += page.iter().map(|release| release.meps).sum::<u32>();
        last = last.max(page.iter().map(|release| release.epoch).max());
    }
    let week = hub.clock.week();
    // Whoever voted before has spent theirs: a further release would be of late joiners alone, and replace the cards.
    if spent + plan.meps() > CAP_MEPS {
        return Ok(Some(NotDue::Spent));
    }
    if last.is_some_and(|last| last >= week) {
        return Ok(Some(NotDue::WeekHasOne));
    }
    if asked == Asked::ByTheOperator {
        return Ok(None);
    }
    if last.is_some_and(|last| week - last < DP_WEEKS) {
        return Ok(Some(NotDue::TooSoon));
    }
    Ok((!has_members(hub, tenant, dp::MIN_SEATS).await?).then_some(NotDue::TooFewMembers))
}

/// Whether at least `n` members are enrolled.
async fn has_members(hub: &Hub, tenant: TenantId, n: u32) -> Result<bool, RepoError> {
    let (mut found, mut after) = (0, 0);
    while found < n as usize {
        let page = hub.repo.members(tenant, Page { after, limit: 200 }).await?;
        let Some(end) = page.last() else { return Ok(false) };
        after = end.id.0;
        found += page.len();
    }
    Ok(true)
}

/// Makes this week's releases of all tenants in team mode; one that fails does not hold up the others. A tenant in dp
/// mode is passed over: what it spends is gone for life, so whoever wants that must name it.
///
/// # Errors
/// Only when the tenants cannot be listed.
pub async fn release_all_due(
    hub: &Hub,
    plan: Plan,
) -> Result<Vec<(TenantId, Result<Outcome, ReleaseError>)>, RepoError> {
    let mut outcomes = Vec::new();
    for tenant in hub.repo.tenants().await? {
        let outcome = match tenant.mode {
            Mode::Team => release_due(hub, tenant, plan, Asked::ByTheWeek).await,
            Mode::Dp => Ok(Outcome::NotDue(NotDue::Unnamed)),
        };
        outcomes.push((tenant.id, outcome));
    }
    Ok(outcomes)
}
