//! The `oxeye-agent` program, built where the stories find it.

fn main() -> std::process::ExitCode {
    oxeye_agent::program::main()
}
