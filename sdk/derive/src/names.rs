use proc_macro2::Ident;

/// `OpenDay` with `-` is `open-day`; with `_` it is `open_day`.
pub fn words(name: &Ident, join: char) -> String {
    let mut out = String::new();
    for (i, c) in name.to_string().chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            out.push(join);
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A field's key: the name without `r#`.
pub fn key(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map(str::to_string).unwrap_or(name)
}
