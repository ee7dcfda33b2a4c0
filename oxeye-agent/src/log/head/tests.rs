use super::*;

/// Checks what is read, as `shape level thread|logger|message`.
#[track_caller]
fn check(line: &str, expected: &str) {
    let read = Head::read(line.as_bytes()).map(|head| {
        let [thread, logger, message] =
            [head.thread, head.logger, head.message].map(String::from_utf8_lossy);
        format!(
            "{:?} {:?} {thread}|{logger}|{message}",
            head.shape, head.level
        )
    });
    assert_eq!(read.as_deref().unwrap_or("nothing"), expected, "{line}");
}

#[test]
fn every_layout_is_read() {
    check(
        "[12:00:00] [Server thread/INFO]: hi",
        "Thread Usual Server thread||hi",
    );
    check(
        "[12:00:00] [Server thread/WARN] [net.x.Y/]: hi",
        "Thread Warning Server thread|net.x.Y/|hi",
    );
    check(
        "[12:00:00] [main/INFO] [a.B/CORE] [x]: hi",
        "Thread Usual main|a.B/CORE|hi",
    );
    check(
        "[12:00:00] [Server thread/INFO] (Minecraft) hi",
        "Thread Usual Server thread|Minecraft|hi",
    );
    check(
        "[Server thread/INFO] (Minecraft) hi",
        "Thread Usual Server thread|Minecraft|hi",
    );
    check(
        "[19Jul2025 12:00:00.001] [a/b/INFO] [x/]: hi",
        "Thread Usual a/b|x/|hi",
    );
    check(
        "[2024/01/02 12:00:00] [Server thread/INFO]: hi",
        "Thread Usual Server thread||hi",
    );
    check(
        "[12thg 22025 12:00:00.123] [Server thread/INFO] [x/]: hi",
        "Thread Usual Server thread|x/|hi",
    );
    check(
        "[02 Jan 2024 12:00:00,123] [Server thread/INFO]: hi",
        "Thread Usual Server thread||hi",
    );
    check("[12:00:00] [INFO]: hi", "Console Usual ||hi");
    check("[12:00:00 INFO]: hi", "Console Usual ||hi");
    check(
        "[12:00:00 ERROR] [luckperms]: hi",
        "Console Warning |luckperms|hi",
    );
    check("[2024-04-01 21:46:33:199 INFO] hi", "Bare Usual ||hi");
    check("[12:00:00 INFO] [x] hi", "Bare Usual ||[x] hi");
    check("[12:00:00.123 main/WARN] hi", "Bare Warning main||hi");
    check("[INFO] hi", "Bare Usual ||hi");
    check("2011-06-05 12:12:12 [SEVERE] hi", "Plain Warning ||hi");
    check("12:12:12 [INFORMATION] hi", "Plain Usual ||hi");
    check(
        "2026-11-20 12:00:00.123 [main] W - hi",
        "Dashed Warning main||hi",
    );
    check(
        "2026-11-20 10:49:20 INFO  [a::b@main] hi",
        "Titled Usual |a::b@main|hi",
    );
}

#[test]
fn the_layouts_of_other_servers_are_read() {
    for (line, expected) in [
        (
            "2020-08-26 [10:26:16.123] [Server thread/INFO]: hi",
            "Thread Usual Server thread||hi",
        ),
        ("[02:39:06] [INFO]: hi", "Console Usual ||hi"),
        ("10:00:00 [INFO ] hi", "Plain Usual ||hi"),
        ("10:00:00 [main] [INFO] hi", "Split Usual main||hi"),
        (
            "2024-01-01 12:00:00.123 [main] INFO  - hi",
            "Dashed Usual main||hi",
        ),
        (
            "12:00:00.123 [Server thread] WARN  net.x.Y - hi",
            "Dashed Warning Server thread|net.x.Y|hi",
        ),
        (
            "[2024-02-06 19:16:03.695 INFO][Server] hi",
            "Titled Usual |Server|hi",
        ),
        ("12:19:30.368 INFO [Server] hi", "Titled Usual |Server|hi"),
        (
            "[10:00:00] [2345/INFO]: [Server] hi",
            "Thread Usual 2345||[Server] hi",
        ),
        ("[12:00:00]  [x/INFO]:  hi", "Thread Usual x|| hi"),
        ("[12:00:00][x/INFO]: hi", "Thread Usual x||hi"),
        ("[12:00:00 INFO][a] hi", "Titled Usual |a|hi"),
        (
            "[12:00:00] [worker [world]/INFO]: [x]/INFO] hi",
            "Thread Usual worker [world]||[x]/INFO] hi",
        ),
        (
            "[12:00:00] [worker [world]/WARN] [a.B/]: hi",
            "Thread Warning worker [world]|a.B/|hi",
        ),
    ] {
        check(line, expected);
    }
}

