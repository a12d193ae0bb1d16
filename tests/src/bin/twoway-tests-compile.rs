//! The child process that compiles plugins for the tests, as `twoway compile` does for a host.

fn main() -> std::process::ExitCode {
    twoway_runtime::compile_main()
}
