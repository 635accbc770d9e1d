//! Tree → model: rows of the schema drive it, every problem is collected.
//!
//! [`Reader::enter`] looks at what an element holds against its row: unknown things, things of later
//! versions, order. The fields' traits then read attributes ([`AttributeField`]), children
//! ([`ChildField`]) and choices ([`ChoiceField`]); cardinality lies in the field's type: `T` is wanted,
//! `Option<T>` may lack, `Vec<T>` is any number.
//!
//! Recursion follows the schema and is bounded: [`READ_DEPTH_MAX`].

#[macro_use]
mod macros;
mod catalog;
mod document;
mod resolve;
mod scope;
mod value;

use std::collections::BTreeMap;

use crate::files::Files;
use crate::limits::{ELEMENTS_READ_MAX, NOTED_KINDS_MAX, TEXT_BYTES_READ_MAX};
use crate::report::Report;
use crate::schema::{AttributeRow, ChildRow, ChoiceRow, ElementRow, ValueKind};
use crate::tree::Node;

pub(crate) use document::read_document;
pub(crate) use value::{Resolved, Taken, Value, take_word};

use crate::expression::nearest;
use catalog::Catalogs;
use scope::Scopes;

/// Deepest nesting of readers, catalog entries included. Chosen because the deepest useful path needs
/// about 50 and each costs some kilobytes of stack.
pub(crate) const READ_DEPTH_MAX: usize = 120;

/// Reads one document and the catalog entries that it refers to.
pub(crate) struct Reader<'f> {
    files: &'f dyn Files,
    pub report: Report,
    /// Minor version of the file being read.
    minor: u8,
    scopes: Scopes,
    catalogs: Catalogs,
    pub notes: Notes,
    elements_read: usize,
    text_bytes_read: usize,
    depth: usize,
}

/// What was met: name → how often.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Types of elements read.
    pub covered: BTreeMap<&'static str, usize>,
    /// Elements and attributes that the schema does not know: `Parent/Child`, `Parent@attribute`.
    pub ignored: BTreeMap<String, usize>,
    /// Elements and attributes that the file's version calls deprecated.
    pub deprecated: BTreeMap<String, usize>,
}

/// Proof that an element was entered; [`Reader::leave`] takes it back.
#[must_use]
pub(crate) struct Entered {
    scoped: bool,
}

/// A complex type of the standard.
pub(crate) trait Element: Sized {
    /// Name of the type.
    const NAME: &'static str;
    /// Row of the schema.
    const ROW: ElementRow;
    /// Reads it. `None` where a problem was reported that leaves nothing.
    fn read(r: &mut Reader<'_>, node: Node<'_>) -> Option<Self>;
}

impl<T: Element> Element for Box<T> {
    const NAME: &'static str = T::NAME;
    const ROW: ElementRow = T::ROW;

    fn read(r: &mut Reader<'_>, node: Node<'_>) -> Option<Self> {
        T::read(r, node).map(Box::new)
    }
}

/// One of several children.
pub(crate) trait Choice: Sized {
    /// Which.
    const OPTIONS: &'static [ChildRow];
    /// Reads a node that has the name of an option.
    fn read_option(r: &mut Reader<'_>, node: Node<'_>) -> Option<Self>;
}

