//! The `oxeye-agent` program.

fn main() {}
