//! With the `prebuilt` feature the binary finds libduckdb.so where it was linked from.
fn main() {
    println!("cargo:rerun-if-env-changed=DUCKDB_LIB_DIR");
    // The binary carries these folders (src/shipped.rs); a new file in them must be seen.
    for folder in ["regimes", "reports", "queries", "calendar"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    if std::env::var_os("CARGO_FEATURE_BUNDLED").is_none()
        && let Ok(dir) = std::env::var("DUCKDB_LIB_DIR")
    {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{dir}");
    }
}
