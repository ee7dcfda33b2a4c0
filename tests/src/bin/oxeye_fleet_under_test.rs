//! The `oxeye-fleet` program, built where the stories find it.

fn main() -> std::process::ExitCode {
    oxeye_fleet::program::main()
}
