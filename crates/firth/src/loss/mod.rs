//! A loss fills the coefficients G.
