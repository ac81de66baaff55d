//! sample-data/ is what `guanjia synth` makes, and stays small.
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch};
use guanjia::cli::Size;
use guanjia::synth;
use guanjia::warehouse::{WarehouseError, parquet};

/// The seed that sample-data/README.md names.
const SEED: u64 = 20_261_031;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data")
}

/// The folders below sample-data.
fn places() -> Vec<PathBuf> {
    let entries = fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

/// Path below the folder → what the file says.
fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.insert(name, content(&path));
            }
        }
    }
    found
}

/// Bytes; of a workbook its parts, of a Parquet file its rows, since how they are packed is no part of what they say.
fn content(path: &Path) -> Vec<u8> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("xlsx") => {
            let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
            let mut parts = Vec::new();
            for i in 0..archive.len() {
                let mut part = archive.by_index(i).unwrap();
                parts.extend(part.name().unwrap().bytes());
                part.read_to_end(&mut parts).unwrap();
            }
            parts
        }
        Some("parquet") => {
            let mut rows = Vec::new();
            let mut take = |batch: RecordBatch| -> Result<(), WarehouseError> {
                for column in batch.columns() {
                    for cell in column.as_string::<i32>() {
                        rows.extend(cell.unwrap_or("\0").bytes());
                        rows.push(b'\n');
                    }
                }
                Ok(())
            };
            parquet::text_batches(path, 1 << 20, &mut take).unwrap();
            rows
        }
        _ => fs::read(path).unwrap(),
    }
}

#[test]
fn sample_data_is_what_synth_makes() {
    let dir = tempfile::tempdir().unwrap();
    for place in places() {
        let made = dir.path().join(place.file_name().unwrap());
        // What a description beside the folder says; the fullest is made by size.
        let description = place.with_extension("toml");
        match description.is_file() {
            true => synth::make_of(&description, None, &made, true).unwrap(),
            false => synth::make(Size::Sample, SEED, &made, true).unwrap(),
        };
        let (made, mut kept) = (contents(&made), contents(&place));
        assert!(kept.remove("guanjia.toml").is_some(), "the sample bureau's own settings, written by hand");
        assert!(made.keys().eq(kept.keys()), "made {:?}, kept {:?}", made.keys(), kept.keys());
        for (name, content) in &made {
            let place = place.display();
            assert!(*content == kept[name], "{place}: {name} differs; make it again as sample-data/README.md says");
        }
    }
}

#[test]
fn sample_data_stays_small() {
    for place in places() {
        let (mut folders, mut bytes) = (vec![place.clone()], 0);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let metadata = entry.metadata().unwrap();
                if metadata.is_dir() { folders.push(entry.path()) } else { bytes += metadata.len() }
            }
        }
        assert!((20_000..=2_000_000).contains(&bytes), "{}: {bytes} bytes", place.display());
    }
}
