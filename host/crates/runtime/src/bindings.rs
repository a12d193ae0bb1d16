//! The contract's version 1 as Rust types, made from `sdk/wit/v1`.

wasmtime::component::bindgen!({
    path: "../../../sdk/wit/v1",
    world: "full",
    imports: { default: trappable },
});
