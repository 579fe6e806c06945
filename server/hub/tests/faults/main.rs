//! The stores under faults: the database killed and frozen under writes, the hub's process killed under writes.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests; children tell what they did")]

mod hub_killed;
mod postgres_fails;
mod writes;
