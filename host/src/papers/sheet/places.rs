//! The names of cells as a spreadsheet program shows them.

/// `0` is `A`, `26` is `AA`.
pub fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + u8::try_from(column % 26).unwrap_or_default());
        match (column / 26).checked_sub(1) {
            Some(rest) => column = rest,
            None => break,
        }
    }
    letters.reverse();
    String::from_utf8(letters).unwrap_or_default()
}

/// The cell in this column (from 0) of this line (from 1): `C7`.
pub fn cell(column: usize, line: u32) -> String {
    format!("{}{line}", column_letters(column))
}
