use crate::{form, names};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Expr, LitInt, LitStr, Path, Token};

pub fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let mut key = names::words(name, '-');
    let mut on = None::<Path>;
    let (mut from, mut to, mut roles) = (Vec::<Ident>::new(), Vec::<Ident>::new(), Vec::<Expr>::new());
    let (mut confirmations, mut protective) = (1_u8, false);
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("action")) {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match word.as_str() {
                "key" => key = meta.value()?.parse::<LitStr>()?.value(),
                "on" => on = Some(meta.value()?.parse()?),
                "from" | "to" => {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    let states = Punctuated::<Ident, Token![,]>::parse_terminated(&inner)?;
                    if word == "from" { from.extend(states) } else { to.extend(states) }
                }
                "roles" => {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    roles.extend(Punctuated::<Expr, Token![,]>::parse_terminated(&inner)?);
                }
                "confirmations" => confirmations = meta.value()?.parse::<LitInt>()?.base10_parse()?,
                "protective" => protective = true,
                _ => return Err(meta.error("is none of key, on, from, to, roles, confirmations, protective")),
            }
            Ok(())
        })?;
    }
    if on.is_none() && !(from.is_empty() && to.is_empty()) {
        return Err(syn::Error::new_spanned(name, "names states: say with `on = …` of which record kind"));
    }
    let target = match &on {
        Some(on) => quote!(::twoway_sdk::Item<#on>),
        None => quote!(()),
    };
    let states = |names: &[Ident]| -> Vec<TokenStream> {
        let Some(on) = &on else { return Vec::new() };
        names
            .iter()
            .map(|s| quote!(::twoway_sdk::glue::state_key::<#on>(<#on as ::twoway_sdk::Record>::State::#s)))
            .collect()
    };
    let (from, to) = (states(&from), states(&to));
    let on = match &on {
        Some(on) => quote!(Some(<#on as ::twoway_sdk::Record>::KIND.to_string())),
        None => quote!(None),
    };
    let form = form::expand(input)?;
    Ok(quote! {
        #form
        impl ::twoway_sdk::Action for #name {
            type Target = #target;
            const KEY: &'static str = #key;
            fn describe() -> ::twoway_sdk::glue::ActionDescription {
                ::twoway_sdk::glue::ActionDescription {
                    key: #key.to_string(),
                    on: #on,
                    from: ::std::vec![#(#from),*],
                    to: ::std::vec![#(#to),*],
                    roles: ::std::vec![#(#roles.to_string()),*],
                    form: <Self as ::twoway_sdk::Form>::fields(),
                    confirmations: #confirmations,
                    protective: #protective,
                }
            }
        }
    })
}
