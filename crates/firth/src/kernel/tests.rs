//! Each kernel on each path against plain f64 mathematics, and all paths against each other.
