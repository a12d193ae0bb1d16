use crate::names;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident};

fn variants(input: &DeriveInput) -> syn::Result<Vec<(&Ident, String, bool)>> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "is derived for an enum"));
    };
    data.variants
        .iter()
        .map(|variant| {
            if !matches!(variant.fields, Fields::Unit) {
                return Err(syn::Error::new_spanned(variant, "carries content; a plain name is needed here"));
            }
            let mut end = false;
            for attribute in variant.attrs.iter().filter(|a| a.path().is_ident("state")) {
                attribute.parse_nested_meta(|meta| {
                    end = meta.path.is_ident("end");
                    if end { Ok(()) } else { Err(meta.error("only `end` is known here")) }
                })?;
            }
            Ok((&variant.ident, names::words(&variant.ident, '_'), end))
        })
        .collect()
}

/// `key()` and `parse()` for both kinds of enum.
fn keys(variants: &[(&Ident, String, bool)]) -> TokenStream {
    let (names, keys): (Vec<_>, Vec<_>) = variants.iter().map(|(name, key, _)| (*name, key)).unzip();
    quote! {
        fn key(self) -> &'static str {
            match self { #(Self::#names => #keys),* }
        }
        fn parse(key: &str) -> ::core::option::Option<Self> {
            match key { #(#keys => Some(Self::#names),)* _ => None }
        }
    }
}

pub fn expand_states(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (name, variants) = (&input.ident, variants(input)?);
    let keys = keys(&variants);
    let states = variants.iter().map(|(_, key, end)| quote!((#key, #end)));
    Ok(quote! {
        impl ::twoway_sdk::States for #name {
            const ALL: &'static [(&'static str, bool)] = &[#(#states),*];
            #keys
        }
    })
}

pub fn expand_choice(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (name, variants) = (&input.ident, variants(input)?);
    let keys = keys(&variants);
    let all = variants.iter().map(|(_, key, _)| key);
    Ok(quote! {
        impl ::twoway_sdk::Choice for #name {
            const ALL: &'static [&'static str] = &[#(#all),*];
            #keys
        }
        impl ::twoway_sdk::FieldValue for #name {
            fn describe(field: &mut ::twoway_sdk::glue::Field) {
                ::twoway_sdk::glue::describe_choice::<Self>(field);
            }
            fn to_value(&self) -> ::core::option::Option<::twoway_sdk::glue::Value> {
                Some(::twoway_sdk::Choice::key(*self).into())
            }
            fn from_value(
                value: ::core::option::Option<&::twoway_sdk::glue::Value>,
            ) -> ::core::result::Result<Self, ::std::string::String> {
                ::twoway_sdk::glue::read_choice(value)
            }
        }
    })
}
