//! `/v1/experiments`: what members are shown, with and without cards, compared.

use std::sync::Arc;

use aurora_team::admin::{ExperimentItem, NewExperiment, PageOf};
use aurora_team::wire::Mode;
use axum::extract::State;
use axum::http::StatusCode;

use super::pages::{Wanted, page_of};
use super::{Signed, WithBody, WithNumber, WithQuery};
use crate::app::App;
use crate::auth::{Admin, Viewer};
use crate::body::{Body, Json, Number, Query};
use crate::experiment::{self, Report};
use crate::model::{Experiment, Verb};
use crate::operate;
use crate::problem::Problem;
use crate::repo::Page;

fn item(experiment: Experiment) -> ExperimentItem {
    ExperimentItem {
        experiment: experiment.id,
        without_cards: experiment.cut,
        starts: experiment.starts,
        ends: experiment.ends,
        stopped: experiment.is_stopped,
    }
}

/// Lists the experiments.
#[utoipa::path(get, path = "/v1/experiments", operation_id = "experiments", params(Wanted), security(("token" = [])),
    responses((status = 200, description = "A page.", body = PageOf<ExperimentItem>), WithQuery, Signed))]
pub(super) async fn experiments(
    State(app): State<Arc<App>>,
    Viewer(principal): Viewer,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PageOf<ExperimentItem>>, Problem> {
    let page = wanted.page()?;
    let rows = app.hub.repo.experiments(principal.tenant, page).await?;
    Ok(Json(StatusCode::OK, page_of(page, rows, |row| row.id, item)))
}

/// Begins an experiment today. One runs at a time, and none in dp mode: its report would be a release.
#[utoipa::path(post, path = "/v1/experiments", operation_id = "start", request_body = NewExperiment,
    security(("token" = [])),
    responses((status = 201, description = "Begun.", body = ExperimentItem), WithBody, Signed))]
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Admin(principal): Admin,
    body: Body<NewExperiment>,
) -> Result<Json<ExperimentItem>, Problem> {
    let NewExperiment { without_cards, days } = body.value;
    if !(1..=9_999).contains(&without_cards) || !(1..=365).contains(&days) {
        return Err(Problem::refused(
            "experiment",
            "without_cards is 1 to 9999, days 1 to 365; nothing was stored",
        ));
    }
    let hub = &app.hub;
    let team = app.rules.team(hub, principal.tenant).await?.ok_or_else(Problem::not_found)?;
    if team.mode == Mode::Dp {
        return Err(Problem::refused(
            "dp-mode",
            "a team in dp mode runs no experiments: a report is a release",
        ));
    }
    let begun = operate::begin(hub, principal.tenant, without_cards, days, Some(principal.member)).await?;
    let Some(experiment) = begun else {
        return Err(Problem::refused("experiment-runs", "another experiment runs")
            .with("wait until it ends, or stop it"));
    };
    app.rules.forget(principal.tenant);
    Ok(Json(StatusCode::CREATED, item(experiment)))
}

/// Gives the report: nothing before the day that was fixed, nothing of few, nothing of arms that do not match.
#[utoipa::path(get, path = "/v1/experiments/{experiment}/report", operation_id = "report",
    params(("experiment" = i64, Path, description = "The experiment's number.")), security(("token" = [])),
    responses((status = 200, description = "The report.", body = Report), WithNumber, Signed))]
pub(super) async fn report(
    State(app): State<Arc<App>>,
    Viewer(principal): Viewer,
    Number(number): Number,
) -> Result<Json<Report>, Problem> {
    let page = Page { after: number.saturating_sub(1), limit: 1 };
    let found = app.hub.repo.experiments(principal.tenant, page).await?.pop();
    let experiment = found.filter(|found| found.id == number).ok_or_else(Problem::not_found)?;
    let exposed = app.hub.repo.exposures(principal.tenant, number).await?;
    Ok(Json(StatusCode::OK, experiment::report(&experiment, &exposed, app.hub.clock.today())))
}

/// Ends an experiment before its day. Its report stays withheld until then.
#[utoipa::path(delete, path = "/v1/experiments/{experiment}", operation_id = "stop",
    params(("experiment" = i64, Path, description = "The experiment's number.")), security(("token" = [])),
    responses((status = 204, description = "Ended."), WithNumber, Signed))]
pub(super) async fn stop(
    State(app): State<Arc<App>>,
    Admin(principal): Admin,
    Number(experiment): Number,
) -> Result<StatusCode, Problem> {
    let act = principal.act(Verb::StopExperiment, experiment, app.hub.clock.now());
    if !app.hub.repo.stop_experiment(principal.tenant, experiment, act).await? {
        return Err(Problem::not_found());
    }
    app.rules.forget(principal.tenant);
    Ok(StatusCode::NO_CONTENT)
}
