//! The tables' language: from one entry come a type, its reader and its row of the schema.
//!
//! ```text
//! record Name [since 2] [deprecated 3] [ordered true] {
//!     attributes { field: Type = "xmlName" [since 1] or default; … }   a default makes its lack a warning
//!     choices    { field: Group; … }
//!     children   { field: Type = "XmlName" [min 2]; … }                Type, Option<Type>, Vec<Type>
//!     content    { field }
//! }
//! choice Name { Variant(Type) = "XmlName"; … }         a type that is nothing but a choice
//! group Name { … }                                     a choice among the children of a record
//! enumeration Name { Variant = "word"; … }
//! ```

macro_rules! elements {
    ($( $(#[$doc:meta])* $kw:ident $name:ident $([$flag:ident $value:literal])* { $($body:tt)* } )*) => {
        $( $kw! { $(#[$doc])* $name [$($flag $value)*] { $($body)* } } )*
        /// Rows of this table.
        pub(crate) const TYPES: &[$crate::schema::TypeRow] = &[$( type_row!($kw $name) ),*];
    };
}

macro_rules! type_row {
    (enumeration $name:ident) => {
        $crate::schema::TypeRow::Enumeration(&$name::ROW)
    };
    (group $name:ident) => {
        $crate::schema::TypeRow::Group
    };
    ($kw:ident $name:ident) => {
        $crate::schema::TypeRow::Element(&<$name as $crate::read::Element>::ROW)
    };
}

macro_rules! row_value {
    (since $value:literal) => {
        $value
    };
    (min $value:literal) => {
        $value
    };
    (ordered $value:literal) => {
        $value
    };
    (deprecated $value:literal) => {
        Some($value)
    };
    (until $value:literal) => {
        Some($value)
    };
}

macro_rules! default_of {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

/// The standard's name of a type; it differs where Rust has the word for itself.
macro_rules! standard_name {
    (NoTimeReference) => {
        "None"
    };
    ($name:ident) => {
        stringify!($name)
    };
}

macro_rules! record {
    (
        $(#[$doc:meta])* $name:ident [$($flag:ident $value:literal)*] {
            $(attributes {
                $( $(#[$ad:meta])* $af:ident : $at:ty = $ax:literal $([$ak:ident $av:literal])* $(or $default:expr)? ; )*
            })?
            $(choices { $( $gf:ident : $gt:ty ; )* })?
            $(children { $( $cf:ident : $ct:ty = $cx:literal $([$ck:ident $cv:literal])* ; )* })?
            $(content { $tf:ident })?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(
                #[doc = concat!("Attribute `", $ax, "`.")]
                $(#[$ad])*
                pub $af: $at,
            )*)?
            $($(
                /// The child that was chosen.
                pub $gf: $gt,
            )*)?
            $($(
                #[doc = concat!("Child `", $cx, "`.")]
                pub $cf: $ct,
            )*)?
            $(
                /// The element's text.
                pub $tf: String,
            )?
            /// Where it stands.
            pub origin: $crate::Origin,
        }

        impl $crate::read::Element for $name {
            const NAME: &'static str = standard_name!($name);
            const ROW: $crate::schema::ElementRow = $crate::schema::ElementRow {
                name: standard_name!($name),
                $($flag: row_value!($flag $value),)*
                $(attributes: &[$( $crate::schema::AttributeRow {
                    name: $ax,
                    kind: <$at as $crate::read::AttributeField>::KIND,
                    required: <$at as $crate::read::AttributeField>::REQUIRED,
                    $($ak: row_value!($ak $av),)*
                    ..$crate::schema::AttributeRow::NONE
                } ),*],)?
                $(choices: &[$( <$gt as $crate::read::ChoiceField>::CHOICE ),*],)?
                $(children: &[$( $crate::schema::ChildRow {
                    name: $cx,
                    $($ck: row_value!($ck $cv),)*
                    ..<$ct as $crate::read::ChildField>::CHILD
                } ),*],)?
                $(content: { stringify!($tf); true },)?
                ..$crate::schema::ElementRow::NONE
            };

            fn read(r: &mut $crate::read::Reader<'_>, node: $crate::tree::Node<'_>) -> Option<Self> {
                let entered = r.enter(node, &Self::ROW)?;
                $($( let $af: Option<$at> = r.attribute(node, &Self::ROW, $ax, default_of!($($default)?)); )*)?
                $($( let $gf: Option<$gt> = <$gt as $crate::read::ChoiceField>::take_choice(r, node); )*)?
                $($( let $cf: Option<$ct> = <$ct as $crate::read::ChildField>::take_child(r, node, $cx); )*)?
                r.leave(entered);
                Some($name {
                    $($( $af: $af?, )*)?
                    $($( $gf: $gf?, )*)?
                    $($( $cf: $cf?, )*)?
                    $( $tf: node.content().trim().to_owned(), )?
                    origin: node.origin(),
                })
            }
        }

        impl $crate::Placed for $name {
            fn origin(&self) -> $crate::Origin {
                self.origin
            }
        }
    };
}

macro_rules! group {
    (
        $(#[$doc:meta])* $name:ident [$($flag:ident $value:literal)*] {
            $( $variant:ident($type:ty) = $xml:literal $([$key:ident $number:literal])* ; )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "one a list entry; the model is built once")]
        pub enum $name {
            $(
                #[doc = concat!("Child `", $xml, "`.")]
                $variant($type),
            )*
        }

        impl $crate::read::Choice for $name {
            const OPTIONS: &'static [$crate::schema::ChildRow] = &[$( $crate::schema::ChildRow {
                name: $xml,
                $($key: row_value!($key $number),)*
                ..<$type as $crate::read::ChildField>::CHILD
            } ),*];

            fn read_option(r: &mut $crate::read::Reader<'_>, node: $crate::tree::Node<'_>) -> Option<Self> {
                match node.name() {
                    $( $xml => <$type as $crate::read::Element>::read(r, node).map(Self::$variant), )*
                    _ => None,
                }
            }
        }

        impl $crate::Placed for $name {
            fn origin(&self) -> $crate::Origin {
                match self {
                    $( Self::$variant(found) => $crate::Placed::origin(found), )*
                }
            }
        }
    };
}

macro_rules! choice {
    ( $(#[$doc:meta])* $name:ident [$($flag:ident $value:literal)*] { $($body:tt)* } ) => {
        group! { $(#[$doc])* $name [] { $($body)* } }

        impl $crate::read::Element for $name {
            const NAME: &'static str = stringify!($name);
            const ROW: $crate::schema::ElementRow = $crate::schema::ElementRow {
                name: stringify!($name),
                $($flag: row_value!($flag $value),)*
                choices: &[<$name as $crate::read::ChoiceField>::CHOICE],
                ..$crate::schema::ElementRow::NONE
            };

            fn read(r: &mut $crate::read::Reader<'_>, node: $crate::tree::Node<'_>) -> Option<Self> {
                let entered = r.enter(node, &Self::ROW)?;
                let found = <$name as $crate::read::ChoiceField>::take_choice(r, node);
                r.leave(entered);
                found
            }
        }
    };
}

macro_rules! enumeration {
    (
        $(#[$doc:meta])* $name:ident [$($flag:ident $value:literal)*] {
            $( $variant:ident = $xml:literal $([$key:ident $number:literal])* ; )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(
                #[doc = concat!("`", $xml, "`")]
                $variant,
            )*
        }

        impl $name {
            /// All of them, in the standard's order.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),*];
            /// Its row of the schema.
            pub(crate) const ROW: $crate::schema::EnumerationRow = $crate::schema::EnumerationRow {
                name: stringify!($name),
                $($flag: row_value!($flag $value),)*
                literals: &[$( $crate::schema::LiteralRow {
                    name: $xml,
                    $($key: row_value!($key $number),)*
                    ..$crate::schema::LiteralRow::NONE
                } ),*],
                ..$crate::schema::EnumerationRow::NONE
            };

            /// The word as files have it.
            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$variant => $xml, )*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl $crate::read::Value for $name {
            const KIND: $crate::schema::ValueKind = $crate::schema::ValueKind::Enumeration(&Self::ROW);

            fn take(found: &$crate::read::Resolved<'_>) -> $crate::read::Taken<Self> {
                $crate::read::take_word(found, &Self::ROW, Self::ALL)
            }
        }
    };
}
