//! The hub over its sockets: tokens, bad input, limits, faults of what it depends on, its end, and two of them at once.
#![allow(clippy::unwrap_used, reason = "a test program")]

mod bad_input;
mod help;
mod life;
mod limits;
#[cfg(unix)]
mod replicas;
mod rules;
#[cfg(unix)]
mod stack;
mod tokens;

/// What a hub promises whoever asks, be it one or several: each a test of one, and all together one of two replicas.
macro_rules! contract {
    ($($module:ident::$promise:ident),* $(,)?) => {
        /// The promises and their names.
        #[cfg(unix)]
        const CONTRACT: &[(&str, fn(&dyn help::Site))] =
            &[$((stringify!($promise), $module::$promise)),*];

        mod alone {
            use crate::help::Running;
            $(#[test]
            fn $promise() {
                crate::$module::$promise(&Running::start(|_| {}));
            })*
        }
    };
}

contract!(
    rules::five_who_agree_make_a_card_that_a_viewer_reads_and_a_tag_spares_it,
    rules::a_vote_that_is_taken_back_is_held_no_more,
    rules::an_experiment_tells_each_member_one_arm_and_its_report_waits,
    rules::leaving_ends_the_token_and_deletes_all_and_lists_come_in_pages,
    bad_input::an_upload_that_is_wrong_anywhere_stores_nothing,
    bad_input::an_idempotency_key_is_asked_for_and_means_one_body,
    bad_input::paths_methods_types_and_queries_that_are_not_there_are_problems_too,
    tokens::exactly_the_good_tokens_are_taken_and_none_twice_otherwise,
    tokens::a_token_comes_in_the_one_header_of_the_one_scheme,
    tokens::a_revoked_token_and_one_of_a_removed_member_end_within_two_seconds,
    tokens::an_assertion_is_taken_once_while_it_lives_and_for_this_hub,
    tokens::a_code_works_once_and_only_for_its_team,
);

#[test]
fn the_committed_description_is_that_of_the_handlers() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == aurora_hub::openapi::json(), "openapi.json is stale; run: cargo xtask docs");
}
