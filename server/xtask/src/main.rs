//! Developer commands: the same on a laptop and in CI.

fn main() {}
