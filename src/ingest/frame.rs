//! Polars frames to Arrow record batches and back: the one place where the two meet.
//!
//! The types are those of the warehouse: text, day, time to the microsecond, yes/no, whole number, number.
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, PrimitiveArray, RecordBatch,
    RecordBatchOptions, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, DataType as ArrowType, Date32Type, Field, Float64Type,
    Int64Type as ArrowInt64, Schema, TimeUnit as ArrowUnit, TimestampMicrosecondType,
};
use polars::prelude::*;

/// A frame as a record batch with the same columns.
pub fn to_arrow(frame: &DataFrame) -> PolarsResult<RecordBatch> {
    let mut fields = Vec::with_capacity(frame.width());
    let mut arrays = Vec::with_capacity(frame.width());
    for column in frame.columns() {
        let array = array_of(column.as_materialized_series())?;
        fields.push(Field::new(column.name().as_str(), array.data_type().clone(), true));
        arrays.push(array);
    }
    let rows = RecordBatchOptions::new().with_row_count(Some(frame.height()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &rows).map_err(compute)
}

/// A record batch as a frame with the same columns.
pub fn from_arrow(batch: &RecordBatch) -> PolarsResult<DataFrame> {
    let columns = batch.schema_ref().fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, array)| Ok(series_of(field.name(), array)?.into_column()));
    DataFrame::new(batch.num_rows(), columns.collect::<PolarsResult<_>>()?)
}

/// The text columns of a batch as a frame of rows as they stand, empty cells null; with `names`, the names of
/// the columns come first as a row.
pub fn text_frame(batch: &RecordBatch, names: bool) -> PolarsResult<DataFrame> {
    let height = batch.num_rows() + usize::from(names);
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (i, (field, array)) in batch.schema_ref().fields().iter().zip(batch.columns()).enumerate() {
        let texts = array.as_string_opt::<i32>().ok_or_else(|| foreign(field.data_type()))?;
        let mut column = StringChunkedBuilder::new(PlSmallStr::from_string(i.to_string()), height);
        if names {
            column.append_value(field.name());
        }
        texts.iter().for_each(|text| column.append_option(text.filter(|text| !text.is_empty())));
        columns.push(column.finish().into_column());
    }
    DataFrame::new(height, columns)
}

fn compute(error: arrow::error::ArrowError) -> PolarsError {
    PolarsError::ComputeError(error.to_string().into())
}

fn foreign(dtype: impl std::fmt::Debug) -> PolarsError {
    PolarsError::SchemaMismatch(format!("{dtype:?} is no type of the warehouse").into())
}

fn array_of(series: &Series) -> PolarsResult<ArrayRef> {
    let series = series.rechunk();
    Ok(match series.dtype() {
        DataType::String => Arc::new(strings(series.str()?)?),
        DataType::Boolean => {
            let (mut values, mut nulls) = (Vec::new(), None);
            for chunk in series.bool()?.downcast_iter() {
                values = chunk.values_iter().collect();
                nulls = null_bits(chunk.validity().map(|bits| bits.as_slice()));
            }
            Arc::new(BooleanArray::new(BooleanBuffer::from(values), nulls))
        }
        DataType::Int64 => Arc::new(primitive::<Int64Type, ArrowInt64>(series.i64()?)),
        DataType::Float64 => Arc::new(primitive::<Float64Type2, Float64Type>(series.f64()?)),
        DataType::Date => Arc::new(primitive::<Int32Type, Date32Type>(series.date()?.physical())),
        DataType::Datetime(TimeUnit::Microseconds, None) => {
            Arc::new(primitive::<Int64Type, TimestampMicrosecondType>(series.datetime()?.physical()))
        }
        other => return Err(foreign(other)),
    })
}

/// Polars' own `Float64Type`, whose name Arrow uses too.
type Float64Type2 = polars::datatypes::Float64Type;

fn null_bits(bits: Option<(&[u8], usize, usize)>) -> Option<NullBuffer> {
    bits.map(|(bytes, offset, len)| NullBuffer::new(BooleanBuffer::new(Buffer::from(bytes), offset, len)))
}

/// A rechunked column of numbers, days or times.
fn primitive<P, A>(column: &ChunkedArray<P>) -> PrimitiveArray<A>
where
    P: PolarsNumericType,
    A: ArrowPrimitiveType<Native = P::Native>,
    P::Native: ArrowNativeType,
{
    let (mut values, mut nulls) = (Vec::new(), None);
    for chunk in column.downcast_iter() {
        values = chunk.values().as_slice().to_vec();
        nulls = null_bits(chunk.validity().map(|bits| bits.as_slice()));
    }
    PrimitiveArray::new(ScalarBuffer::from(values), nulls)
}

/// A rechunked column of text.
fn strings(column: &StringChunked) -> PolarsResult<StringArray> {
    let (mut bytes, mut offsets) = (Vec::new(), Vec::with_capacity(column.len() + 1));
    offsets.push(0i32);
    let mut nulls = None;
    for chunk in column.downcast_iter() {
        bytes.reserve(chunk.total_bytes_len());
        for value in chunk.iter() {
            bytes.extend_from_slice(value.unwrap_or("").as_bytes());
            offsets.push(i32::try_from(bytes.len()).map_err(|_| foreign("text beyond 2 GiB in one batch"))?);
        }
    }
    for chunk in column.chunks() {
        nulls = null_bits(chunk.validity().map(|bits| bits.as_slice()));
    }
    StringArray::try_new(OffsetBuffer::new(ScalarBuffer::from(offsets)), Buffer::from_vec(bytes), nulls)
        .map_err(compute)
}

