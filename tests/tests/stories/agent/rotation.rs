//! The key of an agent is replaced.

use super::scene;

#[tokio::test]
async fn an_agent_with_a_new_key_reports_everything_once() {
    let (mut oxeye, mut minecraft, setup) = scene().await;
    minecraft.joins("Alex");
    let agent = setup.start();
    oxeye.shows("survival", &["Alex"]).await;

    // What happens while the backend is away waits in the agent's spool, and belongs to the old key.
    oxeye.kill().await;
    minecraft.leaves("Alex");
    minecraft.joins("Steve");
    agent.has_logged("events of this server are waiting").await;
    let oxeye = oxeye.start_again_at_its_port().await;
    let rotated = oxeye.command(&["rotate-key", "survival"]).await;
    let code = rotated.out.lines().next().expect("a code");
    let running = setup.run(&["connect", code]).await;
    assert!(running.log.contains("stop it first"), "{}", running.log);
    agent.kill().await;
    minecraft.leaves("Steve");
    minecraft.joins("jeb_");
    let ended = setup.run(&["connect", code]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert!(ended.out.contains("The key was replaced"), "{}", ended.out);
    for secret in ["oxk_", code] {
        assert!(!ended.out.contains(secret) && !ended.log.contains(secret));
    }
    let _agent = setup.start();

    oxeye.shows("survival", &["jeb_"]).await;
    for player in ["Alex", "Steve", "jeb_"] {
        assert_eq!(oxeye.sessions("survival", player).await, 1, "{player}");
    }
}
