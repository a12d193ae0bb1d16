use crate::names;
use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Expr, Fields, Ident, LitInt, LitStr, Token, Type};

/// One field of the struct: its key and what `#[field(…)]` says of it.
struct Described {
    name: Ident,
    ty: Type,
    /// Assignments to `field`, in the order of the attribute.
    settings: Vec<TokenStream>,
    default: Option<Expr>,
}

pub fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let fields = described(input)?;
    let name = &input.ident;
    let describe = fields.iter().map(|f| {
        let (key, ty, settings) = (names::key(&f.name), &f.ty, &f.settings);
        let default = f.default.as_ref().map(|d| {
            quote! {
                let default: #ty = ::core::convert::From::from(#d);
                field.default = ::twoway_sdk::FieldValue::to_value(&default);
                field.required = false;
            }
        });
        quote! {{
            let mut field = ::twoway_sdk::glue::describe_field::<#ty>(#key);
            #(#settings)*
            #default
            field
        }}
    });
    let read = fields.iter().map(|f| {
        let (key, ident) = (names::key(&f.name), &f.name);
        match &f.default {
            Some(d) => {
                quote!(#ident: ::twoway_sdk::glue::read_field_or(content, #key, || ::core::convert::From::from(#d))?)
            }
            None => quote!(#ident: ::twoway_sdk::glue::read_field(content, #key)?),
        }
    });
    let write = fields.iter().map(|f| {
        let (key, ident) = (names::key(&f.name), &f.name);
        quote!(::twoway_sdk::glue::write_field(&mut content, #key, &self.#ident);)
    });
    Ok(quote! {
        impl ::twoway_sdk::Form for #name {
            fn fields() -> ::std::vec::Vec<::twoway_sdk::glue::Field> {
                ::std::vec![#(#describe),*]
            }
            #[allow(unused_variables, reason = "a form without fields reads nothing")]
            fn read(content: &::twoway_sdk::glue::Content) -> ::core::result::Result<Self, ::std::string::String> {
                Ok(Self { #(#read),* })
            }
            #[allow(unused_mut, reason = "a form without fields writes nothing")]
            fn write(&self) -> ::twoway_sdk::glue::Content {
                let mut content = ::twoway_sdk::glue::Content::new();
                #(#write)*
                content
            }
        }
    })
}

fn described(input: &DeriveInput) -> syn::Result<Vec<Described>> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "is derived for a struct"));
    };
    match &data.fields {
        Fields::Named(fields) => fields.named.iter().map(describe).collect(),
        Fields::Unit => Ok(Vec::new()),
        Fields::Unnamed(_) => {
            Err(syn::Error::new_spanned(&input.ident, "needs named fields: their names are the keys"))
        }
    }
}

fn describe(field: &syn::Field) -> syn::Result<Described> {
    let name = field.ident.clone().ok_or_else(|| syn::Error::new_spanned(field, "needs a name"))?;
    let mut described = Described { name, ty: field.ty.clone(), settings: Vec::new(), default: None };
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("field")) {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let set = &mut described.settings;
            match word.as_str() {
                "class" => {
                    let class: Ident = meta.value()?.parse()?;
                    set.push(quote!(field.class = ::twoway_sdk::glue::DataClass::#class;));
                }
                "kind" => {
                    let kind: Ident = meta.value()?.parse()?;
                    set.push(quote!(field.kind = ::twoway_sdk::glue::FieldType::#kind;));
                }
                "purpose" | "unit" => {
                    let (text, slot): (LitStr, _) = (meta.value()?.parse()?, &meta.path);
                    set.push(quote!(field.#slot = Some(#text.to_string());));
                }
                "min" | "max" => {
                    let (number, slot): (Expr, _) = (meta.value()?.parse()?, &meta.path);
                    set.push(quote!(field.#slot = Some(i64::from(#number));));
                }
                "max_length" | "retention_days" => {
                    let (number, slot): (LitInt, _) = (meta.value()?.parse()?, &meta.path);
                    set.push(quote!(field.#slot = Some(#number);));
                }
                "accept" => {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    let endings = Punctuated::<LitStr, Token![,]>::parse_terminated(&inner)?;
                    let endings = endings.iter();
                    set.push(quote!(field.accept = ::std::vec![#(#endings.to_string()),*];));
                }
                "default" => described.default = Some(meta.value()?.parse()?),
                "show_if" => {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    let other: Ident = inner.parse()?;
                    inner.parse::<Token![=]>()?;
                    let value: Expr = inner.parse()?;
                    let other = names::key(&other);
                    set.push(quote!(field.show_if = Some(::twoway_sdk::glue::show_if(#other, &#value));));
                }
                _ => {
                    return Err(meta.error(
                        "is none of class, purpose, kind, unit, min, max, max_length, retention_days, accept, default, show_if",
                    ));
                }
            }
            Ok(())
        })?;
    }
    Ok(described)
}
