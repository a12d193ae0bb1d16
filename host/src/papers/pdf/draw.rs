//! From pages to bytes.

use super::Document;
use super::fonts::Book;
use super::layout::{HEIGHT, Ink, Mark, Page, WIDTH};
use anyhow::{Context, anyhow};
use chrono::{Datelike, Timelike};
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use twoway_ids::Millis;

/// The whole file. Every character of the pages has been measured, so that the book has opened each face that is needed.
pub fn file(document: &Document, pages: &[Page], book: &mut Book) -> anyhow::Result<Vec<u8>> {
    let mut out = krilla::Document::new_with(SerializeSettings::default());
    out.set_metadata(
        Metadata::new()
            .title(document.title.clone())
            .language(document.language.as_str().to_string())
            .creator("Twoway".to_string())
            .creation_date(date(document.made_at)),
    );
    let fonts = book.krilla()?;
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).context("a page's size")?;
    for marks in pages {
        let mut page = out.start_page_with(settings.clone());
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, &fonts, book);
        }
        surface.finish();
        page.finish();
    }
    out.finish().map_err(|error| anyhow!("a PDF cannot be written: {error:?}"))
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, fonts: &[Font], book: &mut Book) {
    match mark {
        Mark::Text { x, y, size, bold, ink, text } => {
            surface.set_fill(Some(fill(shade(*ink))));
            // One font file serves for both weights: the bold one has an outline of its own colour.
            surface.set_stroke(bold.then(|| stroke(shade(*ink), size * 0.028)));
            glyphs(surface, (*x, *y), *size, text, fonts, book);
        }
        Mark::Rule { x, y, width } => {
            surface.set_fill(None);
            surface.set_stroke(Some(stroke(rgb::Color::new(190, 196, 204), 0.5)));
            let mut path = PathBuilder::new();
            path.move_to(*x, *y);
            path.line_to(x + width, *y);
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Mark::Ground { x, y, width, height } => {
            surface.set_stroke(None);
            surface.set_fill(Some(fill(rgb::Color::new(238, 242, 246))));
            let mut path = PathBuilder::new();
            if let Some(ground) = Rect::from_xywh(*x, *y, *width, *height) {
                path.push_rect(ground);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

/// Draws a line of text in runs of one face each.
fn glyphs(surface: &mut Surface<'_>, (mut x, y): (f32, f32), size: f32, text: &str, fonts: &[Font], book: &mut Book) {
    let mut run: Vec<KrillaGlyph> = Vec::new();
    let (mut face, mut begins) = (0, x);
    for (at, character) in text.char_indices() {
        let glyph = book.glyph(character);
        if glyph.face != face {
            show(surface, (begins, y), size, text, &run, fonts.get(face));
            (face, begins) = (glyph.face, x);
            run.clear();
        }
        run.push(KrillaGlyph::new(
            GlyphId::new(glyph.id),
            glyph.advance,
            0.0,
            0.0,
            0.0,
            at..at + character.len_utf8(),
            None,
        ));
        x += glyph.advance * size;
    }
    show(surface, (begins, y), size, text, &run, fonts.get(face));
}

fn show(
    surface: &mut Surface<'_>,
    (x, y): (f32, f32),
    size: f32,
    text: &str,
    run: &[KrillaGlyph],
    font: Option<&Font>,
) {
    if let (Some(font), false) = (font, run.is_empty()) {
        surface.draw_glyphs(Point::from_xy(x, y), run, font.clone(), text, size, false);
    }
}

fn shade(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Black => rgb::Color::new(20, 24, 30),
        Ink::Grey => rgb::Color::new(92, 100, 112),
    }
}

fn fill(colour: rgb::Color) -> Fill {
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn stroke(colour: rgb::Color, width: f32) -> Stroke {
    Stroke { paint: colour.into(), width, ..Stroke::default() }
}

/// On the clocks of China.
fn date(millis: Millis) -> DateTime {
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    let at = chrono::DateTime::from_timestamp_millis(millis + 8 * twoway_ids::HOUR).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(8)
        .utc_offset_minute(0)
}
