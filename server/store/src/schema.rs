//! The schema, as migrations that only ever grow: version n is made by the first n.

/// Marks the file as ours ("AURO").
pub const APPLICATION_ID: i32 = 0x4155_524F;

/// The version this program writes.
pub const VERSION: i32 = MIGRATIONS.len() as i32;

/// Each leads from the version of its index to the next.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../migrations/1.sql")];
