//! The commands of `docs/plugins.md`, run as they stand there.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::binary;

/// Returns the lines in the page's blocks of shell commands.
fn shell_lines(page: &str) -> Vec<&str> {
    let blocks = page.split("```sh\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split_once("```"));
    blocks.flat_map(|(block, _)| block.lines()).collect()
}

/// Puts a letter in place of each digit of a time.
fn without_times(line: &str) -> String {
    let words = line.split_inclusive(|letter: char| !letter.is_ascii_digit());
    let words = words.map(|word| match word.len() > 9 {
        true => word.replace(|letter: char| letter.is_ascii_digit(), "N"),
        false => word.to_owned(),
    });
    words.collect()
}

#[tokio::test]
async fn the_page_for_authors_of_plugins_shows_what_happens() {
    let oxeye = Oxeye::start().await;
    let page = std::fs::read_to_string(binary::workspace().join("docs/plugins.md"));
    let page = page.expect("the page is there");
    let url = "http://127.0.0.1:3000";
    assert!(page.contains(url));
    let lines = shell_lines(&page);
    let (promised, commands): (Vec<_>, Vec<_>) = lines
        .iter()
        .copied()
        .partition(|line| line.starts_with('#'));
    let commands = commands.join("\n").replace(url, &oxeye.url());
    let program = r#"program=$1; oxeye() { "$program" "$@"; }"#;

    let done = oxeye.shell().arguments(&["--version"]);
    let done = done
        .after(&format!("{program}\n{commands}\nexit 0"))
        .run()
        .await;

    assert_eq!(done.log, "");
    let answers: Vec<_> = done.out.lines().map(without_times).collect();
    let promised = promised.iter().filter_map(|line| line.strip_prefix("# "));
    let promised: Vec<_> = promised.map(without_times).collect();
    assert_eq!(answers, promised);
    assert_eq!(promised.len(), 8, "{promised:?}");
    let history = oxeye.sessions("survival", "Steve").await;
    assert_eq!(history, 1, "what was reported later is there too");
}
