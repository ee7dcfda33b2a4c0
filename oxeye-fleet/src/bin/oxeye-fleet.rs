//! The `oxeye-fleet` binary.

fn main() -> std::process::ExitCode {
    oxeye_fleet::program::main()
}
