//! The least that a fresh call could cost: the plugin's own core module, without the component around it, in the same engine and
//! the same pool of memory. Its texts are lowered and lifted here by hand, the way the canonical ABI says; JSON stays text.

use std::ops::Range;
use wasmparser::{Parser, Payload};
use wasmtime::error::Context as _;
use wasmtime::{Caller, Engine, InstancePre, Linker, Memory, Module, ModuleExport, Store, TypedFunc};

const ACT: &str = "twoway:kind/behaviour@1.0.0#act";
const POST: &str = "cabi_post_twoway:kind/behaviour@1.0.0#act";
const RECORDS: &str = "twoway:kind/records@1.0.0";

type Realloc = TypedFunc<(u32, u32, u32, u32), u32>;

/// What one call reads and leaves, as texts.
pub struct Words<'a> {
    pub context: &'a twoway_runtime::Context,
    pub settings: &'a str,
    pub action: &'a str,
    pub input: &'a str,
}

/// The core module of a component, ready to be instantiated.
pub struct CoreCall {
    engine: Engine,
    pre: InstancePre<Host>,
    memory: ModuleExport,
    realloc: ModuleExport,
    act: ModuleExport,
    post: Option<ModuleExport>,
    fuel: u64,
    records: u64,
}

#[derive(Default)]
struct Host {
    border: Option<Border>,
    created: Vec<[String; 3]>,
    records: u64,
}

#[derive(Clone)]
struct Border {
    memory: Memory,
    realloc: Realloc,
}

impl CoreCall {
    /// `fuel` as the plugin has; `records` is what every count answers.
    pub fn new(engine: &Engine, component: &[u8], fuel: u64, records: u64) -> wasmtime::Result<Self> {
        let module = Module::new(engine, main_module(component)?).context("the core module does not compile")?;
        let mut linker = Linker::new(engine);
        linker.func_wrap(RECORDS, "count", count)?;
        linker.func_wrap(RECORDS, "create", create)?;
        linker.define_unknown_imports_as_traps(&module)?;
        let export = |name: &str| module.get_export_index(name).with_context(|| format!("no export '{name}'"));
        Ok(Self {
            engine: engine.clone(),
            memory: export("memory")?,
            realloc: export("cabi_realloc")?,
            act: export(ACT)?,
            post: module.get_export_index(POST),
            pre: linker.instantiate_pre(&module)?,
            fuel,
            records,
        })
    }

    /// One fresh call. Answers the number of records that it created.
    pub fn call(&self, words: &Words<'_>) -> wasmtime::Result<usize> {
        let mut store = Store::new(&self.engine, Host { records: self.records, ..Host::default() });
        store.set_fuel(self.fuel)?;
        store.set_epoch_deadline(100);
        let instance = self.pre.instantiate(&mut store)?;
        let mut export = |at: &ModuleExport| instance.get_module_export(&mut store, at).context("an export is gone");
        let memory = export(&self.memory)?.into_memory().context("the memory is none")?;
        let realloc = export(&self.realloc)?.into_func().context("realloc is none")?;
        let act = export(&self.act)?.into_func().context("act is none")?;
        let post = self.post.as_ref().map(&mut export).transpose()?;
        let border = Border { memory, realloc: realloc.typed(&store)? };
        store.data_mut().border = Some(border.clone());
        let params = Lowering { store: &mut store, border: &border }.question(words)?;
        let answer = act.typed::<u32, u32>(&store)?.call(&mut store, params)?;
        let refused = byte(border.memory.data(&store), answer)? != 0;
        if let Some(post) = post.and_then(wasmtime::Extern::into_func) {
            post.typed::<u32, ()>(&store)?.call(&mut store, answer)?;
        }
        wasmtime::ensure!(!refused, "the core module refused the question");
        Ok(store.data().created.len())
    }
}

/// The core module that exports the contract's functions; `wit-component` adds small ones that only link it.
fn main_module(component: &[u8]) -> wasmtime::Result<&[u8]> {
    let mut module: Range<usize> = 0..0;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { unchecked_range, .. } => {
                module = unchecked_range;
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    if export?.name == ACT {
                        return component.get(module).context("the module lies outside of the component");
                    }
                }
            }
            _ => {}
        }
    }
    wasmtime::bail!("the component holds no module with '{ACT}'")
}

struct Lowering<'a> {
    store: &'a mut Store<Host>,
    border: &'a Border,
}