#[test]
fn any_part_of_a_tracing_head_may_be_missing() {
    for (line, expected) in [
        (
            "2026-08-22 10:00:00  INFO tokio-rt ThreadId(02) pumpkin::world: hi",
            "Tracing Usual tokio-rt|pumpkin::world|hi",
        ),
        (
            "10:00:00  WARN             main ThreadId(02) pumpkin: hi",
            "Tracing Warning main|pumpkin|hi",
        ),
        (
            "10:00:00 ERROR ThreadId(02) hi: ho",
            "Tracing Warning ThreadId(02)||hi: ho",
        ),
        (
            "10:00:00  INFO main plugin: hi",
            "Tracing Usual main|plugin|hi",
        ),
        ("10:00:00  INFO pumpkin: hi", "Tracing Usual |pumpkin|hi"),
        ("10:00:00  INFO hi ho", "Tracing Usual ||hi ho"),
        (
            "10:00:00  INFO <a> pumpkin: hi",
            "Tracing Usual ||<a> pumpkin: hi",
        ),
        (" INFO pumpkin: hi", "Tracing Usual |pumpkin|hi"),
        (" INFO main ThreadId(02) hi", "Tracing Usual main||hi"),
        (" INFO hi", "nothing"),
        ("INFO hi there: x", "nothing"),
    ] {
        check(line, expected);
    }
}

#[test]
fn a_head_whose_brackets_multicraft_has_removed_is_read() {
    for (line, expected) in [
        (
            "17.06 15:30:24 [Server] Server thread/INFO hi",
            "Thread Usual Server thread||hi",
        ),
        (
            "17.06 15:30:24 [Server] Netty Epoll Server IO #3/WARN hi/INFO x",
            "Thread Warning Netty Epoll Server IO #3||hi/INFO x",
        ),
        (
            "17.06 15:30:24 [Server] Server thread/INFO [net.minecraft.server.X]: hi",
            "Thread Usual Server thread|net.minecraft.server.X|hi",
        ),
        (
            "17.06 15:30:24 [Server] Server thread/INFO [Server]: hi",
            "Thread Usual Server thread||[Server]: hi",
        ),
        ("2014-04-02 15:30:24 [Server] INFO hi", "Plain Usual ||hi"),
        (
            "25.01 13:48:26 [Server] INFO [13:48:26] [Server thread/INFO]: hi",
            "Thread Usual Server thread||hi",
        ),
        (
            "25.01 13:48:26 [Server] INFO [13:48:26] [Server thread/WARN] [minecraft/X]: hi",
            "Thread Warning Server thread|minecraft/X|hi",
        ),
        (
            "25.01 13:48:26 [Server] [2026-01-25 13:48:26:123 INFO] hi",
            "Bare Usual ||hi",
        ),
        (
            "25.01 13:48:26 [Server] INFO [INFO] hi",
            "Plain Usual ||[INFO] hi",
        ),
        (
            "25.01 13:48:26 [Server] Server thread/INFO [13:48:26] [Server thread/INFO]: hi",
            "Thread Usual Server thread||[13:48:26] [Server thread/INFO]: hi",
        ),
        ("17.06 15:30:24 [Server] <x> a/INFO hi", "nothing"),
        ("17.06 15:30:24 [Server] Fern joined the game", "nothing"),
        ("17.06 15:30:24 [Server] /INFO hi", "nothing"),
    ] {
        check(line, expected);
    }
}

