//! The few loops that take all the time.
