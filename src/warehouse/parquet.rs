//! Parquet in and out through DuckDB in memory; rows pass as Arrow batches, never a whole file at once.
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use duckdb::Connection;

use super::error::Doing;
use super::{Result, WarehouseError, connect};

/// Reads a Parquet file as text: every column Utf8, in batches of about `batch_rows`, in the file's order.
///
/// Dates are `2026-03-01`, times `2026-03-01 09:05:33` (those with a zone in China's), yes/no `yes` and `no`, whole
/// floating numbers without a fraction; empty stays null. A file without rows gives one empty batch, so that its
/// headers are known. `take` may fail; its error ends the reading.
pub fn text_batches<E: From<WarehouseError>>(
    path: &Path,
    batch_rows: usize,
    take: &mut dyn FnMut(RecordBatch) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let unreadable = |e: duckdb::Error| WarehouseError::Parquet { path: path.to_path_buf(), detail: first_line(&e) };
    let conn = connect::in_memory(path)?;
    let from = format!("read_parquet({}, binary_as_string = true)", literal(&path.to_string_lossy()));
    let columns = described(&conn, &from).map_err(unreadable)?;
    let texts: Vec<String> = columns.iter().map(|(name, kind)| text_of(name, kind)).collect();
    let mut statement = conn.prepare(&format!("SELECT {} FROM {from}", texts.join(", "))).map_err(unreadable)?;
    drop(statement.stream_arrow([]).map_err(unreadable)?);
    let schema = statement.schema();
    let mut waiting = Waiting { schema, parts: Vec::new(), rows: 0 };
    let mut given = false;
    // The statement's own step, since its iterator panics on a file that breaks off in the middle.
    while let Some(chunk) = statement.step().map_err(unreadable)? {
        let chunk = RecordBatch::from(chunk);
        waiting.rows += chunk.num_rows();
        waiting.parts.push(chunk);
        if waiting.rows >= batch_rows {
            given = true;
            take(waiting.all(path)?)?;
        }
    }
    if waiting.rows > 0 || !given {
        take(waiting.all(path)?)?;
    }
    Ok(())
}

/// Small chunks that wait to be one batch.
struct Waiting {
    schema: SchemaRef,
    parts: Vec<RecordBatch>,
    rows: usize,
}

impl Waiting {
    fn all(&mut self, path: &Path) -> Result<RecordBatch> {
        self.rows = 0;
        let parts = std::mem::take(&mut self.parts);
        concat_batches(&self.schema, &parts)
            .map_err(|e| WarehouseError::Parquet { path: path.to_path_buf(), detail: e.to_string() })
    }
}

