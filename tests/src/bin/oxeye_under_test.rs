//! The `oxeye` program, built where the stories find it.

fn main() -> std::process::ExitCode {
    oxeye_backend::program::main()
}