/// An attribute's field.
pub(crate) trait AttributeField: Sized {
    const KIND: ValueKind;
    const REQUIRED: bool;
    fn take(found: &Resolved<'_>) -> Taken<Self>;
    fn absent() -> Option<Self>;
}

impl<T: Value> AttributeField for T {
    const KIND: ValueKind = T::KIND;
    const REQUIRED: bool = true;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        T::take(found)
    }

    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Value> AttributeField for Option<T> {
    const KIND: ValueKind = T::KIND;
    const REQUIRED: bool = false;

    fn take(found: &Resolved<'_>) -> Taken<Self> {
        if !matches!(T::KIND, ValueKind::String) && found.text().trim().is_empty() {
            return Taken::Tolerated(None, "empty: taken as absent".to_owned());
        }
        match T::take(found) {
            Taken::Exact(value) => Taken::Exact(Some(value)),
            Taken::Tolerated(value, note) => Taken::Tolerated(Some(value), note),
            Taken::Refused(rule, message, hint) => Taken::Refused(rule, message, hint),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// A child's field.
pub(crate) trait ChildField: Sized {
    /// Row but for the name.
    const CHILD: ChildRow;
    fn take_child(r: &mut Reader<'_>, parent: Node<'_>, name: &str) -> Option<Self>;
}

impl<T: Element> ChildField for T {
    const CHILD: ChildRow = ChildRow { type_name: T::NAME, min: 1, ..ChildRow::NONE };

    fn take_child(r: &mut Reader<'_>, parent: Node<'_>, name: &str) -> Option<Self> {
        match r.single(parent, name) {
            Some(node) => T::read(r, node),
            None => {
                let message = format!("<{}> lacks <{name}>", parent.name());
                r.report.error("element.missing", parent.origin(), message, "");
                None
            }
        }
    }
}

impl<T: Element> ChildField for Option<T> {
    const CHILD: ChildRow = ChildRow { type_name: T::NAME, ..ChildRow::NONE };

    fn take_child(r: &mut Reader<'_>, parent: Node<'_>, name: &str) -> Option<Self> {
        match r.single(parent, name) {
            Some(node) => T::read(r, node).map(Some),
            None => Some(None),
        }
    }
}

impl<T: Element> ChildField for Vec<T> {
    const CHILD: ChildRow = ChildRow { type_name: T::NAME, max: u32::MAX, ..ChildRow::NONE };

    fn take_child(r: &mut Reader<'_>, parent: Node<'_>, name: &str) -> Option<Self> {
        let mut list = Vec::new();
        for node in parent.children_named(name) {
            list.extend(T::read(r, node));
        }
        Some(list)
    }
}

/// A choice's field.
pub(crate) trait ChoiceField: Sized {
    const CHOICE: ChoiceRow;
    fn take_choice(r: &mut Reader<'_>, parent: Node<'_>) -> Option<Self>;
}

impl<C: Choice> ChoiceField for C {
    const CHOICE: ChoiceRow = ChoiceRow { options: C::OPTIONS, min: 1, max: 1 };

    fn take_choice(r: &mut Reader<'_>, parent: Node<'_>) -> Option<Self> {
        match r.chosen::<C>(parent) {
            Some(node) => C::read_option(r, node),
            None => {
                r.nothing_chosen(parent, C::OPTIONS);
                None
            }
        }
    }
}

impl<C: Choice> ChoiceField for Option<C> {
    const CHOICE: ChoiceRow = ChoiceRow { options: C::OPTIONS, min: 0, max: 1 };

    fn take_choice(r: &mut Reader<'_>, parent: Node<'_>) -> Option<Self> {
        match r.chosen::<C>(parent) {
            Some(node) => C::read_option(r, node).map(Some),
            None => Some(None),
        }
    }
}

impl<C: Choice> ChoiceField for Vec<C> {
    const CHOICE: ChoiceRow = ChoiceRow { options: C::OPTIONS, min: 0, max: u32::MAX };

    fn take_choice(r: &mut Reader<'_>, parent: Node<'_>) -> Option<Self> {
        let mut list = Vec::new();
        for node in parent.children().filter(|n| is_option(C::OPTIONS, n.name())) {
            list.extend(C::read_option(r, node));
        }
        Some(list)
    }
}

fn is_option(options: &[ChildRow], name: &str) -> bool {
    options.iter().any(|o| o.name == name)
}

impl<'f> Reader<'f> {
    pub fn new(files: &'f dyn Files, file: &str) -> Self {
        Reader {
            files,
            report: Report::new(file),
            minor: 3,
            scopes: Scopes::default(),
            catalogs: Catalogs::default(),
            notes: Notes::default(),
            elements_read: 0,
            text_bytes_read: 0,
            depth: 0,
        }
    }

    /// Begins an element: counts it, looks at all that it holds, opens its scope of parameters.
    pub fn enter(&mut self, node: Node<'_>, row: &'static ElementRow) -> Option<Entered> {
        let full = self.elements_read > ELEMENTS_READ_MAX || self.text_bytes_read > TEXT_BYTES_READ_MAX;
        if self.report.is_stopped() || full || (row.content && !self.take_bytes(node.content().len(), node)) {
            return None;
        }
        self.elements_read += 1;
        if self.elements_read > ELEMENTS_READ_MAX {
            let message =
                format!("more than ELEMENTS_READ_MAX = {ELEMENTS_READ_MAX} elements, catalogs included");
            self.report.error("limit.elements_read", node.origin(), message, "");
            return None;
        }
        if self.depth >= READ_DEPTH_MAX {
            let message = format!("elements and catalog entries nest deeper than {READ_DEPTH_MAX}");
            self.report.error("limit.depth", node.origin(), message, "");
            return None;
        }
        self.depth += 1;
        *self.notes.covered.entry(row.name).or_insert(0) += 1;
        self.look_at_attributes(node, row);
        self.look_at_children(node, row);
        if !row.content && !node.content().is_empty() {
            let message = format!("<{}> holds text, which was ignored", node.name());
            self.report.warn("element.text", node.origin(), message, "");
        }
        let scoped = self.open_scope(node, row);
        Some(Entered { scoped })
    }

    /// Counts text that goes into the model; whether that is not too much. Beyond the limit nothing is read.
    fn take_bytes(&mut self, bytes: usize, node: Node<'_>) -> bool {
        let within = self.text_bytes_read <= TEXT_BYTES_READ_MAX;
        self.text_bytes_read = self.text_bytes_read.saturating_add(bytes);
        if within && self.text_bytes_read > TEXT_BYTES_READ_MAX {
            let message = format!(
                "more than TEXT_BYTES_READ_MAX = {TEXT_BYTES_READ_MAX} bytes of text, catalogs included"
            );
            self.report.error("limit.text_bytes_read", node.origin(), message, "");
        }
        self.text_bytes_read <= TEXT_BYTES_READ_MAX
    }

    /// Ends an element.
    pub fn leave(&mut self, entered: Entered) {
        self.depth -= 1;
        if entered.scoped {
            self.scopes.close();
        }
    }

    fn look_at_attributes(&mut self, node: Node<'_>, row: &'static ElementRow) {
        for attribute in node.attributes() {
            let known = row.attributes.iter().find(|a| a.name == attribute.name);
            let Some(known) = known else {
                let message = format!("<{}> has no attribute {:?}", node.name(), value::clip(attribute.name));
                let names = row.attributes.iter().map(|a| a.name);
                let hint = hint_for(attribute.name, names, "it was ignored");
                self.report.warn("attribute.unknown", node.place_of(&attribute), message, &hint);
                note(&mut self.notes.ignored, &[row.name, "@", attribute.name]);
                continue;
            };
            let life = Life { since: known.since, deprecated: known.deprecated, until: known.until };
            self.look_at_version(node, &[row.name, "@", known.name], &life);
        }
    }

    fn look_at_children(&mut self, node: Node<'_>, row: &'static ElementRow) {
        let unmet =
            row.choices.iter().any(|c| c.min > 0 && !node.children().any(|n| is_option(c.options, n.name())));
        let mut last = 0;
        let mut in_order = true;
        for child in node.children() {
            let known = row.all_children().find(|c| c.name == child.name());
            let Some(known) = known else {
                // Where a choice is not met, the unknown child is taken for it and reported as an error.
                if !unmet {
                    let message = format!("<{}> has no child <{}>", node.name(), value::clip(child.name()));
                    let hint = hint_for(child.name(), row.all_children().map(|c| c.name), "it was ignored");
                    self.report.warn("element.unknown", child.origin(), message, &hint);
                }
                note(&mut self.notes.ignored, &[row.name, "/", child.name()]);
                continue;
            };
            let life = Life { since: known.since, deprecated: known.deprecated, until: known.until };
            self.look_at_version(child, &[row.name, "/", known.name], &life);
            let place = row.children.iter().position(|c| c.name == known.name);
            if let Some(place) = place.filter(|_| row.ordered && in_order) {
                if place < last {
                    in_order = false;
                    let message = format!("<{}> stands too late in <{}>", child.name(), node.name());
                    let hint = "the order of the standard is another";
                    self.report.warn("element.order", child.origin(), message, hint);
                }
                last = last.max(place);
            }
        }
        for child in row.children.iter().filter(|c| c.min > 0 && c.max > 1) {
            let count = node.children_named(child.name).count();
            if count < child.min as usize {
                let message = format!(
                    "<{}> has {count} <{}>; at least {} are wanted",
                    node.name(),
                    child.name,
                    child.min
                );
                self.report.warn("element.count", node.origin(), message, "");
            }
        }
    }

    fn look_at_version(&mut self, node: Node<'_>, name: &[&str], life: &Life) {
        if life.since > self.minor {
            let message = format!(
                "{} came with OpenSCENARIO 1.{}; the file says 1.{}",
                name.concat(),
                life.since,
                self.minor
            );
            self.report.warn("version.newer", node.origin(), message, "it was read nevertheless");
        } else if life.until.is_some_and(|until| self.minor > until) {
            let message = format!("{} went with OpenSCENARIO 1.{}", name.concat(), self.minor);
            self.report.warn("version.older", node.origin(), message, "it was read nevertheless");
        } else if life.deprecated.is_some_and(|since| since <= self.minor) {
            note(&mut self.notes.deprecated, name);
        }
    }

    /// Reads an attribute of the row's name.
    pub fn attribute<T: AttributeField>(
        &mut self,
        node: Node<'_>,
        row: &'static ElementRow,
        name: &str,
        default: Option<T>,
    ) -> Option<T> {
        let known: &AttributeRow = row.attributes.iter().find(|a| a.name == name)?;
        let Some(found) = node.attribute(name) else {
            let message = format!("<{}> lacks the attribute {name:?}", node.name());
            return match (T::REQUIRED, default) {
                (false, _) => T::absent(),
                (true, Some(default)) => {
                    self.report.warn(
                        "attribute.missing",
                        node.origin(),
                        message,
                        "a neutral value was taken",
                    );
                    Some(default)
                }
                (true, None) => {
                    let hint = format!("{} is wanted", known.kind.name());
                    self.report.error("attribute.missing", node.origin(), message, &hint);
                    None
                }
            };
        };
        let resolved = match self.resolve_attribute(node, row, known, &found) {
            Ok(resolved) => resolved,
            Err(mistake) => {
                let message =
                    format!("<{} {name}={:?}>: {}", node.name(), value::clip(&found.value), mistake.message);
                self.report.error(mistake.rule, node.place_of(&found), message, &mistake.hint);
                return None;
            }
        };
        if !self.take_bytes(resolved.text().len(), node) {
            return None;
        }
        let written = || {
            let raw = value::clip(&found.value);
            if found.value.contains('$') {
                format!("<{} {name}={raw:?}>", node.name())
            } else {
                format!("<{} {name}>", node.name())
            }
        };
        match T::take(&resolved) {
            Taken::Exact(value) => Some(value),
            Taken::Tolerated(value, odd) => {
                self.report.warn(
                    "attribute.value",
                    node.place_of(&found),
                    format!("{}: {odd}", written()),
                    "",
                );
                Some(value)
            }
            Taken::Refused(rule, message, hint) => {
                self.report.error(rule, node.place_of(&found), format!("{}: {message}", written()), &hint);
                None
            }
        }
    }

    /// The one child of a name; more than one is an error.
    fn single<'t>(&mut self, parent: Node<'t>, name: &str) -> Option<Node<'t>> {
        let mut found = parent.children_named(name);
        let first = found.next()?;
        if let Some(second) = found.next() {
            let message = format!("<{}> has more than one <{name}>", parent.name());
            let hint = format!("the first one stands at {}", first.origin().place);
            self.report.error("element.count", second.origin(), message, &hint);
        }
        Some(first)
    }

    /// The one child that is an option; more than one is an error.
    fn chosen<'t, C: Choice>(&mut self, parent: Node<'t>) -> Option<Node<'t>> {
        let mut found = parent.children().filter(|n| is_option(C::OPTIONS, n.name()));
        let first = found.next()?;
        if let Some(second) = found.next() {
            let message =
                format!("<{}> holds both <{}> and <{}>", parent.name(), first.name(), second.name());
            self.report.error("element.choice", second.origin(), message, "one of them is wanted");
        }
        Some(first)
    }

