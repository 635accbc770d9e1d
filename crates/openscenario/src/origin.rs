//! Where things of the model stand in their files.

use source::Place;

/// A place in one of the files read: the scenario or one of its catalogs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Index into [`crate::Parsed::files`]. 0 = the file given to [`crate::parse`].
    pub file: u32,
    /// Where in it the element begins.
    pub place: Place,
}

/// What stands somewhere in a file.
pub trait Placed {
    /// Where it stands.
    fn origin(&self) -> Origin;
}

impl<T: Placed> Placed for Box<T> {
    fn origin(&self) -> Origin {
        (**self).origin()
    }
}
