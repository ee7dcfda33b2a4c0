//! The routes of players, operators and the dashboard; the proxy and the feed. All URLs of an audience
//! are in one function.
