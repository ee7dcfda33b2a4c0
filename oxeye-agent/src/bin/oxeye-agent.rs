//! The `oxeye-agent` binary.

fn main() -> std::process::ExitCode {
    oxeye_agent::program::main()
}
