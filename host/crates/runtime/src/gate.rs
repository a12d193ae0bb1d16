//! What can be said of a component without compiling it: that it is one, that its parts are small enough to compile, that it
//! imports nothing but the contract, and which version of it.

use std::collections::BTreeSet;
use twoway_manifest::{Ability, Description, Manifest};
use wasmparser::{
    BinaryReaderError, CanonicalFunction, CanonicalOption, ComponentExportSectionReader, ComponentExternalKind,
    ComponentImportSectionReader, ComponentTypeRef, Encoding, FunctionBody, Parser, Payload,
};

/// The newest contract that this build speaks.
const CONTRACT: Version = Version { major: 1, minor: 0 };
const PACKAGE: &str = "twoway:kind/";

pub const MAX_COMPONENT: usize = 4 << 20;
const MAX_FUNCTIONS: u32 = 20_000;
const MAX_BODY: usize = 128 << 10;
const MAX_LOCALS: u32 = 1_000;
const MAX_ENTRIES: u32 = 10_000;
const MAX_MODULES: u32 = 8;
const MAX_COMPONENTS: u32 = 16;

/// A contract version, without its patch number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a component is not let in. The texts are for its author.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    #[error("this is not a WebAssembly component: {0}")]
    NotAComponent(String),
    #[error("this is a core module; wrap it into a component (`cargo twoway build` does)")]
    CoreModule,
    #[error("the file has {bytes} bytes; at most {MAX_COMPONENT} are allowed")]
    TooLarge { bytes: usize },
    #[error("it has {found} {what}; at most {max} are allowed")]
    TooMany { what: &'static str, found: u32, max: u32 },
    #[error("one function has {bytes} bytes of code; at most {MAX_BODY} are allowed: split it")]
    LongFunction { bytes: usize },
    #[error("one function has {locals} locals; at most {MAX_LOCALS} are allowed: split it")]
    ManyLocals { locals: u32 },
    #[error(
        "it imports '{0}', which is not part of the contract: a plugin has no clock, no randomness, no files and no network"
    )]
    ForeignImport(String),
    #[error("it imports 'twoway:kind/{0}', which this contract does not have")]
    UnknownInterface(String),
    #[error("it was built for contract {found}; this host speaks {CONTRACT}")]
    Contract { found: String },
    #[error("plugin.toml says contract {said}, and the component was built for {found}")]
    ContractDiffers { said: String, found: Version },
    #[error("it does not export 'twoway:kind/behaviour', which every plugin must")]
    NoBehaviour,
    #[error("it calls '{0}', which plugin.toml does not ask for under [abilities]")]
    NotAskedFor(&'static str),
    #[error("it nests code in inner components; a plugin is one component")]
    NestedCode,
    #[error("it uses {0}, which the contract does not need")]
    Feature(&'static str),
    #[error("the description names {what}, but the component does not export 'twoway:kind/{what}'")]
    NotExported { what: &'static str },
}

/// What a component says about itself without being run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    pub contract: Version,
    /// The abilities that it can call.
    pub imports: BTreeSet<Ability>,
    pub exports_views: bool,
    pub exports_indicators: bool,
    pub functions: u32,
}

/// Reads a component's structure. Linear in its size; nothing is compiled.
pub fn inspect(component: &[u8]) -> Result<Inspection, GateError> {
    if component.len() > MAX_COMPONENT {
        return Err(GateError::TooLarge { bytes: component.len() });
    }
    let mut reading = Reading::default();
    for payload in Parser::new(0).parse_all(component) {
        reading.payload(payload?)?;
    }
    reading.finish()
}

impl Inspection {
    /// What the component can call must be asked for, and it must be of the contract that plugin.toml names.
    pub fn fits(&self, manifest: &Manifest) -> Result<(), GateError> {
        if manifest.contract != self.contract.to_string() {
            return Err(GateError::ContractDiffers { said: manifest.contract.clone(), found: self.contract });
        }
        let asked = manifest.full_grant();
        match self.imports.iter().find(|a| !asked.allows(**a)) {
            Some(ability) => Err(GateError::NotAskedFor(ability.as_str())),
            None => Ok(()),
        }
    }

    /// Abilities that plugin.toml asks for although the component never calls them.
    pub fn unused(&self, manifest: &Manifest) -> Vec<Ability> {
        manifest.full_grant().abilities.into_iter().filter(|a| !self.imports.contains(a)).collect()
    }

    /// What is described must be there to be called.
    pub fn offers(&self, description: &Description) -> Result<(), GateError> {
        if !description.views.is_empty() && !self.exports_views {
            return Err(GateError::NotExported { what: "views" });
        }
        if !description.indicators.is_empty() && !self.exports_indicators {
            return Err(GateError::NotExported { what: "indicators" });
        }
        Ok(())
    }
}

impl From<BinaryReaderError> for GateError {
    fn from(error: BinaryReaderError) -> Self {
        Self::NotAComponent(format!("{} at byte {}", error.message(), error.offset()))
    }
}

#[derive(Default)]
struct Reading {
    /// The modules and components around the current place, outermost first.
    inside: Vec<Encoding>,
    imports: BTreeSet<Ability>,
    exports: BTreeSet<String>,
    contract: Option<Version>,
    functions: u32,
    modules: u32,
    components: u32,
}

impl Reading {
    fn payload(&mut self, payload: Payload<'_>) -> Result<(), GateError> {
        let at_root = self.inside.len() == 1;
        let counted = |what, found: u32, max: u32| {
            if found > max { Err(GateError::TooMany { what, found, max }) } else { Ok(()) }
        };
        match payload {
            Payload::Version { encoding, .. } => {
                if self.inside.is_empty() && encoding == Encoding::Module {
                    return Err(GateError::CoreModule);
                }
                self.inside.push(encoding);
                Ok(())
            }
            Payload::End(_) => {
                self.inside.pop();
                Ok(())
            }
            Payload::ModuleSection { .. } => {
                self.modules += 1;
                if !at_root {
                    return Err(GateError::NestedCode);
                }
                counted("core modules", self.modules, MAX_MODULES)
            }
            // Inner components without code only rename and type what the outer one exports.
            Payload::ComponentSection { .. } => {
                self.components += 1;
                counted("inner components", self.components, MAX_COMPONENTS)
            }
            Payload::InstanceSection(section) if !at_root && section.count() > 0 => Err(GateError::NestedCode),
            Payload::ComponentCanonicalSection(section) => {
                if !at_root {
                    return Err(GateError::NestedCode);
                }
                section.into_iter().try_for_each(|function| canonical(&function?))
            }
            Payload::ComponentStartSection { .. } => Err(GateError::Feature("a component start function")),
            Payload::ComponentImportSection(section) if at_root => self.read_imports(section),
            Payload::ComponentExportSection(section) if at_root => self.read_exports(section),
            Payload::TypeSection(s) => counted("types in a module", s.count(), MAX_ENTRIES),
            Payload::ImportSection(s) => counted("imports in a module", s.count(), MAX_ENTRIES),
            Payload::ExportSection(s) => counted("exports in a module", s.count(), MAX_ENTRIES),
            Payload::GlobalSection(s) => counted("globals in a module", s.count(), MAX_ENTRIES),
            Payload::ElementSection(s) => counted("element segments in a module", s.count(), MAX_ENTRIES),
            Payload::DataSection(s) => counted("data segments in a module", s.count(), MAX_ENTRIES),
            Payload::ComponentTypeSection(s) => counted("types", s.count(), MAX_ENTRIES),
            Payload::ComponentInstanceSection(s) => counted("instances", s.count(), MAX_ENTRIES),
            Payload::ComponentAliasSection(s) => counted("aliases", s.count(), MAX_ENTRIES),
            Payload::TagSection(_) => Err(GateError::Feature("exceptions")),
            Payload::CodeSectionStart { count, .. } => {
                self.functions = self.functions.saturating_add(count);
                counted("functions", self.functions, MAX_FUNCTIONS)
            }
            Payload::CodeSectionEntry(body) => function(&body),
            _ => Ok(()),
        }
    }

    fn read_imports(&mut self, section: ComponentImportSectionReader<'_>) -> Result<(), GateError> {
        for import in section {
            let import = import?;
            let name = import.name.name;
            let foreign = || GateError::ForeignImport(shortened(name));
            let interface = name.strip_prefix(PACKAGE).ok_or_else(foreign)?;
            if !matches!(import.ty, ComponentTypeRef::Instance(_)) {
                return Err(foreign());
            }
            let interface = self.versioned(interface)?;
            match Ability::parse(interface) {
                Some(ability) => {
                    self.imports.insert(ability);
                }
                None if interface == "types" => {}
                None => return Err(GateError::UnknownInterface(shortened(interface))),
            }
        }
        Ok(())
    }

    /// Guests of some languages have further exports of their own; nobody calls them.
    fn read_exports(&mut self, section: ComponentExportSectionReader<'_>) -> Result<(), GateError> {
        for export in section {
            let export = export?;
            if let Some(interface) = export.name.name.strip_prefix(PACKAGE)
                && export.kind == ComponentExternalKind::Instance
            {
                let interface = self.versioned(interface)?.to_string();
                self.exports.insert(interface);
            }
        }
        Ok(())
    }

    /// Splits `records@1.0.0` and remembers the newest version that is named.
    fn versioned<'a>(&mut self, interface: &'a str) -> Result<&'a str, GateError> {
        let (name, version) = interface.split_once('@').unwrap_or((interface, ""));
        let mut numbers = version.split('.').map(str::parse::<u64>);
        let version = match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Version { major, minor },
            _ => return Err(GateError::Contract { found: "without a version".to_string() }),
        };
        if version.major != CONTRACT.major || version.minor > CONTRACT.minor {
            return Err(GateError::Contract { found: version.to_string() });
        }
        self.contract = self.contract.max(Some(version));
        Ok(name)
    }

    fn finish(self) -> Result<Inspection, GateError> {
        let contract = self.contract.filter(|_| self.exports.contains("behaviour")).ok_or(GateError::NoBehaviour)?;
        Ok(Inspection {
            contract,
            imports: self.imports,
            exports_views: self.exports.contains("views"),
            exports_indicators: self.exports.contains("indicators"),
            functions: self.functions,
        })
    }
}

fn function(body: &FunctionBody<'_>) -> Result<(), GateError> {
    let bytes = body.range().len();
    if bytes > MAX_BODY {
        return Err(GateError::LongFunction { bytes });
    }
    let mut locals = 0_u32;
    for group in body.get_locals_reader()? {
        locals = locals.saturating_add(group?.0);
    }
    if locals > MAX_LOCALS { Err(GateError::ManyLocals { locals }) } else { Ok(()) }
}

/// Functions cross the border in one way only: synchronously, with UTF-8 texts in linear memory.
fn canonical(function: &CanonicalFunction) -> Result<(), GateError> {
    let (CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. }) = function else {
        return Err(GateError::Feature("resources or asynchronous functions"));
    };
    for option in options {
        match option {
            CanonicalOption::UTF8
            | CanonicalOption::Memory(_)
            | CanonicalOption::Realloc(_)
            | CanonicalOption::PostReturn(_) => {}
            CanonicalOption::UTF16 | CanonicalOption::CompactUTF16 => {
                return Err(GateError::Feature("texts that are not UTF-8"));
            }
            _ => return Err(GateError::Feature("asynchronous functions or garbage-collected types")),
        }
    }
    Ok(())
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}
