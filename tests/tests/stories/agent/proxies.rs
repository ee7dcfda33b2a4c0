//! A proxy's agent reports each server behind it under its own name.

use oxeye_tests::agent::AgentSetup;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::minecraft::Minecraft;

#[tokio::test]
async fn each_server_behind_a_proxy_shows_its_own_players() {
    let oxeye = Oxeye::start().await;
    let mut proxy = Minecraft::new();
    proxy.rotate();
    proxy.prints("main", "Enabled Waterfall version git:Waterfall");
    proxy.prints("Netty", "Listening on /0.0.0.0:25577");
    let setup = AgentSetup::beside(&proxy).without("PING");
    setup.connect(&oxeye, "network").await;
    for server in ["lobby", "arena"] {
        let code = oxeye.local_link_code(server).await;
        let ended = setup
            .run(&["connect", code.expose(), "--server", server])
            .await;
        assert_eq!(ended.code, Some(0), "{}", ended.log);
    }
    let _agent = setup.start();

    proxy.prints(
        "Netty",
        "[Alex|/127.0.0.1:5] <-> ServerConnector [lobby] has connected",
    );
    oxeye.shows("lobby", &["Alex"]).await;
    oxeye.shows("network", &["Alex"]).await;

    proxy.prints(
        "Netty",
        "[Alex|/127.0.0.1:5] <-> ServerConnector [arena] has connected",
    );
    oxeye.shows("arena", &["Alex"]).await;
    oxeye.shows("lobby", &[]).await;
    oxeye.shows("network", &["Alex"]).await;

    proxy.prints(
        "Netty",
        "[/127.0.0.1:5|Alex] -> UpstreamBridge has disconnected",
    );
    oxeye.shows("arena", &[]).await;
    oxeye.shows("network", &[]).await;
}
