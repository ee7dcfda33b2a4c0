# Every sentence that people read, in English. `de.ftl` has the same keys with the same arguments;
# `src/sentences/` says which arguments those are.

### How long, and lists

# `2h`, where it stands alone.
duration =
    { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }

# The same after "for" and before "ago"; other languages inflect it there.
duration_inflected =
    { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }

list_end = { $first } and { $last }
either_end = { $first } or { $last }
and_more = ...and { $count } more

### The state of a server

state_online = online
state_quiet = quiet
state_stale = stale
state_awaiting_sync = waiting for the server to report
state_disconnected = disconnected

meaning_quiet = the Minecraft server has stopped reporting
meaning_awaiting_sync = it has not sent its player list since Oxeye started
meaning_disconnected = no longer linked

players_online =
    { $count ->
        [0] nobody online
        [one] { $count } player online
       *[other] { $count } players online
    }
players_last_known =
    { $count ->
        [one] { $count } player last known
       *[other] { $count } players last known
    }
names_not_reported = the server has not said who

# Discord shows $moment as "5 minutes ago".
last_heard = last heard from { $moment }
no_word_for = no word for { $duration }
nobody_shown = { $silence } - nobody is shown as online

### Who is on a server

roster_heading = Online:
roster_heading_quiet = Online (last known, no word since):
roster_heading_awaiting_sync = Online (last known, until the server reports):
last_seen_heading =
    Last seen (within { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }):
# One of several servers on the command line.
server_of_guild = { $server } (guild { $guild })
player_online = { $player } (for { $duration })
player_offline = { $player } ({ $duration } ago)

# What the picture shows, for people who do not see it.
picture_of_nobody = Nobody is online on { $server }
picture_of_online =
    { $count ->
        [one] { $count } player
       *[other] { $count } players
    } online on { $server }: { $players }
picture_of_last_known =
    { $count ->
        [one] { $count } player
       *[other] { $count } players
    } last known on { $server }: { $players }

### All servers of a guild

overview_title = Minecraft servers
overview_online =
    { $players ->
        [one] { $players } player
       *[other] { $players } different players
    } online on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    }
overview_nameless =
    { $count ->
        [one] plus { $count } whose name is not known
       *[other] plus { $count } whose names are not known
    }
# In a menu, after the name of the server.
choice_online = { $count } online

### Messages and buttons in Discord

updated = updated { $moment }

button_refresh = Refresh
button_disconnect = Disconnect
button_keep = Keep it
menu_open = Open a server
menu_open_some = Open a server (others: /oxeye status)

### Linking a server in Discord

link_code =
    Link code for **{ $server }**: `{ $code }`
    Type this on the Minecraft server, in the game as an operator or in its console:
    ```
    /oxeye connect { $code }
    ```
    It works once and expires { $expires }. Anyone who has it can report as this server, so keep it to yourself.
how_to_link =
    No Minecraft server is linked here yet.
    1. Put the Oxeye mod on the Minecraft server.
    2. Here, someone with the **Manage Server** permission runs `/oxeye connect` with a name for the server and gets a link code.
    3. On the Minecraft server, an operator types `/oxeye connect CODE`.
    Then `/oxeye status` shows who is online.
ask_disconnect = Disconnect **{ $server }**? Its key stops working at once. Players who were on it stay visible until they age out, and linking the same name again continues the same server.
is_disconnected = **{ $server }** is disconnected. `/oxeye connect` links it again.
is_kept = Nothing was changed.
is_renamed = **{ $server }** is called **{ $name }** now. Its key and its history are as they were.

name_taken = A server called **{ $server }** is already linked here. Choose another name, or disconnect that one first with `/oxeye disconnect`.
name_in_use = Another server here is called **{ $server }**, linked or not. Choose another name, or rename that one first.
name_too_long = A server name has at most { $limit } characters, but this one has more.
name_nothing_visible = A server name needs at least one visible character.
name_invisible = A server name must not contain line breaks, control characters or invisible characters.
unknown_server = No server called **{ $typed }** is linked here. `/oxeye list` shows those that are.
server_gone = That server is not linked here any more. `/oxeye list` shows those that are.

### What can go wrong in Discord

guild_only = This works only in a Discord server.
old_button = This button is from another version. Run the command again.
needs_manage_server = You need the **Manage Server** permission for that.
command_needs_manage_server = You need the **Manage Server** permission for `/{ $command }`.
just_refreshed = That was refreshed a moment ago. Try again in a few seconds.
old_command = This command is out of date. Try again in a minute.
our_fault = Sorry, something went wrong on our side. If it keeps happening, give this reference to the people who run this bot: `{ $reference }`.

### What Discord shows beside our commands and their options

