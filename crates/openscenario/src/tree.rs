//! XML text → tree of elements with the places of names and values.
//!
//! One pass, no recursion. Names lose their namespace prefix, comments and processing instructions are
//! dropped, a document type definition is ignored with a warning, and no entity but XML's own five and
//! character references is replaced.
//!
//! # Source
//! XML 1.0, fifth edition.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use source::{Lines, Note, Place, Severity};

use crate::limits::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX};
use crate::origin::Origin;
use crate::report::Report;

/// No node.
const NONE: u32 = u32::MAX;

/// The elements of one file.
#[derive(Debug)]
pub(crate) struct Tree {
    file: u32,
    text: String,
    nodes: Vec<NodeData>,
    attributes: Vec<AttributeData>,
    contents: Vec<String>,
}

#[derive(Debug)]
struct NodeData {
    name: Range<u32>,
    place: Place,
    parent: u32,
    first_child: u32,
    next_sibling: u32,
    attributes: Range<u32>,
    content: u32,
}

#[derive(Debug)]
struct AttributeData {
    name: Range<u32>,
    value: Range<u32>,
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'t> {
    tree: &'t Tree,
    index: u32,
}

/// One attribute.
#[derive(Clone, Debug)]
pub(crate) struct Attribute<'t> {
    pub name: &'t str,
    /// Value, character references replaced.
    pub value: Cow<'t, str>,
    span: Range<u32>,
}

impl Tree {
    /// Reads a file's bytes. Problems go to the report; `None` where there is no tree.
    pub fn parse(bytes: &[u8], file: u32, report: &mut Report) -> Option<Tree> {
        let (text, note) = source::decode_with_note(bytes);
        let mut builder = Builder {
            lines: Lines::new(&text),
            text: &text,
            file,
            report,
            nodes: Vec::new(),
            attributes: Vec::new(),
            contents: Vec::new(),
            open: Vec::new(),
        };
        if let Some(note) = note {
            builder.encoding(note);
        }
        let complete = builder.run();
        let Builder { nodes, attributes, contents, .. } = builder;
        complete.then(|| Tree { file, text: text.into_owned(), nodes, attributes, contents })
    }

    /// The root element.
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, index: 0 }
    }

    /// The element of this index.
    pub fn node(&self, index: u32) -> Option<Node<'_>> {
        (usize::try_from(index).ok()? < self.nodes.len()).then_some(Node { tree: self, index })
    }

    fn slice(&self, range: &Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}

impl<'t> Node<'t> {
    fn data(&self) -> &'t NodeData {
        &self.tree.nodes[self.index as usize]
    }

    /// Number of the element in its file.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Name without a namespace prefix.
    pub fn name(&self) -> &'t str {
        self.tree.slice(&self.data().name)
    }

    /// Where it begins.
    pub fn origin(&self) -> Origin {
        Origin { file: self.tree.file, place: self.data().place }
    }

    /// The element around it.
    pub fn parent(&self) -> Option<Node<'t>> {
        self.tree.node(self.data().parent)
    }

    /// The elements in it, in the order of the file.
    pub fn children(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let tree = self.tree;
        std::iter::successors(tree.node(self.data().first_child), move |n| tree.node(n.data().next_sibling))
    }

    /// The elements of a name in it.
    pub fn children_named<'n>(&self, name: &'n str) -> impl Iterator<Item = Node<'t>> + use<'t, 'n> {
        self.children().filter(move |c| c.name() == name)
    }

    /// The first element of a name in it.
    pub fn child(&self, name: &str) -> Option<Node<'t>> {
        self.children().find(|c| c.name() == name)
    }

    /// Attributes, those of namespaces left out.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'t>> + use<'t> {
        let tree = self.tree;
        let Range { start, end } = self.data().attributes.clone();
        (start..end).map(move |i| {
            let data = &tree.attributes[i as usize];
            let raw = tree.slice(&data.value);
            let value = if raw.contains(['&', '\n', '\r', '\t']) {
                let unescaped = quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw));
                Cow::Owned(unescaped.replace(['\n', '\r', '\t'], " "))
            } else {
                Cow::Borrowed(raw)
            };
            Attribute { name: tree.slice(&data.name), value, span: data.value.clone() }
        })
    }

    /// One attribute.
    pub fn attribute(&self, name: &str) -> Option<Attribute<'t>> {
        self.attributes().find(|a| a.name == name)
    }

    /// Where an attribute's value stands.
    pub fn place_of(&self, attribute: &Attribute<'_>) -> Origin {
        let start = self.data().place;
        let Range { start: from, end } = attribute.span;
        let between = self.tree.slice(&(start.offset..from));
        let breaks = between.bytes().filter(|b| *b == b'\n').count();
        let last = between.rsplit('\n').next().unwrap_or_default();
        let column = small(last.chars().count()).saturating_add(if breaks == 0 { start.column } else { 1 });
        let line = start.line.saturating_add(small(breaks));
        let len = end.saturating_sub(from).max(1);
        Origin { file: self.tree.file, place: Place { line, column, offset: from, len } }
    }

    /// The element's own text, or nothing.
    pub fn content(&self) -> &'t str {
        self.tree.contents.get(self.data().content as usize).map_or("", String::as_str)
    }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

