//! All scenes that are played. What one sets up stands in no other one's way.

use crate::asked::{Asker, Scene, Value, chooses, fills, opens, presses, types};

/// Every command, and the buttons, menus and modals that can be reached from its answer.
pub(crate) const ALL: &[Scene] = &[
    &[
        types("oxeye status", &[("server", Value::Server)], "100 online").draws(),
        presses("Refresh", "100 online").draws(),
    ],
    &[
        types("oxeye status", &[("server", Value::Server)], "100 online").draws(),
        presses("Show all", "1–30 of "),
        presses("Next", "31–"),
    ],
    &[
        types("oxeye status", &[], "players online on"),
        opens("100 online"),
    ],
    &[
        types("oxeye status", &[], "players online on"),
        presses("Refresh", "players online on"),
    ],
    &[types("oxeye list", &[], "players online on")],
    &[
        types("oxeye chart", &[("server", Value::Server)], "Average").draws(),
        presses("90 days", "Average").draws(),
    ],
    &[types(
        "oxeye chart",
        &[("range", Value::Text("30 days"))],
        "All servers together",
    )
    .draws()],
    &[types(
        "oxeye chart",
        &[("range", Value::Text("365 days"))],
        "All servers together",
    )
    .draws()],
    &[types(
        "oxeye chart",
        &[
            ("range", Value::Text("all time")),
            ("server", Value::Server),
        ],
        "Average",
    )
    .draws()],
    &[
        types("oxeye top", &[], "Top · playtime").draws(),
        presses("Next", "Previous\n2/").draws(),
    ],
    &[
        types("oxeye top", &[], "Top · playtime").draws(),
        presses("All time", "all time").draws(),
    ],
    &[types(
        "oxeye top",
        &[("range", Value::Text("all time"))],
        "Top · playtime",
    )
    .draws()],
    &[types(
        "oxeye top",
        &[
            ("range", Value::Text("this month")),
            ("what", Value::Text("visits")),
        ],
        "Top · visits",
    )
    .draws()],
    &[types(
        "oxeye top",
        &[
            ("range", Value::Text("all time")),
            ("server", Value::Server),
        ],
        "Top · playtime",
    )
    .draws()],
    &[types(
        "oxeye top",
        &[("what", Value::Text("deaths"))],
        "Top · deaths",
    )
    .draws()],
    &[
        types(
            "oxeye top",
            &[("range", Value::Text("all time"))],
            "Your place",
        )
        .draws()
        .by(Asker::Linked),
        presses("My place", "Your place").draws().by(Asker::Linked),
    ],
    &[
        types("oxeye player", &[("name", Value::Player)], "in all").draws(),
        presses("Leaderboard", "Top · playtime").draws(),
    ],
    &[
        types("oxeye player", &[("name", Value::Player)], "in all").draws(),
        presses("Notify me", "I'll send you a direct message"),
    ],
    &[types("oxeye player", &[("name", Value::OldName)], "formerly").draws()],
    &[types(
        "oxeye player",
        &[("name", Value::New)],
        "is known here",
    )],
    &[types("oxeye history", &[("time", Value::Moment)], "On at")],
    &[types(
        "oxeye history",
        &[("time", Value::Text("now"))],
        "On at",
    )],
    &[
        types("oxeye help", &[], "</oxeye status:"),
        presses("Next", "</oxeye "),
    ],
    &[types("oxeye fleet", &[], "Nobody has a server right now")],
    &[types(
        "oxeye presence setup",
        &[("kinds", Value::Text("voice"))],
        "I keep sessions of members",
    )
    .by(Asker::Moderator)],
    &[
        types("oxeye presence join", &[], "From now on I keep"),
        types(
            "oxeye presence mine",
            &[],
            "sessions here in the last 7 days",
        ),
        types("oxeye presence top", &[], "in the last 7 days"),
        types(
            "oxeye presence leave",
            &[],
            "All your sessions here are deleted",
        ),
    ],
    &[
        types(
            "oxeye notify add",
            &[("name", Value::Player)],
            "I'll send you a direct message",
        ),
        types("oxeye notify list", &[], "You are notified when"),
        types(
            "oxeye notify remove",
            &[("name", Value::Player)],
            "You won't be notified any more",
        ),
    ],
    &[types(
        "oxeye me link",
        &[("name", Value::Player)],
        "says: I am",
    )],
    &[types("oxeye me data", &[], "is in the file").by(Asker::Linked)],
    &[
        types("oxeye me link", &[("name", Value::OwnPlayer)], "says: I am"),
        presses("Reject", "was not linked").by(Asker::Moderator),
    ],
    &[
        types("oxeye me link", &[("name", Value::OwnPlayer)], "says: I am"),
        presses("Confirm", "has confirmed").by(Asker::Moderator),
        types("oxeye me data", &[], "is in the file"),
        types("oxeye me hide", &[], "is hidden here"),
        types("oxeye me show", &[], "is shown here"),
        types("oxeye me unlink", &[], "You are no longer linked to"),
    ],
    &[
        types("oxeye me link", &[("name", Value::OwnPlayer)], "says: I am"),
        presses("Confirm", "has confirmed").by(Asker::Moderator),
        types("oxeye me forget", &[], "Forget all of this"),
        presses("Forget everything", "Oxeye has forgotten"),
    ],
    &[types("oxeye connect", &[("name", Value::New)], "Link code for").by(Asker::Moderator)],
    &[
        types(
            "oxeye disconnect",
            &[("server", Value::Server)],
            "Disconnect **",
        )
        .by(Asker::Moderator),
        presses("Keep it", "Nothing was changed").by(Asker::Moderator),
    ],
    &[
        types(
            "oxeye rotate-key",
            &[("server", Value::Server)],
            "Issue a code for a new key",
        )
        .by(Asker::Moderator),
        presses("Issue a code", "Code for a new key").by(Asker::Moderator),
    ],
    &[
        types(
            "oxeye watch",
            &[("address", Value::Address), ("name", Value::New)],
            "is watched now",
        )
        .by(Asker::Moderator)
        .at_most(5),
        types(
            "oxeye rename",
            &[("server", Value::New), ("name", Value::Renamed)],
            "is now called",
        )
        .by(Asker::Moderator),
        types(
            "oxeye unwatch",
            &[("server", Value::Renamed)],
            "is no longer watched",
        )
        .by(Asker::Moderator),
    ],
    &[
        types(
            "oxeye watch",
            &[("address", Value::Address), ("name", Value::New)],
            "is watched now",
        )
        .by(Asker::Moderator)
        .at_most(5),
        types(
            "oxeye disconnect",
            &[("server", Value::New)],
            "Stop watching",
        )
        .by(Asker::Moderator),
        presses("Disconnect", "is no longer watched").by(Asker::Moderator),
    ],
    &[
        types("oxeye settings", &[], "Time zone").by(Asker::Moderator),
        chooses("time_zone", "Asia/Tokyo", r"Asia\/Tokyo"),
        fills("time_zone", "utc", "Time zone: **UTC**"),
        fills("retention_days", "900", "Keep sessions for only"),
        presses("Back", "Keep sessions: **for ever**").by(Asker::Moderator),
    ],
    &[
        types("oxeye settings", &[], "Time zone").by(Asker::Moderator),
        fills("retention_days", "900", "Keep sessions for only"),
        presses("Keep fewer days", "**900 days**").by(Asker::Moderator),
        chooses("retention_days", "-", "Keep sessions: **for ever**"),
    ],
    &[
        types(
            "oxeye alerts set",
            &[("channel", Value::Room)],
            "has been down for a minute",
        )
        .by(Asker::Moderator),
        types("oxeye alerts list", &[], "These channels have alerts").by(Asker::Moderator),
        types(
            "oxeye alerts test",
            &[("channel", Value::Room)],
            "I have posted a test",
        )
        .by(Asker::Moderator),
        types(
            "oxeye alerts off",
            &[("channel", Value::Room)],
            "The alert in",
        )
        .by(Asker::Moderator),
    ],
    &[
        types(
            "oxeye board post",
            &[("server", Value::Server), ("channel", Value::Room)],
            "The board is here",
        )
        .by(Asker::Moderator),
        types(
            "oxeye board off",
            &[("channel", Value::Room)],
            "has been removed",
        )
        .by(Asker::Moderator),
    ],
    &[
        types(
            "oxeye counter set",
            &[
                ("channel", Value::VoiceRoom),
                ("template", Value::Text("{online} online")),
            ],
            "from now on and follows the numbers",
        )
        .by(Asker::Moderator),
        types(
            "oxeye counter off",
            &[("channel", Value::VoiceRoom)],
            "has no counter any more",
        )
        .by(Asker::Moderator),
    ],
];
