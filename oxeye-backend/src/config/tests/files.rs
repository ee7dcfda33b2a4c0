//! Settings in a file, and in `.env`.

use std::path::PathBuf;

use super::*;

fn from_file(path: &Path) -> Result<Sources, ConfigError> {
    let mut sources = Sources::none(&list::LIST);
    sources.add_file(path)?;
    Ok(sources)
}

fn from_dotenv(path: &Path) -> Result<Sources, ConfigError> {
    let mut sources = Sources::none(&list::LIST);
    sources.add_dotenv(path)?;
    Ok(sources)
}

fn file_with(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("oxeye.toml");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn a_file_may_write_names_in_either_case() {
    let (_folder, path) = file_with(
        "port = 4000\nHOST = \"127.0.0.1\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n",
    );

    let config = Config::read(&from_file(&path).unwrap()).unwrap();

    assert_eq!(config.http.listen.to_string(), "127.0.0.1:4000");
    assert_eq!(config.http.trusted_proxies.len(), 2);
}

#[test]
fn a_file_with_an_unknown_key_is_refused() {
    let (_folder, path) = file_with("prot = 4000\n");

    let sentence = from_file(&path)
        .expect_err("prot is no setting")
        .to_string();

    assert!(
        sentence.contains("\"prot\"") && sentence.contains("PORT"),
        "{sentence}"
    );
}

#[test]
fn a_broken_file_is_refused_without_quoting_it() {
    let (_folder, path) = file_with("port = 1\ndiscord_token = \"abc\n");

    let sentence = from_file(&path)
        .expect_err("the text never ends")
        .to_string();

    assert!(
        sentence.contains("line 2") && !sentence.contains("abc"),
        "{sentence}"
    );
}

#[test]
fn a_broken_dotenv_is_refused_without_quoting_it() {
    let (_folder, path) = file_with("PORT=1\nDISCORD_TOKEN=abc def\n");

    let sentence = from_dotenv(&path)
        .expect_err("a blank needs quotes")
        .to_string();

    assert!(
        sentence.contains("entry 2") && !sentence.contains("abc"),
        "{sentence}"
    );
}

#[test]
fn a_misspelt_setting_in_dotenv_is_refused_and_other_programs_variables_are_not() {
    let (_folder, path) = file_with("POSTGRES_PASSWORD=x\nPORT=1\n");
    from_dotenv(&path).unwrap();
    let (_folder, path) = file_with("DISCORD_TOKE=abc\n");

    let sentence = from_dotenv(&path)
        .expect_err("that is a typing error")
        .to_string();

    assert!(
        sentence.contains("sets DISCORD_TOKE,") && sentence.contains("did you mean DISCORD_TOKEN?"),
        "{sentence}"
    );
    assert!(!sentence.contains("abc"), "{sentence}");
}