struct Builder<'a, 'r> {
    text: &'a str,
    file: u32,
    lines: Lines<'a>,
    report: &'r mut Report,
    nodes: Vec<NodeData>,
    attributes: Vec<AttributeData>,
    contents: Vec<String>,
    /// Open elements: (node, its last child).
    open: Vec<(u32, u32)>,
}

impl<'a> Builder<'a, '_> {
    /// Whether the text is one whole document.
    fn run(&mut self) -> bool {
        let text = self.text;
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        loop {
            let start = position(reader.buffer_position(), text);
            let event = reader.read_event();
            let end = position(reader.buffer_position(), text);
            let sound = match event {
                Ok(Event::Start(tag)) => self.element(&tag, start, end, Closed::No),
                Ok(Event::Empty(tag)) => self.element(&tag, start, end, Closed::Yes),
                Ok(Event::End(_)) => {
                    self.open.pop();
                    true
                }
                Ok(Event::Text(found)) => self.content(&found.into_inner(), start),
                Ok(Event::CData(found)) => self.content(&found.into_inner(), start),
                Ok(Event::GeneralRef(reference)) => {
                    let name = reference.into_inner();
                    match quick_xml::escape::unescape(&format!("&{name};")) {
                        Ok(value) => self.content(&value, start),
                        Err(_) => {
                            self.unknown_entity(&name, start..end);
                            true
                        }
                    }
                }
                Ok(Event::Decl(_)) => {
                    if start > 0 {
                        let message = "the XML declaration does not stand at the very beginning";
                        self.warn(
                            "xml.declaration_first",
                            start..end,
                            message,
                            "remove what stands before it",
                        );
                    }
                    true
                }
                Ok(Event::DocType(_)) => {
                    let message = "the document type definition was ignored";
                    self.warn("xml.doctype", start..end, message, "entities are not expanded");
                    true
                }
                Ok(Event::Comment(_) | Event::PI(_)) => true,
                Ok(Event::Eof) => return self.close(),
                Err(error) => {
                    let at = position(reader.error_position(), text).max(start);
                    self.fatal(
                        "xml.valid_xml_document",
                        at..at,
                        &error.to_string(),
                        "the file is not well-formed XML",
                    );
                    false
                }
            };
            if !sound {
                return false;
            }
        }
    }

    fn close(&mut self) -> bool {
        let end = self.text.len();
        if let Some((node, _)) = self.open.last() {
            let data = &self.nodes[*node as usize];
            let name = self.text.get(data.name.start as usize..data.name.end as usize).unwrap_or_default();
            let message = format!("the file ends inside <{name}>, opened at {}", data.place);
            self.fatal("xml.valid_xml_document", end..end, &message, "the file seems cut off");
            return false;
        }
        if self.nodes.is_empty() {
            let hint = "an OpenSCENARIO file begins with <OpenSCENARIO>";
            self.fatal("xml.valid_xml_document", end..end, "the file has no root element", hint);
            return false;
        }
        true
    }

    fn element(&mut self, tag: &BytesStart<'a>, start: usize, end: usize, closed: Closed) -> bool {
        let text = self.text;
        let from = (start + 1).min(text.len());
        let full = text.get(from..from + tag.name().as_ref().len()).unwrap_or_default();
        let name = full.rsplit_once(':').map_or(full, |(_, local)| local);
        let to = from + full.len();
        let span = start..to;
        if self.open.is_empty() && !self.nodes.is_empty() {
            let message = format!("<{name}> stands after the root element");
            return self.fatal("xml.valid_xml_document", span, &message, "a file has one root element");
        }
        if self.open.len() >= DEPTH_MAX {
            let message = format!("elements nest deeper than DEPTH_MAX = {DEPTH_MAX}");
            return self.fatal("limit.depth", span, &message, "");
        }
        if self.nodes.len() >= ELEMENTS_MAX {
            let message = format!("more than ELEMENTS_MAX = {ELEMENTS_MAX} elements");
            return self.fatal("limit.elements", span, &message, "");
        }
        let first = self.attributes.len();
        for attribute in tag.attributes() {
            match attribute {
                Ok(found) => {
                    let key = found.key.as_ref();
                    if key.starts_with("xmlns") || key.contains(':') {
                        continue;
                    }
                    if let (Some(key), Some(value)) = (range_in(text, key), range_in(text, &found.value)) {
                        self.check_entities(&value);
                        self.attributes.push(AttributeData { name: narrow(&key), value: narrow(&value) });
                    }
                }
                Err(error) => {
                    let message = format!("<{name}>: {error}");
                    return self.fatal(
                        "xml.valid_xml_document",
                        start..end,
                        &message,
                        "the file is not well-formed XML",
                    );
                }
            }
            if self.attributes.len() - first > ATTRIBUTES_MAX {
                let message = format!("<{name}> has more than ATTRIBUTES_MAX = {ATTRIBUTES_MAX} attributes");
                return self.fatal("limit.attributes", span, &message, "");
            }
        }
        let index = small(self.nodes.len());
        let (parent, before) = self.open.last().copied().unwrap_or((NONE, NONE));
        if let Some(sibling) = self.nodes.get_mut(before as usize) {
            sibling.next_sibling = index;
        } else if let Some(above) = self.nodes.get_mut(parent as usize) {
            above.first_child = index;
        }
        if let Some(last) = self.open.last_mut() {
            last.1 = index;
        }
        self.nodes.push(NodeData {
            name: narrow(&(to - name.len()..to)),
            place: self.lines.place(&span),
            parent,
            first_child: NONE,
            next_sibling: NONE,
            attributes: narrow(&(first..self.attributes.len())),
            content: NONE,
        });
        if closed == Closed::No {
            self.open.push((index, NONE));
        }
        true
    }

    /// Text inside an element; white space alone is kept only between other text.
    fn content(&mut self, found: &str, start: usize) -> bool {
        let blank = found.trim().is_empty();
        let Some((node, _)) = self.open.last() else {
            if blank {
                return true;
            }
            let at = start + (found.len() - found.trim_start().len());
            let message = "text stands outside of the root element";
            return self.fatal("xml.valid_xml_document", at..at, message, "remove it");
        };
        let data = &mut self.nodes[*node as usize];
        if data.content == NONE && !blank {
            data.content = small(self.contents.len());
            self.contents.push(String::new());
        }
        if let Some(own) = self.contents.get_mut(data.content as usize) {
            own.push_str(found);
        }
        true
    }

    /// Warns of entities in an attribute that XML itself does not know.
    fn check_entities(&mut self, value: &Range<usize>) {
        let raw = self.text.get(value.clone()).unwrap_or_default();
        if raw.contains('&') && quick_xml::escape::unescape(raw).is_err() {
            let name = raw.split('&').nth(1).and_then(|s| s.split(';').next()).unwrap_or_default();
            self.unknown_entity(name, value.clone());
        }
    }

    fn unknown_entity(&mut self, name: &str, span: Range<usize>) {
        let message = format!("unknown entity &{name};");
        self.warn("xml.entity", span, &message, "entities are not expanded");
    }

    fn encoding(&mut self, note: Note) {
        match note {
            Note::UnknownLabel(label) => {
                let message = format!("the declared encoding {label:?} is not the file's");
                self.warn("xml.encoding", 0..0, &message, "it was read as UTF-8");
            }
            Note::Invalid { encoding, used, offset } => {
                let hint = used.map_or_else(
                    || "unreadable characters were replaced".to_owned(),
                    |u| format!("it was read as {u}; declare the encoding that it has"),
                );
                self.warn(
                    "xml.encoding",
                    offset..offset,
                    &format!("the file is not valid {encoding}"),
                    &hint,
                );
            }
        }
    }

    fn warn(&mut self, rule: &'static str, span: Range<usize>, message: &str, hint: &str) {
        let origin = Origin { file: self.file, place: self.lines.place(&span) };
        self.report.add(Severity::Warning, rule, origin, message.to_owned(), hint);
    }

    /// Notes the error that ends the reading of this file; always `false`.
    fn fatal(&mut self, rule: &'static str, span: Range<usize>, message: &str, hint: &str) -> bool {
        let origin = Origin { file: self.file, place: self.lines.place(&span) };
        self.report.add(Severity::Error, rule, origin, message.to_owned(), hint);
        false
    }
}