about_oxeye = Who is on the Minecraft servers of this community.
about_status = Who is on a Minecraft server, and who was there lately.
about_status_server = Which server; without it, the only one or all of them
about_list = The Minecraft servers linked here, and how many play on each.
about_connect = Link a Minecraft server to this community (needs Manage Server).
about_connect_name = What to call the server here
about_disconnect = Unlink a Minecraft server from this community (needs Manage Server).
about_rename = Give a Minecraft server another name here (needs Manage Server).
about_rename_name = What to call it from now on
about_server = Which server

### The command line: which server, and the running Oxeye

no_server_linked = No server is linked yet; `oxeye link NAME` prints a link code.
linked_servers = Linked servers: { $servers }.
no_such_server = there is no server "{ $server }". { $linked }
which_spelling = "{ $server }" may be { $first } or { $second }; write it with the same capital letters
which_guild = several guilds have servers; say which with --guild: { $guilds }
which_guild_of = several guilds have a server "{ $server }"; say which with --guild, for example --guild { $first } or --guild { $second }
server_vanished = the server is gone

port_is_zero = PORT is 0, so it is not known where the backend listens; set PORT to the port it logged at its start
token_refused = the Oxeye at { $url } does not accept the operator token { $origin }; run this in the folder where that Oxeye runs, or with its DATABASE_PATH
token_in_setting = that OPERATOR_TOKEN holds
token_in_file = in { $path }
strange_answer = { $url } answered { $status }, but not as an Oxeye backend does; are HOST and PORT right?
backend_silent = the Oxeye at { $url } does not answer; its log may say why
backend_not_running = no Oxeye is running at { $url }; start it with `oxeye serve`, or set HOST and PORT to where it listens
answer_stopped = the backend stopped in the middle of its answer
answer_broke_off = the answer broke off

no_such_command = there is no command `{ $typed }`; did you mean `{ $meant }`? `oxeye --help` shows what there is
no_such_option = there is no option `{ $typed }`; did you mean `{ $meant }`? `oxeye --help` shows what there is

cannot_read = cannot read { $path }
cannot_write = cannot write { $path }
file_exists = { $path } is there already; give another name, or --force to replace it

### The command line: linking, renaming, removing, forgetting

# $code is what `oxeye link` printed on a line of its own.
link_instructions =
    At the Minecraft server, within { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }:
      with the mod, in the game:     /oxeye connect { $code }
      with the agent, in its folder: oxeye-agent connect { $code } --backend URL
server_unlinked = { $server } is unlinked. Linking the same name again continues the same server.
server_renamed = { $server } is called { $name } now. Its key and its history are as they were.

# Words that mean yes when something is asked, with blanks between them.
yes_words = y yes
needs_yes = this cannot be undone; repeat it with --yes if you mean it

ask_remove = Remove { $server } with its whole history, its key and its skins? This cannot be undone. [y/N]
nothing_removed = nothing was removed
server_removed =
    { $server } is removed: { $sessions ->
        [one] { $sessions } session
       *[other] { $sessions } sessions
    }, and { $players ->
        [one] { $players } player
       *[other] { $players } players
    } who had been nowhere else. Backups and exports made before still know them.
names_leave_later = The names leave the store's files as soon as the backup or export that is running has finished.

ask_forget = Forget { $player } on all servers of all guilds? This cannot be undone. [y/N]
nothing_forgotten = nothing was forgotten
player_forgotten =
    { $player } is forgotten: { $sessions ->
        [one] { $sessions } session
       *[other] { $sessions } sessions
    } on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    }. Backups and exports made before still know them.
name_leaves_later = The name leaves the store's files as soon as the backup or export that is running has finished.

### The command line: figures

which_picture = which server should be on the picture? { $linked }

nobody_called = nobody called { $player } has been there. { $linked }
player_on_server = { $player } on { $server }
times_of_zone = Times and days are those of { $zone }.
never = never
seen_now = now, online for { $duration }
seen_at = { $time } ({ $duration } ago)
first_seen = first seen
last_seen = last seen
today = today
this_week = this week
this_month = this month
last_days =
    { $days ->
        [one] last { $days } day
       *[other] last { $days } days
    }
in_all = in all
sessions = sessions
sessions_none = none
sessions_of_player = { $count }, the longest { $longest }, { $average } on average
imported = imported
imported_playtime = { $duration } from before Oxeye

top_heading = { $place }, { $range } (days of { $zone }):
top_empty = { $heading } nobody played.
top_servers = { $servers } together
top_days =
    { $days ->
        [one] the last day
       *[other] the last { $days } days
    }
top_all = all time
session_count =
    { $count ->
        [one] { $count } session
       *[other] { $count } sessions
    }

