//! How messages come in and go out: frames, their one parse, and the queue towards the client.

pub(crate) mod frame;
pub(crate) mod message;
pub(crate) mod outgoing;
