//! Under construction.
/// A path into a tree.
#[derive(Debug)]
pub struct Path;
