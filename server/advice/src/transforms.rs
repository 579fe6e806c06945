//! The catalogue of transforms, in the order a user should read them.

pub mod pad_record;

use crate::Transform;

/// Every transform.
pub const TRANSFORMS: &[&dyn Transform] = &[&pad_record::PadRecord];

/// The transform called `code`.
pub fn find(code: &str) -> Option<&'static dyn Transform> {
    TRANSFORMS.iter().copied().find(|transform| transform.meta().code == code)
}
