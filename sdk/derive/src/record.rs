use crate::{form, names};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Expr, LitStr, Path, Token};

pub fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let mut key = names::words(name, '-');
    let (mut states, mut title) = (None::<Path>, None::<Ident>);
    let (mut indexes, mut readers) = (Vec::<Ident>::new(), Vec::<Expr>::new());
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("record")) {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match word.as_str() {
                "key" => key = meta.value()?.parse::<LitStr>()?.value(),
                "states" => states = Some(meta.value()?.parse()?),
                "title" => title = Some(meta.value()?.parse()?),
                "index" => {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    indexes.extend(Punctuated::<Ident, Token![,]>::parse_terminated(&inner)?);
                }
                "readers" => {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    readers.extend(Punctuated::<Expr, Token![,]>::parse_terminated(&inner)?);
                }
                _ => return Err(meta.error("is none of key, states, title, index, readers")),
            }
            Ok(())
        })?;
    }
    let states = states.ok_or_else(|| {
        syn::Error::new_spanned(name, "say its states: #[record(states = …)] with an enum that derives States")
    })?;
    let title = match title {
        Some(title) => {
            let title = names::key(&title);
            quote!(Some(#title))
        }
        None => quote!(None),
    };
    let indexes = indexes.iter().map(names::key);
    let form = form::expand(input)?;
    Ok(quote! {
        #form
        impl ::twoway_sdk::Record for #name {
            type State = #states;
            const KIND: &'static str = #key;
            const INDEXES: &'static [&'static str] = &[#(#indexes),*];
            const TITLE: ::core::option::Option<&'static str> = #title;
            const READERS: &'static [&'static str] = &[#(#readers),*];
        }
    })
}
