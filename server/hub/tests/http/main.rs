//! The hub over its sockets: tokens, bad input, limits, faults of what it depends on, its end, and two of them at once.
#![allow(clippy::unwrap_used, reason = "a test program")]

mod bad_input;
mod help;
mod life;
mod limits;
mod rules;
#[cfg(unix)]
mod stack;
mod tokens;

#[test]
fn the_committed_description_is_that_of_the_handlers() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == aurora_hub::openapi::json(), "openapi.json is stale; run: cargo xtask docs");
}