fn described(conn: &Connection, from: &str) -> duckdb::Result<Vec<(String, String)>> {
    let mut statement = conn.prepare(&format!("DESCRIBE SELECT * FROM {from}"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// The column as text.
fn text_of(name: &str, kind: &str) -> String {
    let column = format!("\"{}\"", name.replace('"', "\"\""));
    let text = match kind {
        "VARCHAR" => return column,
        "BOOLEAN" => format!("CASE WHEN {column} THEN 'yes' WHEN NOT {column} THEN 'no' END"),
        // Files name Shanghai's clock by instants; eight hours are added by hand, as zones need an extension.
        "TIMESTAMP WITH TIME ZONE" => {
            format!("strftime(make_timestamp(epoch_us({column}) + 28800000000), '%Y-%m-%d %H:%M:%S')")
        }
        kind if kind.starts_with("TIMESTAMP") => {
            format!("strftime(CAST({column} AS TIMESTAMP), '%Y-%m-%d %H:%M:%S')")
        }
        "DOUBLE" | "FLOAT" => format!(
            "CASE WHEN {column} = trunc({column}) AND abs({column}) < 1e15
                THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        ),
        _ => format!("CAST({column} AS VARCHAR)"),
    };
    format!("{text} AS {column}")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn first_line(error: &duckdb::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// Writes a Parquet file: the same rows give the same bytes (one thread, fixed row groups). Packed as tightly as is
/// quick: a fifth smaller than by the writer's own choices (level, encodings, dictionaries, filters of values).
///
/// Rows gather in memory, spilling beside the file when there are very many; [`ParquetWriter::finish`] writes it.
#[derive(Debug)]
pub struct ParquetWriter {
    conn: Connection,
    path: PathBuf,
}

/// Rows of a row group; fixed, since it shows in the bytes.
const ROW_GROUP: usize = 122_880;

impl ParquetWriter {
    /// A file with these columns: name and DuckDB type (`VARCHAR`, `DATE`, `TIMESTAMP`, `DECIMAL(18,4)`, …).
    pub fn create(path: &Path, columns: &[(&str, &str)]) -> Result<ParquetWriter> {
        let conn = connect::in_memory(path)?;
        let columns: Vec<String> =
            columns.iter().map(|(name, kind)| format!("\"{}\" {kind}", name.replace('"', "\"\""))).collect();
        conn.execute_batch(&format!(
            "SET threads = 1; SET memory_limit = '2GB'; CREATE TABLE rows ({})",
            columns.join(", ")
        ))
        .doing(format!("make room for {}", path.display()))?;
        Ok(ParquetWriter { conn, path: path.to_path_buf() })
    }

    /// Adds rows; columns in order, of the types given or of one that casts to it.
    pub fn append(&mut self, rows: &RecordBatch) -> Result<()> {
        let doing = || format!("add rows to {}", self.path.display());
        let mut appender = self.conn.appender("rows").doing(doing())?;
        appender.append_record_batch(rows.clone()).doing(doing())?;
        appender.flush().doing(doing())
    }

    /// Writes the file.
    pub fn finish(self) -> Result<()> {
        let to = literal(&self.path.to_string_lossy());
        self.conn
            .execute_batch(&format!(
                "COPY rows TO {to} (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 19,
                    DICTIONARY_SIZE_LIMIT 2000, WRITE_BLOOM_FILTER false, ROW_GROUP_SIZE {ROW_GROUP})"
            ))
            .doing(format!("write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};

    use super::*;

    fn rows(from: i64, count: i64) -> RecordBatch {
        let numbers: Vec<i64> = (from..from + count).collect();
        let columns: [(&str, ArrayRef); 5] = [
            ("编号", Arc::new(StringArray::from_iter_values(numbers.iter().map(|n| format!("{n:06}"))))),
            (
                "日期",
                Arc::new(Date32Array::from_iter(numbers.iter().map(|n| (n % 3 > 0).then_some(20_000 + *n as i32)))),
            ),
            ("时间", Arc::new(TimestampMicrosecondArray::from_iter_values(numbers.iter().map(|n| n * 1_000_000)))),
            ("金额", Arc::new(StringArray::from_iter_values(numbers.iter().map(|n| format!("{n}.25"))))),
            ("数", Arc::new(Int64Array::from(numbers.clone()))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    const COLUMNS: [(&str, &str); 5] =
        [("编号", "VARCHAR"), ("日期", "DATE"), ("时间", "TIMESTAMP"), ("金额", "DECIMAL(18,4)"), ("数", "DOUBLE")];

    fn write(path: &Path) {
        let mut writer = ParquetWriter::create(path, &COLUMNS).unwrap();
        for from in [0, 100_000, 200_000] {
            writer.append(&rows(from, 100_000)).unwrap();
        }
        writer.finish().unwrap();
    }

    fn read(path: &Path, batch_rows: usize) -> Result<Vec<RecordBatch>> {
        let mut batches = Vec::new();
        text_batches(path, batch_rows, &mut |batch| {
            batches.push(batch);
            Ok::<(), WarehouseError>(())
        })?;
        Ok(batches)
    }

    #[test]
    fn same_rows_same_bytes_and_back_as_text() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a.parquet"), dir.path().join("it's b.parquet"));
        write(&a);
        write(&b);
        assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
        let batches = read(&b, 65_536).unwrap();
        assert!(batches.iter().all(|batch| batch.num_rows() < 70_000));
        assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 300_000);
        let first = &batches[0];
        let cell = |column: usize, row: usize| first.column(column).as_string::<i32>().value(row).to_owned();
        assert_eq!(cell(0, 4), "000004");
        assert_eq!(cell(1, 4), "2024-10-08");
        assert!(first.column(1).is_null(3));
        assert_eq!(cell(2, 4), "1970-01-01 00:00:04");
        assert_eq!(cell(3, 4), "4.2500");
        assert_eq!(cell(4, 4), "4");
        let mut row = 0;
        for batch in &batches {
            for text in batch.column(0).as_string::<i32>().iter() {
                assert_eq!(text, Some(format!("{row:06}").as_str()));
                row += 1;
            }
        }
    }

    #[test]
    fn no_rows_still_tell_the_headers() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("empty.parquet");
        ParquetWriter::create(&path, &COLUMNS).unwrap().finish().unwrap();
        let batches = read(&path, 100).unwrap();
        assert_eq!(batches.len(), 1);
        assert_eq!((batches[0].num_rows(), batches[0].schema().field(0).name().as_str()), (0, "编号"));
    }

    #[test]
    fn other_files_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("not.parquet");
        std::fs::write(&path, "问题编号,提交时间\n").unwrap();
        let error = read(&path, 100).unwrap_err().to_string();
        assert!(error.contains("not.parquet") && error.contains("send it as CSV"), "{error}");
        write(&path);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        assert!(matches!(read(&path, 100).unwrap_err(), WarehouseError::Parquet { .. }));
        let mut broken = bytes.clone();
        let end = bytes.len() - bytes.len() / 4;
        for byte in &mut broken[1000..end] {
            *byte ^= 0x5a;
        }
        std::fs::write(&path, &broken).unwrap();
        assert!(matches!(read(&path, 100).unwrap_err(), WarehouseError::Parquet { .. }));
    }
}
