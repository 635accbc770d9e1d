//! The stream of elements: one pass over the text, no tree, no recursion deeper than the schema's.
//!
//! Every element must end in [`Cursor::children`] or [`Cursor::skip`]; the token [`Done`] that only they
//! hand out makes forgetting it a type error.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::annotation;
use crate::limits::{ATTRIBUTES_MAX, DEPTH_MAX, IGNORED_KINDS_MAX, PROBLEMS_MAX};
use crate::model::Annotations;
use crate::problem::{Place, Problem, Severity};

/// Proof that an element was read to its end.
pub(crate) struct Done(());

/// A start tag.
pub(crate) struct Element<'a> {
    /// Name without a namespace prefix.
    pub name: &'a str,
    /// Byte range of the tag's `<name`.
    pub span: Range<usize>,
    attributes: Vec<Attribute<'a>>,
    closed: bool,
}

struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
    offset: usize,
    used: bool,
}

/// Reads elements and collects problems and ignored elements.
pub(crate) struct Cursor<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    file: &'a str,
    line_starts: Vec<usize>,
    /// Last place found: (offset, line index, column). Places are mostly asked for in rising order.
    last: (usize, usize, u32),
    path: Vec<&'a str>,
    stopped: bool,
    warnings: usize,
    errors: usize,
    /// A record that is not finite and waits for what follows it: (element, s, place, message).
    hollow: Option<(&'a str, f64, Place, String)>,
    pub problems: Vec<Problem>,
    pub ignored: BTreeMap<String, usize>,
    /// What may stand in any element.
    pub annotations: Annotations,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, file: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Cursor {
            reader,
            text,
            file,
            line_starts: std::iter::once(0).chain(breaks).collect(),
            last: (0, 0, 1),
            path: Vec::new(),
            stopped: false,
            warnings: 0,
            errors: 0,
            hollow: None,
            problems: Vec::new(),
            ignored: BTreeMap::new(),
            annotations: Annotations::default(),
        }
    }

    /// Line and column of a byte range.
    pub fn place(&mut self, span: &Range<usize>) -> Place {
        let mut offset = span.start.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_starts.partition_point(|s| *s <= offset) - 1;
        let (from, column) = if self.last.1 == line && self.last.0 <= offset {
            (self.last.0, self.last.2)
        } else {
            (self.line_starts[line], 1)
        };
        let passed = self.text[from..offset].chars().count();
        let column = column.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.last = (offset, line, column);
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { line: small(line + 1), column, offset: small(offset), len: small(span.len().max(1)) }
    }

    /// Where an element begins.
    pub fn at(&mut self, element: &Element<'_>) -> Place {
        self.place(&element.span)
    }

    /// Notes a problem.
    pub fn report(
        &mut self,
        severity: Severity,
        rule: &'static str,
        span: Range<usize>,
        message: String,
        hint: &str,
    ) {
        let place = self.place(&span);
        self.report_at(severity, rule, place, message, hint);
    }

    /// Notes a problem at a known place. Too many errors stop the reading; too many warnings are only counted.
    pub fn report_at(
        &mut self,
        severity: Severity,
        rule: &'static str,
        place: Place,
        message: String,
        hint: &str,
    ) {
        let count = match severity {
            Severity::Warning => &mut self.warnings,
            Severity::Error => &mut self.errors,
        };
        *count += 1;
        if *count <= PROBLEMS_MAX {
            self.push_problem(severity, rule, place, message, hint);
        } else if severity == Severity::Error && !self.stopped {
            let message = format!("more than PROBLEMS_MAX = {PROBLEMS_MAX} errors: reading stopped here");
            self.push_problem(severity, "limit.problems", place, message, "mend the ones above first");
            self.stopped = true;
        }
    }

    /// Says how many warnings were not listed.
    pub fn close_problems(&mut self) {
        let more = self.warnings.saturating_sub(PROBLEMS_MAX);
        if more > 0 {
            let place = self.problems.last().map_or_else(Place::default, |p| p.place);
            let message = format!("{more} further warnings; PROBLEMS_MAX = {PROBLEMS_MAX} are listed");
            self.push_problem(Severity::Warning, "limit.problems", place, message, "");
        }
    }

    fn push_problem(
        &mut self,
        severity: Severity,
        rule: &'static str,
        place: Place,
        message: String,
        hint: &str,
    ) {
        let file = self.file.to_owned();
        self.problems.push(Problem { file, place, severity, rule, message, hint: hint.to_owned() });
    }

    /// Holds back a record that is not finite until the next one tells whether it has any extent.
    pub fn hold_hollow(&mut self, element: &'a str, s_m: f64, place: Place, message: String) {
        self.hollow = Some((element, s_m, place, message));
    }

    /// Decides on the record held back: harmless if a record of its kind follows at the same s.
    pub fn settle_hollow(&mut self, next: Option<(&str, f64)>) {
        if let Some((element, s_m, place, message)) = self.hollow.take() {
            if next == Some((element, s_m)) {
                let hint = "it has no extent and was left out";
                self.report_at(Severity::Warning, "number.not_finite", place, message, hint);
            } else {
                self.report_at(
                    Severity::Error,
                    "number.not_finite",
                    place,
                    message,
                    "a finite number is wanted",
                );
            }
        }
    }

    /// Whether reading was given up.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    fn fatal(&mut self, rule: &'static str, span: Range<usize>, message: String, hint: &str) {
        if !self.stopped {
            self.report(Severity::Error, rule, span, message, hint);
            self.stopped = true;
        }
    }

    /// Goes through the element's children; counts the attributes that nobody asked for.
    pub fn children(
        &mut self,
        element: Element<'a>,
        mut each: impl FnMut(&mut Self, Element<'a>) -> Done,
    ) -> Done {
        self.children_and_text(element, &mut each, None)
    }

    /// The same, and collects the element's own text.
    pub fn children_and_text(
        &mut self,
        element: Element<'a>,
        each: &mut dyn FnMut(&mut Self, Element<'a>) -> Done,
        mut own_text: Option<&mut String>,
    ) -> Done {
        self.path.push(element.name);
        self.count_unused(&element);
        let mut open = !element.closed;
        while open {
            let start = self.position();
            match self.next_event() {
                Next::Element(child) => {
                    each(self, child);
                }
                Next::Text(text) => {
                    if let Some(own) = own_text.as_deref_mut() {
                        own.push_str(&text);
                    }
                }
                Next::End | Next::Stopped => open = false,
                Next::Eof => {
                    let place = self.at(&element);
                    let message = format!("the file ends inside <{}>, opened at {place}", element.name);
                    self.fatal("xml.valid_xml_document", start..start, message, "the file seems cut off");
                    open = false;
                }
            }
        }
        self.path.pop();
        Done(())
    }

    /// An element without children that matter.
    pub fn leaf(&mut self, element: Element<'a>) -> Done {
        self.children(element, |r, child| r.skip(child))
    }

    fn count_unused(&mut self, element: &Element<'a>) {
        let unused = |a: &&Attribute<'a>| !a.used && !a.name.starts_with("xmlns") && !a.name.contains(':');
        for attribute in element.attributes.iter().filter(unused) {
            self.count_ignored(Some(attribute.name));
        }
    }

    /// Path of the elements that are open, such as `OpenDRIVE/road`.
    pub fn path_text(&self) -> String {
        self.path.join("/")
    }

    /// An element whose content stays as it is written.
    pub fn verbatim(&mut self, element: Element<'a>) -> (Done, &'a str) {
        self.path.push(element.name);
        self.count_unused(&element);
        self.path.pop();
        let (start, closed) = (self.position(), element.closed);
        let done = self.pass_over(element);
        let inside = self.text.get(start..self.position()).filter(|_| !closed).unwrap_or_default();
        (done, inside.rfind("</").map_or("", |end| &inside[..end]))
    }

    /// Counts the element as ignored and passes over all that it holds, unless it is one of those that may stand
    /// anywhere.
    pub fn skip(&mut self, element: Element<'a>) -> Done {
        if matches!(element.name, "include" | "dataQuality" | "userData") {
            return annotation::read(self, element);
        }
        self.path.push(element.name);
        self.count_ignored(None);
        self.path.pop();
        self.pass_over(element)
    }

    /// Passes over an element without counting it: something else already says what became of it.
    pub fn pass_over(&mut self, element: Element<'a>) -> Done {
        let mut depth = usize::from(!element.closed);
        while depth > 0 {
            let start = self.position();
            match self.next_event() {
                Next::Element(child) => {
                    depth += usize::from(!child.closed);
                    if self.path.len() + depth > DEPTH_MAX {
                        let message = format!("elements nest deeper than DEPTH_MAX = {DEPTH_MAX}");
                        self.fatal("limit.depth", child.span, message, "");
                    }
                }
                Next::Text(_) => {}
                Next::End => depth -= 1,
                Next::Eof => {
                    let message = format!("the file ends inside <{}>", element.name);
                    self.fatal("xml.valid_xml_document", start..start, message, "the file seems cut off");
                    break;
                }
                Next::Stopped => break,
            }
        }
        Done(())
    }

    /// The document's root element. Stops when there is none.
    pub fn root(&mut self) -> Option<Element<'a>> {
        loop {
            match self.next_event() {
                Next::Element(element) => return Some(element),
                Next::Text(_) | Next::End => {}
                Next::Eof => {
                    let end = self.text.len();
                    let message = "the file has no root element".to_owned();
                    self.fatal(
                        "xml.valid_xml_document",
                        end..end,
                        message,
                        "an OpenDRIVE file begins with <OpenDRIVE>",
                    );
                    return None;
                }
                Next::Stopped => return None,
            }
        }
    }

    /// After the root: nothing but comments and white space may follow.
    pub fn finish(&mut self) {
        loop {
            match self.next_event() {
                Next::Element(element) => {
                    let message = format!("<{}> stands after the root element", element.name);
                    self.fatal(
                        "xml.valid_xml_document",
                        element.span,
                        message,
                        "a file has one root element",
                    );
                }
                Next::Text(_) | Next::End => {}
                Next::Eof | Next::Stopped => return,
            }
        }
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len())
    }

    fn next_event(&mut self) -> Next<'a> {
        loop {
            if self.stopped {
                return Next::Stopped;
            }
            let start = self.position();
            match self.reader.read_event() {
                Ok(Event::Start(tag)) => return Next::Element(self.element(&tag, start, false)),
                Ok(Event::Empty(tag)) => return Next::Element(self.element(&tag, start, true)),
                Ok(Event::End(_)) => return Next::End,
                Ok(Event::Text(text)) => return Next::Text(text.into_inner()),
                Ok(Event::CData(text)) => return Next::Text(text.into_inner()),
                Ok(Event::GeneralRef(reference)) => {
                    let name = reference.into_inner();
                    let value = quick_xml::escape::unescape(&format!("&{name};")).map(Cow::into_owned).ok();
                    if value.is_none() {
                        let end = self.position();
                        let message = format!("unknown entity &{name};");
                        self.report(
                            Severity::Warning,
                            "xml.entity",
                            start..end,
                            message,
                            "entities are not expanded; it was left out",
                        );
                    }
                    return Next::Text(Cow::Owned(value.unwrap_or_default()));
                }
                Ok(Event::Decl(_)) => {
                    if start > 0 {
                        let end = self.position();
                        let message = "the XML declaration does not stand at the very beginning".to_owned();
                        self.report(
                            Severity::Warning,
                            "xml.declaration_first",
                            start..end,
                            message,
                            "remove what stands before it",
                        );
                    }
                }
                Ok(Event::DocType(_)) => {
                    let end = self.position();
                    let message = "the document type definition was ignored".to_owned();
                    self.report(
                        Severity::Warning,
                        "xml.doctype",
                        start..end,
                        message,
                        "entities are not expanded",
                    );
                }
                Ok(Event::Comment(_) | Event::PI(_)) => {}
                Ok(Event::Eof) => return Next::Eof,
                Err(error) => {
                    let at = usize::try_from(self.reader.error_position()).unwrap_or(start).max(start);
                    self.fatal(
                        "xml.valid_xml_document",
                        at..at,
                        error.to_string(),
                        "the file is not well-formed XML",
                    );
                }
            }
        }
    }

    fn element(&mut self, tag: &BytesStart<'a>, start: usize, closed: bool) -> Element<'a> {
        let text = self.text;
        let full = tag.name().as_ref().len();
        let name_start = (start + 1).min(text.len());
        let name = text.get(name_start..name_start + full).unwrap_or_default();
        let span = start..(name_start + full);
        let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
        if self.path.len() >= DEPTH_MAX {
            let message = format!("elements nest deeper than DEPTH_MAX = {DEPTH_MAX}");
            self.fatal("limit.depth", span.clone(), message, "");
        }
        let mut attributes: Vec<Attribute<'a>> = Vec::new();
        for attribute in tag.attributes() {
            match attribute {
                Ok(found) => {
                    // Both point into the text: their distance from its start is their offset.
                    let key = range_in(text, found.key.as_ref());
                    let value = range_in(text, &found.value);
                    if let (Some(key), Some(value)) = (key, value) {
                        let offset = value.start;
                        attributes.push(Attribute {
                            name: &text[key],
                            value: &text[value],
                            offset,
                            used: false,
                        });
                    }
                }
                Err(error) => {
                    let message = format!("<{name}>: {error}");
                    self.report(
                        Severity::Error,
                        "xml.valid_xml_document",
                        span.clone(),
                        message,
                        "the file is not well-formed XML",
                    );
                    break;
                }
            }
            if attributes.len() > ATTRIBUTES_MAX {
                let message = format!("<{name}> has more than ATTRIBUTES_MAX = {ATTRIBUTES_MAX} attributes");
                self.fatal("limit.attributes", span.clone(), message, "");
                break;
            }
        }
        Element { name, span, attributes, closed }
    }

    fn count_ignored(&mut self, attribute: Option<&str>) {
        let mut key = self.path.join("/");
        if let Some(attribute) = attribute {
            key.push('@');
            key.push_str(attribute);
        }
        if self.ignored.len() >= IGNORED_KINDS_MAX && !self.ignored.contains_key(&key) {
            key = "…".to_owned();
        }
        *self.ignored.entry(key).or_insert(0) += 1;
    }
}

