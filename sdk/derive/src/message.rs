use crate::names;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Ident, LitStr};

struct Variant<'a> {
    name: &'a Ident,
    code: String,
    values: Vec<&'a Ident>,
    rule: Option<LitStr>,
}

fn variants(input: &DeriveInput) -> syn::Result<Vec<Variant<'_>>> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "is derived for an enum, one variant per sentence"));
    };
    data.variants
        .iter()
        .map(|variant| {
            let values = match &variant.fields {
                Fields::Unit => Vec::new(),
                Fields::Named(fields) => fields.named.iter().filter_map(|f| f.ident.as_ref()).collect(),
                Fields::Unnamed(_) => {
                    return Err(syn::Error::new_spanned(
                        variant,
                        "name its values: the names are the text's placeholders",
                    ));
                }
            };
            let rule = variant.attrs.iter().find(|a| a.path().is_ident("rule")).map(|a| a.parse_args()).transpose()?;
            Ok(Variant { name: &variant.ident, code: names::words(&variant.ident, '-'), values, rule })
        })
        .collect()
}

fn messages(input: &DeriveInput, of: TokenStream) -> syn::Result<TokenStream> {
    let (name, variants) = (&input.ident, variants(input)?);
    let described = variants.iter().map(|v| {
        let (code, values) = (&v.code, v.values.iter().map(|i| names::key(i)));
        let rule = match &v.rule {
            Some(rule) => quote!(Some(#rule.to_string())),
            None => quote!(None),
        };
        quote! {
            ::twoway_sdk::glue::Message {
                code: #code.to_string(),
                values: ::std::vec![#(#values.to_string()),*],
                rule: #rule,
            }
        }
    });
    let said = variants.iter().map(|v| {
        let (variant, code, values) = (v.name, &v.code, &v.values);
        let keys = v.values.iter().map(|i| names::key(i));
        let rule = match &v.rule {
            Some(rule) => quote!(Some(#rule)),
            None => quote!(None),
        };
        quote! {
            Self::#variant { #(#values),* } => ::twoway_sdk::glue::Said {
                code: #code,
                values: ::twoway_sdk::glue::content([#((#keys, ::twoway_sdk::glue::placeholder(#values))),*]),
                rule: #rule,
            }
        }
    });
    Ok(quote! {
        impl #of for #name {
            fn describe() -> ::std::vec::Vec<::twoway_sdk::glue::Message> {
                ::std::vec![#(#described),*]
            }
            fn say(&self) -> ::twoway_sdk::glue::Said {
                match self { #(#said),* }
            }
        }
    })
}

pub fn expand_refusals(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let messages = messages(input, quote!(::twoway_sdk::Refusals))?;
    Ok(quote! {
        #messages
        impl ::core::convert::From<#name> for ::twoway_sdk::Refusal {
            fn from(no: #name) -> Self {
                ::twoway_sdk::Refusal::because(&no)
            }
        }
    })
}

pub fn expand_notices(input: &DeriveInput) -> syn::Result<TokenStream> {
    messages(input, quote!(::twoway_sdk::Notices))
}

pub fn expand_incidents(input: &DeriveInput) -> syn::Result<TokenStream> {
    messages(input, quote!(::twoway_sdk::Incidents))
}

pub fn expand_labels(input: &DeriveInput) -> syn::Result<TokenStream> {
    let (name, variants) = (&input.ident, variants(input)?);
    if let Some(variant) = variants.iter().find(|v| !v.values.is_empty() || v.rule.is_some()) {
        return Err(syn::Error::new_spanned(variant.name, "carries content; values are given where the label is used"));
    }
    let (names, codes): (Vec<_>, Vec<_>) = variants.iter().map(|v| (v.name, &v.code)).unzip();
    Ok(quote! {
        impl ::twoway_sdk::Labels for #name {
            const ALL: &'static [&'static str] = &[#(#codes),*];
            fn code(self) -> &'static str {
                match self { #(Self::#names => #codes),* }
            }
        }
        impl ::core::convert::From<#name> for ::twoway_sdk::glue::Words {
            fn from(label: #name) -> Self {
                ::twoway_sdk::glue::label(::twoway_sdk::Labels::code(label))
            }
        }
    })
}
