//! The font in the binary, and the files beside it for characters that it lacks.

use anyhow::Context;
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider, string::StringId};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Noto Sans SC, a subset: `host/assets/fonts`.
const EMBEDDED: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Subset.otf");

/// Stands where no font has the character: the printers' mark for a letter that is missing from the case.
pub const MISSING: char = '〓';

/// Which fonts there are.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    files: Vec<PathBuf>,
}

impl Fonts {
    /// The font in the binary, then these files in their order.
    pub fn new(files: &[PathBuf]) -> Self {
        Self { files: files.to_vec() }
    }

    pub(super) fn open(&self) -> Book {
        Book {
            faces: Vec::new(),
            unread: self.files.iter().rev().cloned().collect(),
            known: HashMap::new(),
            lacking: BTreeSet::new(),
        }
    }
}

/// A character as it is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Which face of the book.
    pub face: usize,
    pub id: u32,
    /// Of the size.
    pub advance: f32,
}

/// The faces that one document uses.
pub struct Book {
    faces: Vec<Face>,
    /// Files that were not needed so far, the next one last.
    unread: Vec<PathBuf>,
    known: HashMap<char, Glyph>,
    lacking: BTreeSet<char>,
}

struct Face {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    index: u32,
}

impl Book {
    /// The character in the first face that has it.
    pub fn glyph(&mut self, character: char) -> Glyph {
        if let Some(glyph) = self.known.get(&character) {
            return *glyph;
        }
        let glyph = self.find(character).unwrap_or_else(|| {
            self.lacking.insert(character);
            self.find(MISSING).unwrap_or(Glyph { face: 0, id: 0, advance: 1.0 })
        });
        self.known.insert(character, glyph);
        glyph
    }

    fn find(&mut self, character: char) -> Option<Glyph> {
        if self.faces.is_empty() {
            self.faces.push(Face { bytes: Arc::new(EMBEDDED), index: 0 });
        }
        let mut at = 0;
        loop {
            if at == self.faces.len() {
                // A missing file is one font less; its other characters are marked.
                let file = self.unread.pop()?;
                match Face::read(&file) {
                    Ok(face) => self.faces.push(face),
                    Err(error) => {
                        tracing::warn!(file = %file.display(), "a font file cannot be used: {error:#}");
                        continue;
                    }
                }
            }
            if let Some((id, advance)) = self.faces[at].glyph(character) {
                return Some(Glyph { face: at, id, advance });
            }
            at += 1;
        }
    }

    /// Characters that no face has.
    pub fn lacking(&self) -> impl Iterator<Item = char> + '_ {
        self.lacking.iter().copied()
    }

    pub fn krilla(&self) -> anyhow::Result<Vec<Font>> {
        let face = |face: &Face| Font::new(face.bytes.clone().into(), face.index).context("a font cannot be embedded");
        self.faces.iter().map(face).collect()
    }
}

impl Face {
    fn read(file: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(file).context("not readable")?;
        // A collection holds the forms of several countries: ours are called SC.
        let names = |index: u32| {
            let font = FontRef::from_index(&bytes, index).ok()?;
            Some(font.localized_strings(StringId::FAMILY_NAME).map(|name| name.to_string()).collect::<Vec<_>>())
        };
        let faces: Vec<Vec<String>> = (0..).map_while(names).take(64).collect();
        anyhow::ensure!(!faces.is_empty(), "not a font");
        let ours = faces.iter().position(|names| names.iter().any(|n| n.ends_with(" SC") && !n.contains("Mono")));
        Ok(Self { index: u32::try_from(ours.unwrap_or(0)).unwrap_or(0), bytes: Arc::new(bytes) })
    }

    fn glyph(&self, character: char) -> Option<(u32, f32)> {
        let font = FontRef::from_index((*self.bytes).as_ref(), self.index).ok()?;
        let id = font.charmap().map(character)?;
        let em = font.head().ok()?.units_per_em();
        let advance = font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(id)?;
        Some((id.to_u32(), advance / f32::from(em)))
    }
}
