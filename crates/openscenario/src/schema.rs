//! The standard's schema as this crate reads it: one row for every type, from the same tables that make
//! the model and its readers.
//!
//! Numbers of versions are minor ones: 0 is OpenSCENARIO 1.0.

use std::sync::LazyLock;

use crate::model;

/// A complex type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElementRow {
    /// Name of the type in the standard.
    pub name: &'static str,
    /// First version that has it.
    pub since: u8,
    /// First version that calls it deprecated.
    pub deprecated: Option<u8>,
    /// Whether the order of the children is fixed.
    pub ordered: bool,
    /// Its attributes.
    pub attributes: &'static [AttributeRow],
    /// Children of which one is to be chosen.
    pub choices: &'static [ChoiceRow],
    /// Its other children.
    pub children: &'static [ChildRow],
    /// Whether it holds text.
    pub content: bool,
}

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttributeRow {
    /// Name.
    pub name: &'static str,
    /// Type of its value.
    pub kind: ValueKind,
    /// Whether all versions require it.
    pub required: bool,
    /// First version that has it, if later than its element.
    pub since: u8,
    /// First version that calls it deprecated.
    pub deprecated: Option<u8>,
    /// Last version that has it, if not the newest.
    pub until: Option<u8>,
}

/// A child element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChildRow {
    /// Name of the element.
    pub name: &'static str,
    /// Name of its type.
    pub type_name: &'static str,
    /// Least number.
    pub min: u32,
    /// Greatest number.
    pub max: u32,
    /// First version that has it, if later than its parent.
    pub since: u8,
    /// First version that calls it deprecated.
    pub deprecated: Option<u8>,
    /// Last version that has it, if not the newest.
    pub until: Option<u8>,
}

/// Children of which one is to be chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChoiceRow {
    /// The children.
    pub options: &'static [ChildRow],
    /// Least number of them.
    pub min: u32,
    /// Greatest number of them.
    pub max: u32,
}

/// An enumeration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EnumerationRow {
    /// Name of the type in the standard.
    pub name: &'static str,
    /// First version that has it.
    pub since: u8,
    /// First version that calls it deprecated.
    pub deprecated: Option<u8>,
    /// Its words.
    pub literals: &'static [LiteralRow],
}

/// A word of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiteralRow {
    /// The word.
    pub name: &'static str,
    /// First version that has it, if later than its enumeration.
    pub since: u8,
    /// First version that calls it deprecated.
    pub deprecated: Option<u8>,
    /// Last version that has it, if not the newest.
    pub until: Option<u8>,
}

/// Type of an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueKind {
    /// `true` or `false`.
    Boolean,
    /// 64-bit floating-point number.
    Double,
    /// 32-bit integer.
    Int,
    /// 32-bit integer without sign.
    UnsignedInt,
    /// 16-bit integer without sign.
    UnsignedShort,
    /// Any text.
    String,
    /// Date and time.
    DateTime,
    /// A word of a list.
    Enumeration(&'static EnumerationRow),
}

impl ValueKind {
    /// Name of the type in the standard.
    pub fn name(self) -> &'static str {
        match self {
            ValueKind::Boolean => "Boolean",
            ValueKind::Double => "Double",
            ValueKind::Int => "Int",
            ValueKind::UnsignedInt => "UnsignedInt",
            ValueKind::UnsignedShort => "UnsignedShort",
            ValueKind::String => "String",
            ValueKind::DateTime => "DateTime",
            ValueKind::Enumeration(row) => row.name,
        }
    }
}

/// What one entry of a table describes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TypeRow {
    Element(&'static ElementRow),
    Enumeration(&'static EnumerationRow),
    /// A choice that is part of other elements' rows.
    Group,
}

impl ElementRow {
    /// What a table does not say.
    pub(crate) const NONE: Self = ElementRow {
        name: "",
        since: 0,
        deprecated: None,
        ordered: false,
        attributes: &[],
        choices: &[],
        children: &[],
        content: false,
    };

    /// All possible children.
    pub fn all_children(&self) -> impl Iterator<Item = &'static ChildRow> + use<> {
        let (choices, children) = (self.choices, self.children);
        choices.iter().flat_map(|c| c.options).chain(children)
    }
}

impl AttributeRow {
    /// What a table does not say.
    pub(crate) const NONE: Self = AttributeRow {
        name: "",
        kind: ValueKind::String,
        required: false,
        since: 0,
        deprecated: None,
        until: None,
    };
}

impl ChildRow {
    /// What a table does not say.
    pub(crate) const NONE: Self =
        ChildRow { name: "", type_name: "", min: 0, max: 1, since: 0, deprecated: None, until: None };
}

impl EnumerationRow {
    /// What a table does not say.
    pub(crate) const NONE: Self = EnumerationRow { name: "", since: 0, deprecated: None, literals: &[] };
}

impl LiteralRow {
    /// What a table does not say.
    pub(crate) const NONE: Self = LiteralRow { name: "", since: 0, deprecated: None, until: None };
}

/// The rows of all complex types, by name.
pub fn schema() -> &'static [ElementRow] {
    static ROWS: LazyLock<Vec<ElementRow>> = LazyLock::new(|| {
        let mut rows: Vec<ElementRow> = model::tables()
            .filter_map(|row| match row {
                TypeRow::Element(row) => Some(**row),
                TypeRow::Enumeration(_) | TypeRow::Group => None,
            })
            .collect();
        rows.sort_by_key(|row| row.name);
        rows
    });
    &ROWS
}

/// The rows of all enumerations, by name.
pub fn enumerations() -> &'static [EnumerationRow] {
    static ROWS: LazyLock<Vec<EnumerationRow>> = LazyLock::new(|| {
        let mut rows: Vec<EnumerationRow> = model::tables()
            .filter_map(|row| match row {
                TypeRow::Enumeration(row) => Some(**row),
                TypeRow::Element(_) | TypeRow::Group => None,
            })
            .collect();
        rows.sort_by_key(|row| row.name);
        rows
    });
    &ROWS
}