    fn nothing_chosen(&mut self, parent: Node<'_>, options: &'static [ChildRow]) {
        let names = options.iter().map(|o| o.name);
        let all = names.clone().collect::<Vec<_>>().join(", ");
        let one =
            if options.len() == 1 { format!("<{all}> is wanted") } else { format!("one of {all} is wanted") };
        match parent.children().find(|n| !is_option(options, n.name())) {
            Some(other) => {
                let message = format!("<{}> has no child <{}>", parent.name(), value::clip(other.name()));
                self.report.error(
                    "element.unknown",
                    other.origin(),
                    message,
                    &hint_for(other.name(), names, &one),
                );
            }
            None => {
                let message = format!("<{}> is empty", parent.name());
                self.report.error("element.choice", parent.origin(), message, &one);
            }
        }
    }
}

/// In which versions something exists.
struct Life {
    since: u8,
    deprecated: Option<u8>,
    until: Option<u8>,
}

fn hint_for<'n>(name: &str, known: impl Iterator<Item = &'n str>, otherwise: &str) -> String {
    nearest(name, known)
        .map_or_else(|| otherwise.to_owned(), |near| format!("did you mean {near:?}? {otherwise}"))
}

/// Counts a name; beyond a number of distinct names all share one entry.
fn note(notes: &mut BTreeMap<String, usize>, name: &[&str]) {
    let mut key = value::clip(&name.concat()).into_owned();
    if notes.len() >= NOTED_KINDS_MAX && !notes.contains_key(&key) {
        key = "…".to_owned();
    }
    *notes.entry(key).or_insert(0) += 1;
}
