//! Sentences of the page at the backend's address. What is between backticks is code.

super::sentences! {
    link_with_mod(code: &str);
    link_with_agent(code: &str);

    front_what();
    front_where();
    front_see();
    front_see_discord();
    front_see_shell();
    front_link();
    front_link_code();
    front_watch();
    front_with_agent(instruction: &str);
    front_health();
    front_probes();
    front_check();
    front_more();
    front_documents();
}