no_session_of = no session of a player called { $player } is known. { $linked }
sessions_heading = { $whose }, newest first (times of { $zone }):
still_there = still there
older_sessions = ...and older ones; --limit shows more
end_left = left
end_server_stopped = server stopped
end_disconnected = server unlinked
end_missing_from_sync = gone by the next sync
end_stale = server silent, end estimated

### The command line: backups, exports and imports

backup_written =
    { $path }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    }. To restore it, stop Oxeye, put it in the place of the file that DATABASE_PATH names, and remove the -wal and -shm files beside that.
export_written =
    { $path }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    }
which_file = which file is to be imported?
file_imported =
    { $added } added, { $skipped } skipped because they are known or overlap what is known; { $servers ->
        [one] { $servers } new server
       *[other] { $servers } new servers
    }

which_world_server = which server is this the world of? Say it with --server NAME
playtime_imported =
    { $server }: playtime of { $players ->
        [one] { $players } player
       *[other] { $players } players
    }, { $changed } of them new or changed
accounts_without_name =
    { $count ->
        [one] { $count } account
       *[other] { $count } accounts
    } without a name in usercache.json and usernamecache.json:
files_not_used =
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    } that could not be used:

no_stats = there is no folder stats in { $path }; name the folder of a Minecraft world
no_stats_but = there is no folder stats in { $path }; name the folder of a Minecraft world, such as { $worlds }
which_world = cannot find out which world the server has from { $path }; name the folder of the world
no_user_cache = there is no usercache.json or usernamecache.json in { $path } or a folder above it; name the folder of the world, below that of the Minecraft server
no_names = no account has a name: { $reasons }
file_damaged = { $path } is damaged ({ $reason }); what can be read of it was used
file_unreadable = { $path } cannot be read: { $reason }; what can be read of it was used

not_an_account = it is not called by the id of an account
not_a_file = it is not a file
too_large = it is larger than anything Minecraft writes
empty_file = it is empty
not_json = it is damaged: it is not JSON
not_json_throughout = it is not JSON throughout
no_accounts = it lists no accounts
no_statistics = it holds no statistics
no_playtime = its playtime is no number that Minecraft could have counted

### `oxeye check`

settings_fine = settings: fine
subject_oxeye = Oxeye
subject_store = store
subject_discord = Discord
finding = { $subject }: { $words }
finding_wrong = { $subject }: WRONG: { $words }
warning = warning: { $words }
things_wrong =
    { $count ->
        [one] one thing is wrong, see above
       *[other] { $count } things are wrong, see above
    }

oxeye_not_asked = not asked, since PORT is 0
oxeye_not_running = none is running at { $url }
oxeye_silent = what listens at { $url } does not answer; if it is Oxeye, its log may say why
oxeye_stranger = what answers at { $url } is not Oxeye; are HOST and PORT right?
oxeye_demo = the demo is running at { $url }
oxeye_fine = running at { $url }, and accepts the operator token

store_of_demo = the demo has one of its own, which is deleted when the demo stops
store_not_writable = the Oxeye at { $url } cannot write it; its log says why
store_elsewhere = on the machine of { $url }, which can write it
store_of_another = there is none at { $path }, so the Oxeye at { $url } uses another one; run this in the folder where it runs, or with its DATABASE_PATH
store_not_in_use = { $path } is not the one that the Oxeye at { $url } uses; run this in the folder where it runs, or with its DATABASE_PATH
store_in_use = { $path } is fine, and in use by the Oxeye at { $url }
store_missing = there is none at { $path }; run this in the folder where Oxeye runs, or with its DATABASE_PATH (`oxeye serve` makes it at its first start)
store_taken = { $path } is in use by a process that does not answer at { $url }
store_old = { $path } is of an older version (schema { $found }, this one has { $known }) and will be migrated at the next start
store_fine = { $path } is fine
store_read_only = cannot write { $path }; the user who runs Oxeye must be able to
store_folder_read_only = cannot write in the folder { $path }
store_not_found = cannot look for { $path }

discord_off_in_demo = off, as always in the demo
discord_off = off, since DISCORD_TOKEN is not set
discord_off_there = off, since the running Oxeye has no DISCORD_TOKEN
discord_token_of = DISCORD_TOKEN is that of the bot { $bot }
discord_not_in_demo = { $token }; the demo does not use it
discord_not_started = { $token }, but the running Oxeye was started without a DISCORD_TOKEN; restart it with that setting
discord_not_connected = { $token }, but the bot is not connected
# $state is a word of the log, such as "ready".
discord_bot = the running bot is { $state }
discord_unreachable = { $url } cannot be reached: { $reason }
discord_unknown_token = Discord does not know this DISCORD_TOKEN; copy it again from the developer portal
discord_odd_status = Discord answered { $status } when asked about the token
discord_odd_answer = Discord's answer cannot be read
discord_no_name = without a name
