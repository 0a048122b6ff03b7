//! Rows as pages of Parquet, made before they are put into a file: the work of a row group, on any
//! thread.
//!
//! Texts that repeat come as numbers already, so nothing is looked for again. Whole numbers are
//! written as differences: places in a file and times rise, and differences are small.

use std::sync::Mutex;
use std::sync::PoisonError;

use polars::prelude::ArrayRef;
use polars::prelude::CompatLevel;
use polars_arrow::datatypes::ArrowDataType;
use polars_parquet::parquet::CowBuffer;
use polars_parquet::parquet::compression::Compression;
use polars_parquet::parquet::page::CompressedDictPage;
use polars_parquet::write::CompressedDataPage;
use polars_parquet::write::CompressedPage;
use polars_parquet::write::CompressionOptions;
use polars_parquet::write::Encoding;
use polars_parquet::write::Page;
use polars_parquet::write::ParquetType;
use polars_parquet::write::StatisticsOptions;
use polars_parquet::write::Version;
use polars_parquet::write::WriteOptions;
use polars_parquet::write::array_to_columns;
use polars_parquet::write::to_parquet_type;
use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

use crate::frame::Form;
use crate::frame::FrameError;
use crate::frame::Rows;
use crate::frame::Table;

/// How hard zstd tries. Lines of logs are alike, so that more takes longer and saves little. At this
/// level what comes out depends on nothing that was packed before.
const LEVEL: i32 = 1;

/// Makes rows ready to be put into a file.
pub struct Packer(Option<Parquet>);

struct Parquet {
    types: Vec<ParquetType>,
    options: WriteOptions,
    /// Those that pack nothing now.
    idle: Mutex<Vec<Zstd>>,
}

/// What zstd needs to work. polars makes it anew for each page, which for a small one takes longer
/// than packing it.
struct Zstd {
    compressor: Compressor<'static>,
    room: Vec<u8>,
}

/// Rows that are ready to be put into a file.
pub enum Part {
    /// As they are.
    Rows(Table),
    /// Column by column, encoded and packed.
    Pages {
        /// How many rows.
        rows: u64,
        /// The pages of each column.
        columns: Vec<Vec<CompressedPage>>,
    },
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Part").finish_non_exhaustive()
    }
}

impl Part {
    /// The rows, unless they are packed.
    pub fn table(self) -> Result<Table, FrameError> {
        match self {
            Self::Rows(table) => Ok(table),
            Self::Pages { .. } => {
                Err(FrameError("expected rows, found pages of Parquet".to_owned()))
            }
        }
    }
}

impl Packer {
    /// For a file of columns in that form, or of text if it is none, of tables like this one.
    pub fn new(form: Option<Form>, like: &Table) -> Result<Self, FrameError> {
        Ok(Self(match form {
            Some(Form::Parquet) => Some(Parquet::new(like)?),
            Some(Form::Arrow) | None => None,
        }))
    }

    /// Makes all ready that can be without the rows before them.
    pub fn pack(&self, rows: Rows) -> Result<Part, FrameError> {
        match &self.0 {
            Some(parquet) if rows.height() > 0 => parquet.pages(rows),
            _ => Ok(Part::Rows(rows.table()?)),
        }
    }
}

impl Parquet {
    fn new(like: &Table) -> Result<Self, FrameError> {
        let columns = like.frame.columns().iter();
        let types = columns.map(|column| {
            let field = column.field().to_arrow(CompatLevel::newest());
            Ok(to_parquet_type(&field)?)
        });
        let options = WriteOptions {
            statistics: StatisticsOptions::default(),
            version: Version::V1,
            // Pages come as they are, and are packed here.
            compression: CompressionOptions::Uncompressed,
            data_page_size: None,
        };
        let types = types.collect::<Result<_, FrameError>>()?;
        Ok(Self { types, options, idle: Mutex::default() })
    }

    fn pages(&self, rows: Rows) -> Result<Part, FrameError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let mut zstd = known.map_or_else(Zstd::new, Ok)?;
        let (height, arrays) = rows.packed()?;
        let columns = arrays.into_iter().zip(&self.types);
        let columns = columns.map(|(array, kind)| self.column(&array, kind, &mut zstd));
        let columns = columns.collect::<Result<_, _>>()?;
        idle().push(zstd);
        Ok(Part::Pages { rows: height as u64, columns })
    }

    fn column(
        &self,
        array: &ArrayRef,
        kind: &ParquetType,
        zstd: &mut Zstd,
    ) -> Result<Vec<CompressedPage>, FrameError> {
        let encoding = [encoding(array)];
        let mut packed = Vec::new();
        for pages in array_to_columns(array, kind.clone(), self.options, &encoding)? {
            for page in pages {
                packed.push(zstd.page(page?)?);
            }
        }
        Ok(packed)
    }
}

impl Zstd {
    fn new() -> Result<Self, FrameError> {
        Ok(Self { compressor: Compressor::new(LEVEL)?, room: Vec::new() })
    }

    fn page(&mut self, page: Page) -> Result<CompressedPage, FrameError> {
        Ok(match page {
            Page::Data(page) => {
                // All of a page of version 1 is packed, levels included.
                let (packed, size) = self.pack(page.buffer())?;
                let none = || FrameError("expected a page of rows, found none".to_owned());
                let (header, rows) = (page.header().clone(), page.num_rows.ok_or_else(none)?);
                CompressedPage::Data(CompressedDataPage::new(
                    header,
                    packed,
                    Compression::Zstd,
                    size,
                    page.descriptor,
                    rows,
                ))
            }
            Page::Dict(page) => {
                let (packed, size) = self.pack(&page.buffer)?;
                CompressedPage::Dict(CompressedDictPage::new(
                    packed,
                    Compression::Zstd,
                    size,
                    page.num_values,
                    page.is_sorted,
                ))
            }
        })
    }

    /// Bytes, packed, and how many they were.
    fn pack(&mut self, bytes: &[u8]) -> Result<(CowBuffer, usize), FrameError> {
        self.room.clear();
        self.room.reserve(compress_bound(bytes.len()));
        self.compressor.compress_to_buffer(bytes, &mut self.room)?;
        Ok((CowBuffer::Owned(self.room.clone()), bytes.len()))
    }
}

fn encoding(array: &ArrayRef) -> Encoding {
    match array.dtype() {
        ArrowDataType::Dictionary(..) => Encoding::RleDictionary,
        ArrowDataType::UInt64 | ArrowDataType::Int64 | ArrowDataType::Timestamp(..)
            if array.null_count() < array.len() =>
        {
            Encoding::DeltaBinaryPacked
        }
        _ => Encoding::Plain,
    }
}
