//! A proxy's agent reports each server behind it under its own name.

use oxeye_tests::agent::AgentSetup;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::minecraft::Minecraft;

#[tokio::test]
async fn each_server_behind_a_proxy_shows_its_own_players() {
    let oxeye = Oxeye::start().await;
    let mut proxy = Minecraft::new();
    proxy.rotate();
    proxy.writes(b"[10:00:00] [main/INFO]: Enabled Waterfall version git:Waterfall\n");
    proxy.writes(b"[10:00:01] [Netty/INFO]: Listening on /0.0.0.0:25577\n");
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

    proxy.writes(
        b"[10:00:02] [Netty/INFO]: [Alex|/127.0.0.1:5] <-> ServerConnector [lobby] has connected\n",
    );
    oxeye.shows("lobby", &["Alex"]).await;
    oxeye.shows("network", &["Alex"]).await;

    proxy.writes(
        b"[10:00:03] [Netty/INFO]: [Alex|/127.0.0.1:5] <-> ServerConnector [arena] has connected\n",
    );
    oxeye.shows("arena", &["Alex"]).await;
    oxeye.shows("lobby", &[]).await;
    oxeye.shows("network", &["Alex"]).await;

    proxy.writes(
        b"[10:00:04] [Netty/INFO]: [/127.0.0.1:5|Alex] -> UpstreamBridge has disconnected\n",
    );
    oxeye.shows("arena", &[]).await;
    oxeye.shows("network", &[]).await;
}
