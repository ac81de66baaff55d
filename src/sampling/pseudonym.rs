//! Pseudonyms: what an enterprise is called in anything published.
//!
//! salt = HMAC-SHA-256(bureau's key, id) as 64 lower-case hex digits; pseudonym = the first 32 hex digits of SHA-256(salt ‖
//! id). Without its salt nobody can tell whose pseudonym it is, not even by trying every id; with it an enterprise finds
//! itself, and learns nothing of others. The key is made once and kept: another key makes other pseudonyms, and the bureau
//! could no longer show whose they are.
use std::path::Path;

use sha2::{Digest, Sha256};

use super::tickets::hex;

/// The bureau's key: 32 random bytes, as 64 hex digits in a file that only its owner reads.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("the operating system gives no randomness for {path}: {source}")]
    Random { path: String, source: getrandom::Error },
    #[error(
        "{path} does not hold 64 hexadecimal digits and a line end; put the bureau's kept copy of it back (a new key makes other pseudonyms)"
    )]
    Damaged { path: String },
    #[error(
        "{path} is missing, and samples were planned with it; put the bureau's kept copy back (a new key makes other pseudonyms, and no draw could be told apart by it)"
    )]
    Missing { path: String },
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Of given bytes.
    pub fn new(bytes: [u8; 32]) -> Key {
        Key(bytes)
    }

    /// The key in a file.
    pub fn read(path: &Path) -> Result<Key, KeyError> {
        let name = || path.display().to_string();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(KeyError::Missing { path: name() }),
            Err(source) => return Err(KeyError::File { path: name(), source }),
        };
        let bytes = from_hex(text.trim_end()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(Key).ok_or_else(|| KeyError::Damaged { path: name() })
    }

    /// The key in a file, made from the operating system's randomness where there is none yet.
    pub fn read_or_make(path: &Path) -> Result<Key, KeyError> {
        match Key::read(path) {
            Err(KeyError::Missing { .. }) => Key::make(path),
            found => found,
        }
    }

    fn make(path: &Path) -> Result<Key, KeyError> {
        let name = || path.display().to_string();
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|source| KeyError::Random { path: name(), source })?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| {
            use std::io::Write;
            file.write_all(format!("{}\n", hex(&bytes)).as_bytes())?;
            file.sync_all()
        });
        written.map_err(|source| KeyError::File { path: name(), source })?;
        Ok(Key(bytes))
    }

    /// The salt of an enterprise's id: what it is told so that it can find itself.
    pub fn salt(&self, id: &str) -> String {
        hex(&hmac(&self.0, id.as_bytes()))
    }

    /// The pseudonym of an enterprise's id.
    pub fn pseudonym(&self, id: &str) -> String {
        pseudonym(&self.salt(id), id)
    }

    /// What a steward's stratum is published as: `S-` and 12 digits.
    pub fn steward(&self, id: &str) -> String {
        format!("S-{}", self.short("steward", id))
    }

    /// What an evaluator is published as: `V-` and 12 digits.
    pub fn evaluator(&self, id: &str) -> String {
        format!("V-{}", self.short("evaluator", id))
    }

    /// The kind keeps a person apart from an enterprise that happens to have the same id.
    fn short(&self, kind: &str, id: &str) -> String {
        let mut digits = self.pseudonym(&format!("{kind}\n{id}"));
        digits.truncate(12);
        digits
    }
}

/// What anybody who holds an id and its salt can compute.
pub fn pseudonym(salt: &str, id: &str) -> String {
    let mut digits = hex(&Sha256::digest(format!("{salt}{id}")));
    digits.truncate(32);
    digits
}

/// HMAC of RFC 2104 with SHA-256.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

/// Bytes of hexadecimal digits; None: it is none.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let value = |digit: &u8| char::from(*digit).to_digit(16).map(|value| value as u8);
    let pair = |pair: &[u8]| Some(value(pair.first()?)? << 4 | value(pair.get(1)?)?);
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 1, 2 and 6.
    #[test]
    fn hmac_as_the_rfc_has_it() {
        let of = |key: &[u8], message: &[u8]| hex(&hmac(key, message));
        assert_eq!(of(&[0x0b; 20], b"Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assert_eq!(
            of(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            of(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_pseudonym_needs_the_key_and_tells_kinds_apart() {
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_eq!(one.pseudonym("E001").len(), 32);
        assert_eq!(pseudonym(&one.salt("E001"), "E001"), one.pseudonym("E001"));
        assert_ne!(one.pseudonym("E001"), other.pseudonym("E001"));
        assert_ne!(one.steward("P1")[2..], one.evaluator("P1")[2..]);
        assert!(!one.pseudonym("P1").starts_with(&one.steward("P1")[2..]));
    }

    #[test]
    fn a_key_is_made_once_and_never_guessed_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sampling.key");
        assert!(matches!(Key::read(&path), Err(KeyError::Missing { .. })));
        let made = Key::read_or_make(&path).unwrap();
        assert!(made == Key::read_or_make(&path).unwrap());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "abc").unwrap();
        assert!(matches!(Key::read_or_make(&path), Err(KeyError::Damaged { .. })));
    }
}
