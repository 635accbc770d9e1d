//! From the tree to typed raw values: a serde deserializer over [`Node`], and [`At`], a value that remembers
//! where it stood.

use super::diagnostic::Span;
use super::tree::{Node, Value};
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer, U32Deserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A value with its place in the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct At<T> {
    /// Where.
    pub span: Span,
    /// What.
    pub value: T,
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
}

/// Name by which the deserializer knows that the place is wanted too.
const AT: &str = "\0at";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AtVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for AtVisitor<T> {
            type Value = At<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<At<T>, A::Error> {
                let mut next = || map.next_key::<&str>()?.map(|_| map.next_value::<u32>()).transpose();
                let missing = || de::Error::custom("place missing");
                let source = next()?.ok_or_else(missing)? as u16;
                let start = next()?.ok_or_else(missing)?;
                let end = next()?.ok_or_else(missing)?;
                map.next_key::<&str>()?;
                Ok(At { span: Span { source, start, end }, value: map.next_value()? })
            }
        }
        deserializer.deserialize_struct(AT, &["source", "start", "end", "value"], AtVisitor(PhantomData))
    }
}

/// Why a tree does not fit a type. The shape check runs first and speaks better, so this is rarely seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// What.
    pub message: String,
    /// Innermost place that is known.
    pub span: Option<Span>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), span: None }
    }
}

impl<'de> IntoDeserializer<'de, Misfit> for &'de Node {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let read = match &self.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Integer(i) => visitor.visit_i64(*i),
            Value::Number(x) => visitor.visit_f64(*x),
            Value::Flag(b) => visitor.visit_bool(*b),
            Value::List(items) => {
                let mut list = SeqDeserializer::new(items.iter());
                visitor.visit_seq(&mut list).and_then(|v| list.end().map(|()| v))
            }
            Value::Table(entries) => {
                let mut map = MapDeserializer::new(entries.iter().map(|e| (e.key.as_str(), &e.node)));
                visitor.visit_map(&mut map).and_then(|v| map.end().map(|()| v))
            }
            Value::Broken => Err(de::Error::custom("this value could not be read")),
        };
        read.map_err(|m| Misfit { span: m.span.or(Some(self.span)), ..m })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let _ = (name, variants);
        match &self.value {
            Value::Text(text) => visitor.visit_enum(StrDeserializer::<Misfit>::new(text)),
            Value::Table(entries) if entries.len() == 1 => {
                let map = MapDeserializer::new(entries.iter().map(|e| (e.key.as_str(), &e.node)));
                visitor.visit_enum(de::value::MapAccessDeserializer::new(map))
            }
            other => Err(Misfit {
                message: format!("expected a name or a table with one key, found {}", other.kind()),
                span: Some(self.span),
            }),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match name {
            AT => visitor.visit_map(AtAccess { node: self, next: 0 }),
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

struct AtAccess<'de> {
    node: &'de Node,
    next: u8,
}

impl<'de> MapAccess<'de> for AtAccess<'de> {
    type Error = Misfit;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let key = ["source", "start", "end", "value"].get(usize::from(self.next));
        key.map(|k| seed.deserialize(de::value::BorrowedStrDeserializer::new(k))).transpose()
    }
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Misfit> {
        self.next += 1;
        let Span { source, start, end } = self.node.span;
        let number = |n: u32| -> U32Deserializer<Misfit> { n.into_deserializer() };
        match self.next {
            1 => seed.deserialize(number(u32::from(source))),
            2 => seed.deserialize(number(start)),
            3 => seed.deserialize(number(end)),
            _ => seed.deserialize(self.node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::diagnostic::Report;
    use crate::scenario::tree::parse;

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Choice {
        Plain,
        Value(f64),
        Fields { x: At<f64> },
    }

    #[derive(Debug, serde::Deserialize)]
    struct File {
        number: At<f64>,
        list: Vec<At<String>>,
        absent: Option<At<f64>>,
        table: At<std::collections::BTreeMap<String, At<bool>>>,
        choices: Vec<Choice>,
    }

    #[test]
    fn typed_values_know_their_place() {
        let text = "number = 3\nlist = [\"a\", \"b\"]\nchoices = [\"plain\", { value = 2 }, { fields = { x = 1.5 } }]\n[table]\nk = true\n";
        let node = parse(text, &mut Report::new("t", text, &[])).unwrap();
        let file = File::deserialize(&node).unwrap();
        assert_eq!(file.number.value, 3.0);
        assert_eq!(&text[file.number.span.start as usize..file.number.span.end as usize], "3");
        assert_eq!(&text[file.list[1].span.start as usize..file.list[1].span.end as usize], "\"b\"");
        assert!(file.absent.is_none());
        assert!(file.table.value["k"].value);
        assert!(matches!(file.choices[0], Choice::Plain));
        assert!(matches!(file.choices[1], Choice::Value(v) if v == 2.0));
        assert!(matches!(&file.choices[2], Choice::Fields { x } if x.value == 1.5));
    }

    #[test]
    fn a_misfit_names_its_place() {
        let text = "number = \"three\"\n";
        let node = parse(text, &mut Report::new("t", text, &[])).unwrap();
        let misfit = File::deserialize(&node).unwrap_err();
        assert_eq!(misfit.span.unwrap().start, 9);
    }
}
