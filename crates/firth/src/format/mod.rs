//! Files: the native one and those of other tools.
