//! Compiles one component from standard input to standard output inside the limits of a child process.

fn main() -> std::process::ExitCode {
    twoway_runtime::compile_main()
}
