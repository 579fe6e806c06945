//! The contract of the hub's stores: one suite of functions, run on every backend.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod backends;
mod differencing;
mod embedded;
mod help;
mod isolation;
mod people;
mod releases;
mod shared;
mod tls;
mod votes;

/// Runs every function of the suite on the store that `$open` makes anew for it. It gives the store and what must
/// live as long, or `None` (with a message) where the backend is not installed.
macro_rules! suite {
    ($backend:ident, $open:expr, $($area:ident :: $test:ident),* $(,)?) => {
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    let Some((repo, _keep)) = $open.await else { return };
                    super::$area::$test(repo).await;
                }
            )*
        }
    };
}

/// The suite, on one backend.
macro_rules! contract {
    ($backend:ident, $open:expr) => {
        suite!(
            $backend,
            $open,
            people::a_code_enrols_once,
            people::a_code_sent_again_with_its_key_gives_the_same_member,
            people::a_code_expires_and_is_its_tenants,
            people::members_come_in_pages_and_tokens_are_revoked,
            people::who_leaves_takes_all_but_the_ledger,
            people::no_more_join_than_there_are_seats,
            people::the_audit_is_kept_for_400_days,
            people::two_tenants_never_see_one_another,
            votes::an_upload_replaces_ones_own_votes_on_its_keys,
            votes::a_vote_taken_back_is_held_no_more,
            votes::the_same_upload_counts_once_for_24_hours,
            votes::an_upload_that_fails_leaves_nothing,
            votes::uploads_at_once_under_one_key_store_once,
            votes::exposures_add_up,
            votes::experiments_begin_and_end,
            votes::of_experiments_begun_at_once_one_runs,
            releases::two_releases_of_a_week_at_once_are_one,
            releases::a_change_counts_until_the_key_is_decided,
            releases::who_left_counts_as_changed,
            releases::who_takes_back_counts_once,
            releases::nothing_stays_of_a_vote_taken_back,
            releases::no_card_changes_by_fewer_than_three,
            releases::a_release_that_fails_leaves_nothing,
            releases::no_member_spends_more_than_900,
            releases::who_took_all_back_spends_nothing,
            releases::a_dp_release_is_drawn_once,
            releases::a_tenant_publishes_in_its_own_mode,
        );
    };
}

contract!(sqlite, super::backends::sqlite());
contract!(postgres, super::backends::postgres());