impl Lowering<'_> {
    fn text(&mut self, text: &str) -> wasmtime::Result<[u32; 2]> {
        let length = u32::try_from(text.len())?;
        let at = self.border.realloc.call(&mut *self.store, (0, 0, 1, length))?;
        self.border.memory.write(&mut *self.store, at as usize, text.as_bytes())?;
        Ok([at, length])
    }

    fn texts(&mut self, texts: &[String]) -> wasmtime::Result<[u32; 2]> {
        let length = u32::try_from(texts.len())?;
        let at = self.border.realloc.call(&mut *self.store, (0, 0, 4, 8 * length))?;
        for (n, text) in texts.iter().enumerate() {
            let pair = bytes(&self.text(text)?);
            self.border.memory.write(&mut *self.store, at as usize + 8 * n, &pair)?;
        }
        Ok([at, length])
    }

    fn option(&mut self, text: Option<&String>) -> wasmtime::Result<[u32; 3]> {
        let Some(text) = text else { return Ok([0; 3]) };
        let [at, length] = self.text(text)?;
        Ok([1, at, length])
    }

    /// The parameters of `act` as one record in memory, for they are more than sixteen.
    fn question(&mut self, words: &Words<'_>) -> wasmtime::Result<u32> {
        const SIZE: u32 = 168;
        let mut record = Vec::with_capacity(SIZE as usize);
        let ctx = words.context;
        record.extend(bytes(&self.text(&ctx.project)?));
        record.extend(bytes(&self.text(words.settings)?));
        record.extend(ctx.now.to_le_bytes());
        record.extend(i32::from(ctx.utc_offset).to_le_bytes());
        record.extend(bytes(&self.text(&ctx.locale)?));
        record.extend([0; 4]);
        record.extend(ctx.seed.to_le_bytes());
        record.extend(bytes(&self.option(ctx.actor.as_ref())?));
        record.extend(bytes(&self.texts(&ctx.roles)?));
        record.extend(bytes(&self.option(ctx.acting_for.as_ref())?));
        record.extend(bytes(&self.texts(&ctx.confirmed_by)?));
        record.extend(bytes(&self.text(words.action)?));
        // No target: a record of 56 bytes, aligned to eight, behind its mark.
        record.extend([0; 64]);
        record.extend(bytes(&self.text(words.input)?));
        debug_assert_eq!(record.len(), SIZE as usize);
        let at = self.border.realloc.call(&mut *self.store, (0, 0, 8, SIZE))?;
        self.border.memory.write(&mut *self.store, at as usize, &record)?;
        Ok(at)
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn byte(memory: &[u8], at: u32) -> wasmtime::Result<u8> {
    memory.get(at as usize).copied().context("an address is outside of the memory")
}

fn border(caller: &Caller<'_, Host>) -> wasmtime::Result<Border> {
    caller.data().border.clone().ok_or_else(|| wasmtime::Error::msg("an import was called at the start"))
}

fn lift(memory: &[u8], at: u32, length: u32) -> wasmtime::Result<String> {
    let bytes = memory.get(at as usize..).and_then(|rest| rest.get(..length as usize));
    let bytes = bytes.ok_or_else(|| wasmtime::Error::msg("a text is outside of the memory"))?;
    Ok(std::str::from_utf8(bytes)?.to_string())
}

/// `result<u64, failure>` at `answer`.
#[allow(clippy::too_many_arguments, reason = "the canonical ABI flattens three parameters to seven")]
fn count(
    mut caller: Caller<'_, Host>,
    kind: u32,
    kind_length: u32,
    states: u32,
    states_length: u32,
    condition: u32,
    condition_length: u32,
    answer: u32,
) -> wasmtime::Result<()> {
    let border = border(&caller)?;
    let memory = border.memory.data(&caller);
    lift(memory, kind, kind_length)?;
    for n in 0..states_length {
        let word = |at: u32| -> wasmtime::Result<u32> {
            let bytes = memory.get(at as usize..).and_then(|rest| rest.first_chunk::<4>());
            Ok(u32::from_le_bytes(*bytes.ok_or_else(|| wasmtime::Error::msg("a list is outside of the memory"))?))
        };
        lift(memory, word(states + 8 * n)?, word(states + 8 * n + 4)?)?;
    }
    lift(memory, condition, condition_length)?;
    let mut result = [0; 16];
    result[8..].copy_from_slice(&caller.data().records.to_le_bytes());
    border.memory.write(&mut caller, answer as usize, &result)?;
    Ok(())
}

/// `result<string, failure>` at `answer`.
#[allow(clippy::too_many_arguments, reason = "the canonical ABI flattens three parameters to seven")]
fn create(
    mut caller: Caller<'_, Host>,
    kind: u32,
    kind_length: u32,
    state: u32,
    state_length: u32,
    data: u32,
    data_length: u32,
    answer: u32,
) -> wasmtime::Result<()> {
    const ID: &[u8] = b"01938f00-0000-7000-8000-000000000000";
    let border = border(&caller)?;
    let memory = border.memory.data(&caller);
    let record =
        [lift(memory, kind, kind_length)?, lift(memory, state, state_length)?, lift(memory, data, data_length)?];
    caller.data_mut().created.push(record);
    let at = border.realloc.call(&mut caller, (0, 0, 1, ID.len() as u32))?;
    border.memory.write(&mut caller, at as usize, ID)?;
    border.memory.write(&mut caller, answer as usize, &bytes(&[0, at, ID.len() as u32]))?;
    Ok(())
}
