use oxeye_text::Locale;

use super::super::{Sources, list};
use super::*;

/// Returns settings with the store, and therefore the token file, in this folder.
fn config_in(folder: &Path) -> Config {
    let database = folder.join("oxeye.db");
    let database = database.to_str().unwrap();
    Config::read(&Sources::none(&list::LIST).and(&[("DATABASE_PATH", database)])).unwrap()
}

#[test]
fn the_operator_token_is_generated_once_and_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());

    let first = operator_token(&config).unwrap();
    let second = operator_token(&config).unwrap();

    assert_eq!(first.expose(), second.expose());
    assert_eq!(first.expose().len(), 64);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(operator_token_path(&config))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_error_for_a_missing_operator_token_says_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());

    let error = kept_operator_token(&config).expect_err("nothing was started here");

    for sentence in [error.to_string(), error.in_words(Text::of(Locale::German))] {
        assert!(sentence.contains("oxeye serve"), "{sentence}");
    }
}

#[test]
fn every_error_is_said_in_the_language_of_the_shell_and_in_english_in_the_same_words_as_in_the_log()
{
    let path = PathBuf::from("/srv/operator.token");
    let errors = [
        OperatorTokenError::File {
            path: path.clone(),
            why: "permission denied".to_owned(),
        },
        OperatorTokenError::Unusable { path: path.clone() },
        OperatorTokenError::IsReaderToken,
        OperatorTokenError::Missing { path },
    ];
    for error in errors {
        assert_eq!(error.in_words(Text::of(Locale::English)), error.to_string());
        let german = error.in_words(Text::of(Locale::German));
        assert!(german.contains("Betreiber-Token"), "{german}");
    }
}

/// Returns a folder whose `operator.token` contains this text, and settings for it.
fn with_token_file(text: &str) -> (tempfile::TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());
    std::fs::write(operator_token_path(&config), text).unwrap();
    (folder, config)
}

#[test]
fn a_token_that_can_be_guessed_is_refused_and_not_shown() {
    for text in [
        "",
        "\n",
        "short",
        "fifteen-letters",
        "two words and more words",
        "zuviele-umläute-ää",
    ] {
        let (_folder, config) = with_token_file(text);

        let refused = check_operator_token(&config).unwrap_err();

        assert!(matches!(refused, OperatorTokenError::Unusable { .. }));
        let sentence = refused.to_string();
        assert!(
            sentence.contains("operator.token") && sentence.contains("at least 16"),
            "{sentence}"
        );
        let shown = text.trim();
        assert!(shown.is_empty() || !sentence.contains(shown), "{sentence}");
    }
    let (_folder, config) = with_token_file("sixteen-letters!\n");
    assert_eq!(
        operator_token(&config).unwrap().expose(),
        "sixteen-letters!"
    );
}

#[test]
fn the_reader_token_is_not_the_operator_token() {
    let (_folder, mut config) = with_token_file("sixteen-letters!\n");
    config.reader_token = Some(Secret::new("sixteen-letters?"));
    check_operator_token(&config).unwrap();

    config.reader_token = Some(Secret::new("sixteen-letters!"));
    let refused = check_operator_token(&config).unwrap_err();

    assert!(matches!(refused, OperatorTokenError::IsReaderToken));
    let sentence = refused.to_string();
    assert!(sentence.starts_with("READER_TOKEN") && !sentence.contains("sixteen"));
}

#[cfg(unix)]
#[test]
fn a_token_that_others_can_read_is_made_private() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, config) = with_token_file("a token of a good length".replace(' ', "-").as_str());
    let path = operator_token_path(&config);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();

    operator_token(&config).unwrap();

    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