#[test]
fn multicraft_may_put_its_time_in_brackets_and_keep_any_head() {
    for (line, expected) in [
        (
            "[17.06 15:30:24] [Server] Server thread/INFO hi",
            "Thread Usual Server thread||hi",
        ),
        ("[17.06 15:30:24] [Server] INFO hi", "Plain Usual ||hi"),
        (
            "[25.01 13:48:26] [Server] [13:48:26] [Server thread/WARN]: hi",
            "Thread Warning Server thread||hi",
        ),
        (
            "[25.01 13:48:26] [Server] 14:48:26 [INFO ] hi",
            "Plain Usual ||hi",
        ),
        (
            "25.01 13:48:26 [Server] 14:48:26 [INFO] hi",
            "Plain Usual ||hi",
        ),
        (
            "25.01 13:48:26 [Server] 14:48:26 [main] [WARN ] hi",
            "Split Warning main||hi",
        ),
        (
            "25.01 13:48:26 [Server] 14:48:26.123 INFO [Server] hi",
            "Titled Usual |Server|hi",
        ),
        (
            "25.01 13:48:26 [Server] 14:48:26 [Server] 14:48:26 [INFO] hi",
            "nothing",
        ),
        ("25.01 13:48:26 [Server] 14:48 [INFO] hi", "nothing"),
        (
            "[25.01 13:48:26] [Server] <x> 14:48:26 [INFO] hi",
            "nothing",
        ),
        ("[25.01 13:48:26] [Server] Fern joined the game", "nothing"),
        ("[25.01 13:48:26] [Multicraft] INFO hi", "nothing"),
        ("[13:48:26] [Server] INFO hi", "nothing"),
    ] {
        check(line, expected);
    }
}

#[test]
fn times_in_any_layout_are_read() {
    for time in [
        "11:50:00 AM",
        "9:05:00 PM",
        "12-00-00",
        "12.00.00",
        "12:00:00.123",
        "12:00:00 CET",
        "12:00:00+0100",
        "2024-01-02 12:00:00 +01:00",
        "2024-01-02T12:00:00,123Z",
        "Mon, 4. Oct 2021 18:34:46 UTC",
        "Mon 04 Oct 2021 18:34:46 GMT+02:00",
        "04/10/2021 18:34:46",
        "21-10-04 18:34:46",
        "18:34:46 04.10.2021",
        "2024年01月02日 12:00:00",
        "Nov 20 12:00:00",
        "20 Nov 12:00:00",
        "Fri Nov 20 12:00:00 CET 2026",
        "12:00",
    ] {
        check(
            &format!("[{time}] [Server thread/INFO]: hi"),
            "Thread Usual Server thread||hi",
        );
        check(&format!("[{time} INFO]: hi"), "Console Usual ||hi");
    }
}

#[test]
fn a_message_may_be_empty_and_may_begin_with_a_bracket() {
    check(
        "[12:00:00] [Server thread/INFO]:",
        "Thread Usual Server thread||",
    );
    check("[12:00:00 INFO]: ", "Console Usual ||");
    check(
        "[12:00:00] [Server thread/INFO]: [x] [y]: hi",
        "Thread Usual Server thread||[x] [y]: hi",
    );
    check("[12:00:00] [main/INFO] [x] hi", "Thread Usual main||[x] hi");
}

#[test]
fn text_that_is_not_a_head_is_not_read() {
    for line in [
        "",
        "[",
        "hi",
        " [12:00:00] [Server thread/INFO]: hi",
        "[12:00:00] hi",
        "[12:00:00] [x] hi",
        "[12:00:00]: hi",
        "[Steve] hi",
        "[Steve/x] hi",
        "[12:00:00] [Steve [x] INFO] hi",
        "[12:00:00 main/Steve] hi",
        "[12:00:00] [Steve [x]/INFO hi",
        "12:00:00 hi",
        "12:00:00 [1:2] hi",
        "12:00:00 [INFO]hi",
        "12:00 [INFO] hi",
    ] {
        check(line, "nothing");
    }
}