fn series_of(name: &str, array: &ArrayRef) -> PolarsResult<Series> {
    let name = PlSmallStr::from_str(name);
    let other = || foreign(array.data_type());
    Ok(match array.data_type() {
        ArrowType::Utf8 => {
            let texts: &StringArray = array.as_string_opt().ok_or_else(other)?;
            StringChunked::from_iter_options(name, texts.iter()).into_series()
        }
        ArrowType::Boolean => {
            let values: &BooleanArray = array.as_boolean_opt().ok_or_else(other)?;
            BooleanChunked::from_iter_options(name, values.iter()).into_series()
        }
        ArrowType::Int64 => {
            let values: &Int64Array = array.as_primitive_opt().ok_or_else(other)?;
            Int64Chunked::from_iter_options(name, values.iter()).into_series()
        }
        ArrowType::Float64 => {
            let values: &Float64Array = array.as_primitive_opt().ok_or_else(other)?;
            Float64Chunked::from_iter_options(name, values.iter()).into_series()
        }
        ArrowType::Date32 => {
            let days: &Date32Array = array.as_primitive_opt().ok_or_else(other)?;
            Int32Chunked::from_iter_options(name, days.iter()).into_date().into_series()
        }
        ArrowType::Timestamp(ArrowUnit::Microsecond, None) => {
            let times: &TimestampMicrosecondArray = array.as_primitive_opt().ok_or_else(other)?;
            let times = Int64Chunked::from_iter_options(name, times.iter());
            times.into_datetime(TimeUnit::Microseconds, None).into_series()
        }
        _ => return Err(other()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type with nulls, empty text, Chinese, and the ends of its range.
    fn every_type() -> DataFrame {
        let long = "统一社会信用代码".repeat(9);
        let text = StringChunked::from_iter_options(
            "text".into(),
            [Some("甲"), None, Some(""), Some(long.as_str()), Some("short")].into_iter(),
        );
        let days = [Some(0), None, Some(-719_162), Some(2_932_896), Some(20_000)];
        let times = [Some(0), None, Some(-62_135_596_800_000_000), Some(253_402_300_799_999_999), Some(1)];
        let columns = vec![
            text.into_column(),
            Int32Chunked::from_iter_options("day".into(), days.into_iter()).into_date().into_column(),
            Int64Chunked::from_iter_options("time".into(), times.into_iter())
                .into_datetime(TimeUnit::Microseconds, None)
                .into_column(),
            BooleanChunked::from_iter_options(
                "yes".into(),
                [Some(true), None, Some(false), Some(true), None].into_iter(),
            )
            .into_column(),
            Int64Chunked::from_iter_options(
                "whole".into(),
                [Some(i64::MIN), None, Some(i64::MAX), Some(0), Some(-1)].into_iter(),
            )
            .into_column(),
            Float64Chunked::from_iter_options(
                "number".into(),
                [Some(f64::MIN), None, Some(f64::MAX), Some(-0.0), Some(f64::MIN_POSITIVE)].into_iter(),
            )
            .into_column(),
        ];
        DataFrame::new(5, columns).unwrap()
    }

    #[test]
    fn every_type_goes_round_through_arrow() {
        for frame in [every_type(), every_type().slice(1, 3), every_type().head(Some(0))] {
            let batch = to_arrow(&frame).unwrap();
            assert_eq!((batch.num_rows(), batch.num_columns()), (frame.height(), 6));
            let back = from_arrow(&batch).unwrap();
            assert!(back.equals_missing(&frame), "{frame} became {back}");
            assert_eq!(back.dtypes(), frame.dtypes());
        }
    }

    #[test]
    fn every_type_goes_round_through_duckdb() {
        let frame = every_type();
        let db = duckdb::Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE t (text VARCHAR, day DATE, time TIMESTAMP, yes BOOLEAN, whole BIGINT, number DOUBLE)",
        )
        .unwrap();
        let mut appender = db.appender("t").unwrap();
        appender.append_record_batch(to_arrow(&frame).unwrap()).unwrap();
        drop(appender);
        let mut select = db.prepare("SELECT * FROM t ORDER BY rowid").unwrap();
        let batches: Vec<RecordBatch> = select.query_arrow([]).unwrap().collect();
        assert_eq!(batches.len(), 1);
        let back = from_arrow(&batches[0]).unwrap();
        assert!(back.equals_missing(&frame), "{frame} became {back}");
    }

    #[test]
    fn chunks_are_joined() {
        let mut frame = every_type();
        frame.vstack_mut(&every_type()).unwrap();
        assert_eq!(to_arrow(&frame).unwrap().num_rows(), 10);
        assert!(from_arrow(&to_arrow(&frame).unwrap()).unwrap().equals_missing(&frame));
    }

    #[test]
    fn names_stand_above_text() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("E1"), Some(""), None]));
        let batch = RecordBatch::try_from_iter([("企业编号", texts)]).unwrap();
        let frame = text_frame(&batch, true).unwrap();
        assert_eq!((frame.height(), frame.columns()[0].null_count()), (4, 2));
        assert_eq!(frame.columns()[0].str().unwrap().get(0), Some("企业编号"));
    }
}
