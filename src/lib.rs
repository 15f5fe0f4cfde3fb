//! ehlo.