/// Whether a tag closes itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    Yes,
    No,
}

fn position(at: u64, text: &str) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX).min(text.len())
}

fn narrow(range: &Range<usize>) -> Range<u32> {
    small(range.start)..small(range.end)
}

/// The range of `part` in `whole`, if it lies in it.
fn range_in(whole: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    whole.get(start..end).map(|_| start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<Tree>, Vec<String>) {
        let mut report = Report::new("f");
        let tree = Tree::parse(text.as_bytes(), 0, &mut report);
        (tree, report.finish().0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn elements_attributes_and_text_keep_their_places() {
        let (tree, problems) =
            read("<a x='1'>\n <p:b\n  y='&lt;2'>one &amp; <![CDATA[<two>]]></p:b><c/><b/></a>");
        assert_eq!(problems, Vec::<String>::new());
        let tree = tree.unwrap();
        let root = tree.root();
        let names: Vec<_> = root.children().map(|c| (c.name(), c.origin().place.line)).collect();
        assert_eq!(names, [("b", 2), ("c", 3), ("b", 3)]);
        let b = root.child("b").unwrap();
        let y = b.attribute("y").unwrap();
        assert_eq!((y.value.as_ref(), b.content()), ("<2", "one & <two>"));
        let place = b.place_of(&y).place;
        assert_eq!((place.line, place.column, place.len), (3, 6, 5));
        assert_eq!(b.parent().map(|p| p.name()), Some("a"));
        assert_eq!(root.children_named("b").count(), 2);
        assert!(b.children().next().is_none() && root.parent().is_none());
    }

    #[test]
    fn what_is_no_document_is_refused_at_its_place() {
        let check = |text: &str, expect: &str| {
            let (tree, problems) = read(text);
            assert!(tree.is_none(), "{text}");
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].starts_with(expect), "{text}: {problems:?}");
        };
        check("", "f:1:1: error: the file has no root element");
        check("<a>\n<b></c></a>", "f:2:4: error: ill-formed document: expected `</b>`");
        check("<a>\n", "f:2:1: error: the file ends inside <a>, opened at 1:1");
        check("<a/>\n<b/>", "f:2:1: error: <b> stands after the root element");
        check("<a/>\n x", "f:2:2: error: text stands outside");
        check("<a x='1' x='2'/>", "f:1:1: error: <a>: ");
        check(&"<a>".repeat(DEPTH_MAX + 1), "f:1:193: error: elements nest deeper than DEPTH_MAX = 64");
        let many: String = (0..=ATTRIBUTES_MAX).map(|i| format!(" a{i}=''")).collect();
        check(&format!("<a{many}/>"), "f:1:1: error: <a> has more than ATTRIBUTES_MAX");
    }

    #[test]
    fn entities_are_not_expanded() {
        let (tree, problems) = read("<!DOCTYPE a [<!ENTITY e 'eee'>]><a x='&e;'>&e;</a>");
        let tree = tree.unwrap();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(tree.root().attribute("x").unwrap().value, "&e;");
        assert_eq!(tree.root().content(), "");
    }
}
