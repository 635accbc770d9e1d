//! A table in memory and its two files: CSV for people and scripts, Parquet for analysis tools.
//!
//! The bytes depend on the values alone: fixed writer settings, no time stamps, floats in their shortest
//! form that reads back the same.

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::io::{self, Write};
use std::sync::Arc;

/// Values of a column; `None` = empty cell, null.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Text.
    Text(Vec<Option<String>>),
    /// Numbers.
    F64(Vec<Option<f64>>),
    /// Integers.
    I64(Vec<Option<i64>>),
    /// Counts and seeds.
    U64(Vec<Option<u64>>),
    /// Truth values.
    Flag(Vec<Option<bool>>),
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<(String, Values)>,
}

impl Table {
    /// Appends a column. All columns must have the same length.
    pub fn push(&mut self, name: impl Into<String>, values: Values) {
        self.columns.push((name.into(), values));
    }

    /// Names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, values)| values.len())
    }

    /// The table as CSV.
    pub fn to_csv(&self) -> io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.names())?;
        for row in 0..self.rows() {
            writer.write_record(self.columns.iter().map(|(_, values)| values.cell(row)))?;
        }
        writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }

    /// The table as Parquet (Snappy).
    pub fn to_parquet(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut writer = ParquetTable::new(&mut bytes, self)?;
        writer.append(self)?;
        writer.finish()?;
        Ok(bytes)
    }

    fn schema(&self) -> Arc<Schema> {
        let field = |(name, values): &(String, Values)| Field::new(name, values.data_type(), true);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::F64(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::U64(v) => v.len(),
            Self::Flag(v) => v.len(),
        }
    }

    fn cell(&self, row: usize) -> String {
        match self {
            Self::Text(v) => v[row].clone().unwrap_or_default(),
            Self::F64(v) => v[row].map(|x| x.to_string()).unwrap_or_default(),
            Self::I64(v) => v[row].map(|x| x.to_string()).unwrap_or_default(),
            Self::U64(v) => v[row].map(|x| x.to_string()).unwrap_or_default(),
            Self::Flag(v) => v[row].map(|x| x.to_string()).unwrap_or_default(),
        }
    }

    fn data_type(&self) -> DataType {
        match self {
            Self::Text(_) => DataType::Utf8,
            Self::F64(_) => DataType::Float64,
            Self::I64(_) => DataType::Int64,
            Self::U64(_) => DataType::UInt64,
            Self::Flag(_) => DataType::Boolean,
        }
    }

    fn array(&self) -> ArrayRef {
        match self {
            Self::Text(v) => Arc::new(StringArray::from_iter(v.iter())),
            Self::F64(v) => Arc::new(Float64Array::from_iter(v.iter().copied())),
            Self::I64(v) => Arc::new(Int64Array::from_iter(v.iter().copied())),
            Self::U64(v) => Arc::new(UInt64Array::from_iter(v.iter().copied())),
            Self::Flag(v) => Arc::new(BooleanArray::from_iter(v.iter().copied())),
        }
    }
}

/// A Parquet file that is written piece by piece.
pub struct ParquetTable<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
}

impl<W: Write + Send> ParquetTable<W> {
    /// Starts a file with the columns of `like`.
    pub fn new(out: W, like: &Table) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(1 << 17))
            .set_created_by(format!("shakedown {}", crate::engine::ENGINE_VERSION))
            .build();
        let schema = like.schema();
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
        Ok(Self { writer, schema })
    }

    /// Appends rows.
    pub fn append(&mut self, table: &Table) -> io::Result<()> {
        let arrays = table.columns.iter().map(|(_, values)| values.array()).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays)
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(self.writer.write(&batch)?)
    }

    /// Writes the footer.
    pub fn finish(self) -> io::Result<()> {
        self.writer.close()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Array;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    fn table() -> Table {
        let mut table = Table::default();
        table.push("name", Values::Text(vec![Some("a,b".into()), None]));
        table.push("x_m", Values::F64(vec![Some(0.1), None]));
        table.push("lane_id", Values::I64(vec![Some(-2), Some(1)]));
        table.push("seed", Values::U64(vec![Some(7), Some(8)]));
        table.push("passed", Values::Flag(vec![Some(true), Some(false)]));
        table
    }

    #[test]
    fn csv_text() {
        let text = String::from_utf8(table().to_csv().unwrap()).unwrap();
        assert_eq!(text, "name,x_m,lane_id,seed,passed\n\"a,b\",0.1,-2,7,true\n,,1,8,false\n");
    }

    #[test]
    fn parquet_reads_back_and_is_deterministic() {
        let bytes = table().to_parquet().unwrap();
        assert_eq!(bytes, table().to_parquet().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.parquet");
        std::fs::write(&path, &bytes).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        let batch = reader.next().unwrap().unwrap();
        assert_eq!(batch.num_rows(), 2);
        assert_eq!(batch.schema().field(1).name(), "x_m");
        let x = batch.column(1).as_any().downcast_ref::<Float64Array>().unwrap();
        assert!(x.value(0) == 0.1 && x.is_null(1));
    }
}
