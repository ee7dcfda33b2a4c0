//! The `oxeye` binary.

fn main() -> std::process::ExitCode {
    oxeye_backend::program::main()
}
