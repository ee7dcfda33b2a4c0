//! How servers of the Java family print their lines, also behind panels and wrappers.

/// How one kind of server prints its lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// The text before an ordinary message of the server itself.
    pub(super) head: &'static str,
    /// The text before a warning.
    pub(super) warning: &'static str,
    /// The text before a line of a plugin or mod.
    pub(super) plugin: &'static str,
    /// The text before chat, if chat has a thread of its own.
    pub(super) chat_thread: Option<&'static str>,
    /// The text before messages shown to players, after the head.
    pub(super) shown: &'static str,
    /// Whether accounts are announced.
    pub(super) announces: bool,
    /// Whether the join message comes before the login.
    pub(super) shows_joins_first: bool,
}

/// Servers of many kinds.
pub(super) const KINDS: [Kind; 11] = [
    Kind {
        head: "[12:00:00] [Server thread/INFO]: ",
        warning: "[12:00:00] [Server thread/WARN]: ",
        plugin: "[12:00:00] [Server thread/INFO]: [Plugin] ",
        chat_thread: Some("[12:00:00] [Async Chat Thread - #1/INFO]: "),
        shown: "",
        announces: true,
        shows_joins_first: true,
    },
    Kind {
        head: "[12:00:00 INFO]: ",
        warning: "\u{1b}[33m[12:00:00 WARN]: ",
        plugin: "[12:00:00 INFO]: [Plugin] ",
        chat_thread: None,
        shown: "",
        announces: true,
        shows_joins_first: true,
    },
    Kind {
        head: "[19Jul2025 12:00:00.001] [Server thread/INFO] [net.minecraft.server.MinecraftServer/]: ",
        warning: "[19Jul2025 12:00:00.001] [Server thread/WARN] [net.minecraft.server.MinecraftServer/]: ",
        plugin: "[19Jul2025 12:00:00.001] [Server thread/INFO] [com.example.Mod/]: ",
        chat_thread: None,
        shown: "",
        announces: false,
        shows_joins_first: false,
    },
    Kind {
        head: "[12:00:00] [Server thread/INFO] (Minecraft) ",
        warning: "[12:00:00] [Server thread/WARN] (Minecraft) ",
        plugin: "[12:00:00] [Server thread/INFO] (somemod) ",
        chat_thread: None,
        shown: "",
        announces: true,
        shows_joins_first: false,
    },
    Kind {
        head: "2013-03-20 12:00:00 [INFO] ",
        warning: "2013-03-20 12:00:00 [WARNING] ",
        plugin: "2013-03-20 12:00:00 [INFO] [Plugin] ",
        chat_thread: None,
        shown: "",
        announces: false,
        shows_joins_first: false,
    },
    // Folia.
    Kind {
        head: "[12:00:00] [Folia Region Scheduler Thread #2/INFO]: ",
        warning: "[12:00:00] [Folia Region Scheduler Thread #2/WARN]: ",
        plugin: "[12:00:00] [Folia Region Scheduler Thread #2/INFO]: [Plugin] ",
        chat_thread: Some("[12:00:00] [Async Chat Thread - #1/INFO]: "),
        shown: "",
        announces: true,
        shows_joins_first: true,
    },
    // NeoForge with Dimensional Threading.
    Kind {
        head: "[19Jul2025 12:00:00.001] [dimthread_server_overworld/INFO] [net.minecraft.server.MinecraftServer/]: ",
        warning: "[19Jul2025 12:00:00.001] [dimthread_server_overworld/WARN] [net.minecraft.server.MinecraftServer/]: ",
        plugin: "[19Jul2025 12:00:00.001] [dimthread_server_overworld/INFO] [com.example.Mod/]: ",
        chat_thread: None,
        shown: "",
        announces: false,
        shows_joins_first: false,
    },
    // Minecraft 26.3.
    Kind {
        head: "[12:00:00] [Server thread/INFO]: ",
        warning: "[12:00:00] [Server thread/WARN]: ",
        plugin: "[12:00:00] [Server thread/INFO]: System chat: [Plugin] ",
        chat_thread: None,
        shown: "System chat: ",
        announces: true,
        shows_joins_first: false,
    },
    // A layout with an extra space.
    Kind {
        head: "[12:00:00 PM] [Server thread/INFO]:  ",
        warning: "[12:00:00 PM] [Server thread/WARN]:  ",
        plugin: "[12:00:00 PM] [Server thread/INFO]:  [Plugin] ",
        chat_thread: Some("[12:00:00 PM] [Async Chat Thread - #1/INFO]:  "),
        shown: "",
        announces: true,
        shows_joins_first: true,
    },
    // Multicraft.
    Kind {
        head: "17.06 12:00:00 [Server] Server thread/INFO ",
        warning: "17.06 12:00:00 [Server] Server thread/WARN ",
        plugin: "17.06 12:00:00 [Server] Server thread/INFO [Plugin] ",
        chat_thread: Some("17.06 12:00:00 [Server] Async Chat Thread - #1/INFO "),
        shown: "",
        announces: true,
        shows_joins_first: true,
    },
    // MCDReforged.
    Kind {
        head: "[Server] [12:00:00] [Server thread/INFO]: ",
        warning: "[Server] [12:00:00] [Server thread/WARN]: ",
        plugin: "[MCDR] [12:00:00] [TaskExecutor/INFO]: ",
        chat_thread: None,
        shown: "",
        announces: false,
        shows_joins_first: false,
    },
];