impl<'a> Element<'a> {
    /// A tag without attributes, to name an element that was already consumed.
    pub fn bare(name: &'a str, span: Range<usize>) -> Self {
        Element { name, span, attributes: Vec::new(), closed: true }
    }

    /// The first of these attributes whose number is not finite: (name, text, byte range).
    pub fn first_not_finite(
        &self,
        names: [&'static str; 4],
    ) -> Option<(&'static str, &'a str, Range<usize>)> {
        names.into_iter().find_map(|name| {
            let a = self.attributes.iter().find(|a| a.name == name)?;
            let not_finite = a.value.trim().parse::<f64>().is_ok_and(|v| !v.is_finite());
            not_finite.then(|| (name, a.value, a.offset..a.offset + a.value.len()))
        })
    }

    /// Whether the attribute is there.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|a| a.name == name)
    }

    /// The attribute's raw text and its byte range; marks it as used.
    pub fn raw(&mut self, name: &str) -> Option<(&'a str, Range<usize>)> {
        let attribute = self.attributes.iter_mut().find(|a| a.name == name)?;
        attribute.used = true;
        Some((attribute.value, attribute.offset..attribute.offset + attribute.value.len()))
    }
}

enum Next<'a> {
    Element(Element<'a>),
    Text(Cow<'a, str>),
    End,
    Eof,
    Stopped,
}

/// The range of `part` in `whole`, if it lies in it.
fn range_in(whole: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    whole.get(start..end).map(|_| start..end)
}
