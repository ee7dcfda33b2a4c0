# Every sentence that people read, in English. `de.ftl` has the same keys with the same arguments,
# which are listed in `src/sentences/`.

### Durations and lists

# A duration on its own, such as `2h`.
duration =
    { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }

# A duration after "for" or before "ago", where other languages inflect it.
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
and_more_with_all = ...and { $count } more; --all shows them
# At the end of names in one line.
plus_more = +{ $count } more

### The state of a server

state_online = online
state_starting = starting
state_down = down
state_quiet = quiet
state_stale = stale
state_awaiting_sync = waiting for the server to report
state_disconnected = disconnected

meaning_quiet = the Minecraft server has stopped reporting
meaning_awaiting_sync = no player list from it has been saved since Oxeye started
meaning_disconnected = no longer linked

players_online =
    { $count ->
        [0] nobody online
       *[other] { $count } online
    }
players_online_of_max = { $count }/{ $max } online
players_last_known =
    { $count ->
        [one] { $count } player last known
       *[other] { $count } players last known
    }
names_not_reported = names not reported
# In place of the name of one server: "3 online on all servers".
all_servers = all servers

# Discord shows $moment as "5 minutes ago".
last_heard = last heard from { $moment }
no_word_for = no word for { $duration }
nobody_shown = { $silence } - nobody is shown as online
down_since = down since { $moment }
down_for = down for { $duration }

### Who is on a server

# $players are names, each with a time such as "2 hours ago".
roster_joined = Joined: { $players }
# While nobody knows whether they are still online.
roster_last_known = Last known: { $players }
last_seen_heading =
    Last seen (within { $unit ->
        [days] { $count }d
        [hours] { $count }h
        [minutes] { $count }m
       *[seconds] { $count }s
    }):
last_seen_nobody = Nobody.
# $first to $last are the numbers of the players on one page of all.
page_of = { $first }–{ $last } of { $total }
# In a list of servers on the command line.
server_of_guild = { $server } (guild { $guild })
player_online = { $player } (for { $duration })
player_offline = { $player } ({ $duration } ago)

# Alt text of the picture.
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
overview_nobody = 0 players online
overview_players =
    { $count ->
        [one] { $count } player
       *[other] { $count } players
    }
# Where some of them are on several servers.
overview_different =
    { $count ->
        [one] { $count } player
       *[other] { $count } different players
    }
# $players is one of the two sentences above, $servers counts those on which somebody is.
overview_online =
    { $players } online on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    }
overview_nameless =
    { $count ->
        [one] plus { $count } whose name is not known
       *[other] plus { $count } whose names are not known
    }
# Where nobody else is online.
overview_only_nameless =
    { $count ->
        [one] { $count } player online whose name is not known
       *[other] { $count } players online whose names are not known
    }
board_last_seen = Last seen:
board_empty = No Minecraft server is linked here. `/oxeye connect` links one.
# In a menu, after the server's name.
choice_online = { $count } online

### Messages and buttons in Discord

updated = updated { $moment }

button_refresh = Refresh
button_show_all = Show all
button_previous = Previous
button_next = Next
button_disconnect = Disconnect
button_keep = Keep it
button_rotate_key = Issue a code
menu_open = Open a server
menu_open_some = Open a server (others: /oxeye status)

### Linking a server in Discord

# How a link code is used, wherever that is explained; $code may also be the word CODE. The agent works beside every
# server, also beside one that could have the mod.
link_with_mod = With the Oxeye Fabric mod 3.x, in the game as an operator: `/oxeye connect { $code }`
link_with_agent = With the agent, beside any server or proxy: `oxeye-agent connect { $code } --backend URL`

link_code =
    Link code for **{ $server }**: `{ $code }`
    • With the Oxeye Fabric mod 3.x, in the game as an operator:
    ```
    /oxeye connect { $code }
    ```
    • With the agent, which works beside any server or proxy, in that server's folder:
    ```
    oxeye-agent connect { $code } --backend URL
    ```
    URL is the address of this Oxeye, such as `https://oxeye.example.org`. The people who run this bot know it.
    The code works once and expires { $expires }. Anyone who has it can pose as this server, so keep it to yourself.
# For members who cannot do it themselves.
nothing_linked = No Minecraft server is linked here yet. Somebody with the **Manage Server** permission can link one with `/oxeye connect`.
nothing_linked_nor_watched = No Minecraft server is linked here yet. Somebody with the **Manage Server** permission can link one with `/oxeye connect`, or show one by its address, without installing anything, with `/oxeye watch`.
how_to_link =
    No Minecraft server is linked here yet.
    1. Here, someone with the **Manage Server** permission runs `/oxeye connect` with a name for the server and gets a link code.
    2. The code is used on the Minecraft server, in one of two ways:
    • { $with_mod }
    • { $with_agent }
    3. After that, `/oxeye status` shows who is online.
    URL is the address of this Oxeye. The people who run this bot know it, and where the mod and the agent are.
# Follows the sentence above.
how_to_watch = Or without installing anything: `/oxeye watch` with the address of the Minecraft server shows whether it is up and how many are on, and often who.
ask_disconnect = Disconnect **{ $server }**? Its key will stop working at once. Players who were on it remain visible for a while. If you link the same name again, the server keeps its history.
ask_unwatch = Stop watching **{ $server }**? Players who were on it remain visible for a while. If you watch an address or link a server under the same name, it keeps its history.
is_disconnected = **{ $server }** is disconnected. `/oxeye connect` links it again.
ask_rotate_key = Issue a code for a new key of **{ $server }**? The server stays linked. Its old key keeps working until 24 hours after the new one is first used. A new key that was never used, and one that was replaced earlier, stop working as soon as the code is used.
rotation_code =
    Code for a new key of **{ $server }**: `{ $code }`
    • With the Oxeye Fabric mod 3.x, in the game as an operator:
    ```
    /oxeye connect { $code }
    ```
    • With the agent: stop it, run this in that server's folder, and start it again:
    ```
    oxeye-agent connect { $code }
    ```
    The old key keeps working until 24 hours after the new one is first used.
    The code works once and expires { $expires }. Anyone who has it can pose as this server, so keep it to yourself.
no_key_to_rotate = Nothing reports for **{ $server }**, so it has no key. `/oxeye connect` links it.
is_kept = Nothing was changed.
is_named_already = **{ $server }** is called that already. Nothing was changed.
is_renamed = **{ $server }** is now called **{ $name }**. It keeps its history, and nothing has to be linked again.

bot_removed = Oxeye has been removed from this Discord server. Invite it again, then run the command again.
name_taken = A server called **{ $server }** is already linked here. Choose another name, or disconnect that one first with `/oxeye disconnect`.
name_in_use = Another server here is already called **{ $server }**, even if it is not linked right now. Choose another name, or rename that one first.
unknown_server = No server called **{ $typed }** is linked here. `/oxeye list` shows the linked servers.
server_gone = That server is no longer linked here. `/oxeye list` shows the linked servers.

### Watched addresses

# $facts are such as "Paper 1.21.11, 3/20 online".
found = Found there: { $facts }.
found_nothing =
    Nothing answers there yet; Oxeye keeps asking every { $seconds ->
        [one] second
       *[other] { $seconds } seconds
    }.
found_no_way_there =
    Oxeye cannot get there at the moment, because its DNS server or its network is failing; it keeps asking every { $seconds ->
        [one] second
       *[other] { $seconds } seconds
    }.
found_no_number = the number of players is hidden
found_no_names = Its answers do not name all players, so only their number is shown.
# $found are one or two of the three sentences above.
server_watched = { $server } is watched now. { $found }
# Where something else reports for the server.
address_watched = The address of { $server } is watched now, beside its plugin. { $found }
server_not_watched = { $server } is no longer watched. If you watch an address or link a server under the same name, it keeps its history.
address_not_watched = The address of { $server } is no longer watched. Its plugin goes on reporting.
watch_list_entry = { $server } at { $address }: { $facts }
watch_list_empty = No address is watched; `oxeye watch ADDRESS` shows a server without anything installed on it.
beside_a_plugin = beside its plugin
last_answer = last answer { $duration } ago
no_answer_yet = no answer yet
# Why the last question came to nothing.
unanswered_no_answer = nothing answers
unanswered_not_minecraft = something answers that is not a Minecraft server
unanswered_unknown_host = there is no host with this name
unanswered_forbidden = WATCH_ADDRESSES does not allow this address
unanswered_no_dns = the DNS server does not answer
unanswered_own_network = this machine cannot reach that network

# The states of a server that is watched and has no plugin.
state_awaiting_answer = waiting for an answer
meaning_awaiting_answer = nothing has answered at its address since Oxeye started
state_never_answered = has never answered
meaning_never_answered = nothing has ever answered at its address; is it the right one?
meaning_not_asked = Oxeye has stopped asking its address

# Why an address is not watched.
watch_no_address = Give the address of the server as players type it in Minecraft, such as mc.example.org or 203.0.113.7:25566.
watch_address_too_long = No address is that long; give it as players type it in Minecraft, such as mc.example.org.
watch_url = This is a web address; give only the host and, if there is one, the port, as players type them in Minecraft: mc.example.org or mc.example.org:25566.
watch_malformed = This is not the address of a server; give it as players type it in Minecraft, such as mc.example.org or 203.0.113.7:25566.
watch_odd_ip = This is an unusual way to write an IP address; write it as 203.0.113.7, or as 2001:db8::7, which needs brackets before a port: [2001:db8::7]:25566.
watch_port = This is not a port; a port is a number from 1024 to 65535.
watch_low_port = Ports below 1024 belong to other services and are never asked; Minecraft usually has 25565, and Bedrock 19132.
watch_not_public = This address is not on the public internet, and this Oxeye does not watch such addresses; give the public address of the server, or ask the people who run Oxeye to allow them with `WATCH_ADDRESSES`.
watch_no_machine = This is a special IP address that no server can have; give the address of the server as players type it in Minecraft, such as mc.example.org or 203.0.113.7:25566.
watch_leads_inside = This name leads to an address that is not on the public internet, and this Oxeye does not watch such addresses; give the public address of the server, or ask the people who run Oxeye to allow them with `WATCH_ADDRESSES`.
watch_unknown_host = There is no host with this name; check the spelling.
watch_not_minecraft = Something answers at this address, but not as a Minecraft server does; check the host and the port.
watch_name_too_long = The name of a server has at most { $limit } characters, and this host has more; give the server a name of its own.
watch_name_taken = There is a server called { $server } already; give this one another name or, if the address belongs to that server, name it as the server.
watch_already = This address is watched already, as { $server }.
watch_has_address = An address of { $server } is watched already; stop watching that one first.
watch_full_here =
    { $limit ->
        [one] One address is watched here already, and WATCH_PER_GUILD allows no more; stop watching it first.
       *[other] { $limit } addresses are watched here already, and WATCH_PER_GUILD allows no more; stop watching one of them first.
    }
watch_full =
    { $limit ->
        [one] This Oxeye watches one address already, and WATCH_TOTAL allows no more.
       *[other] This Oxeye watches { $limit } addresses already, and WATCH_TOTAL allows no more.
    }
watch_both = Give a name for a new server, or the server that the address belongs to, but not both.
watch_too_many_tries = Too many addresses were tried here within a minute; try again in a minute.
watch_bot_removed = Oxeye has been removed from this Discord server, so nothing is watched for it.
watch_off = This Oxeye watches no addresses; the people who run it have turned that off with `WATCH_ADDRESSES`.
no_address_of = No address of { $server } is watched.

### Members and their players in Discord

# $member is a mention, $expires is shown as "in 24 hours".
member_asks = { $member } says: I am **{ $player }** on the Minecraft servers. Somebody with the **Manage Server** permission who knows that this is true can confirm it; the question expires { $expires }.
button_confirm_member = Confirm
button_reject_member = Reject
# $servers is a list such as "**lobby** and **survival**", $code is what is to be typed, and $expires is shown as "in 10 minutes".
member_code =
    Show in the game that you are **{ $player }**: join a server and type this in the chat.
    `{ $code }`
    Servers that take it: { $servers }. It works once, for **{ $player }** only, and expires { $expires }. If that fails, ask for a confirmation: somebody with the **Manage Server** permission who knows you can then say that it is true.
button_ask_moderators = Ask for a confirmation
member_proven = You are **{ $player }**: the code was typed by that player. With `/oxeye me ...` you can now see, hide or delete what Oxeye keeps about that player.
member_unauthenticated = **{ $player }** has typed the code, but on a server that does not check accounts, or the name has belonged to another account here, so it could have been somebody else. Somebody with the **Manage Server** permission who knows you can confirm it instead.
# $moderator is a mention, too.
member_is_linked = { $member } is **{ $player }**, as { $moderator } has confirmed. With `/oxeye me ...` they can now see, hide or delete what Oxeye keeps about that player.
member_rejected = { $member } was not linked to a player.
member_unlinked = You are no longer linked to **{ $player }**.
member_unlinked_shown = You are no longer linked to **{ $player }**, who is shown to everybody here again.
member_hidden = **{ $player }** is hidden here: not named in lists, boards and pictures. Numbers of players still count you.
member_shown = **{ $player }** is shown here like everybody else.
hidden_until_shown = `/oxeye me show` shows you again.
presence_hidden = What you do in Discord is hidden here: you are in no ranking and on no list of who is in voice, and nobody is shown that they played with you. Your sessions are still kept, and `/oxeye presence mine` shows them to you.
presence_shown = What you do in Discord is shown here as for everybody else who has joined.
presence_still_hidden = What you do in Discord stays hidden. `/oxeye me show` ends that.
member_data = Everything that Oxeye keeps about you in this Discord server is in the file.
ask_forget_me = Forget all of this in this Discord server? It cannot be undone.
ask_forget_member = **{ $player }**: sessions, playtime, and what they did in the game. The link to you goes, too; if **{ $player }** hides, that ends. Whoever plays again is recorded again, as somebody new.
ask_forget_presence = What you did in Discord: voice, games, streams and music. Nothing more of it is kept until you join again with `/oxeye presence join`.
button_forget_member = Forget everything
member_forgotten =
    Oxeye has forgotten **{ $player }** here, with { $sessions ->
        [one] { $sessions } session
       *[other] { $sessions } sessions
    }, and you are no longer linked.
presence_forgotten = Oxeye has forgotten what you did in Discord here. What also belongs to another Discord server where you joined stays until you leave there, too.
member_forgotten_elsewhere = Messages that are in Discord already, and earlier backups, stay.
member_forgotten_later = The last copies of the name are overwritten as soon as a running backup or export has finished.

not_linked = You are not linked to a player here. `/oxeye me link` begins that.
nothing_to_hide = There is nothing to hide: you are not linked to a player here (`/oxeye me link`), and you have not joined those whose sessions in Discord are kept (`/oxeye presence join`).
nothing_kept = Oxeye keeps nothing here that belongs to you. If you play on a server here, say who you are with `/oxeye me link`.
player_unknown_here = No player called **{ $player }** can be linked to you: no Minecraft server here has seen one, or another member is linked to them. Play there first, or check the spelling. If somebody else is linked to your player, ask whoever runs this bot.
member_taken = You are linked to **{ $player }** already. `/oxeye me unlink` ends that.
player_taken = Another member is linked to **{ $player }**. If that is wrong, somebody with the **Manage Server** permission can ask them to unlink, or ask whoever runs this bot.
player_name_invalid = No player can have this name.
member_code_over = This code no longer counts. `/oxeye me link` gives you another one.
member_own_request = You cannot confirm your own question. Somebody else with the **Manage Server** permission has to, or you type a code in the game if a server here passes codes on.
member_request_expired = This question has expired. Type `/oxeye me link` again.
member_request_replaced = This question no longer counts: the member has asked another one since.
member_request_answered = This question has been answered already: the member is linked to a player.
member_asked_too_often = You have asked often enough for now. You can ask again { $until }.

### The command line: members

no_members = No member of a Discord server is linked to a player.
# The ids are Discord's.
member_entry = guild { $guild }: member { $member } is { $player } (for { $duration })
member_entry_hidden = { $entry }, hidden for { $duration }
member_entry_proven = { $entry }, proven by a code in the game
# $moderator is an id, too.
member_entry_confirmed = { $entry }, confirmed by { $moderator }
member_unlinked_by_operator = member { $member } is no longer linked to { $player }, who does not hide any more
ask_forget_account = Forget member { $member } in all guilds, with all their sessions in Discord? This cannot be undone. [y/N]
account_forgotten =
    member { $member } is forgotten, with { $sessions ->
        [one] { $sessions } session
       *[other] { $sessions } sessions
    } in { $guilds ->
        [one] { $guilds } guild
       *[other] { $guilds } guilds
    }
account_unlinked =
    { $players ->
        [one] It is no longer linked to { $players } player, whom "oxeye forget" deletes
       *[other] It is no longer linked to { $players } players, whom "oxeye forget" deletes
    }
account_wiped_later = Copies in unused parts of the files are overwritten later, usually within two hours.

### The fleet in Discord

fleet_title = Fleet
# $servers are those that are starting, running, idle or stopping, $max is the most at once.
fleet_counts =
    { $servers } of { $max ->
        [one] { $max } server
       *[other] { $max } servers
    }, { $players ->
        [one] { $players } player
       *[other] { $players } players
    }
fleet_starts_none = No new servers can be started right now.
fleet_empty = Nobody has a server right now.
fleet_silent = The fleet does not answer right now. Please try again in a minute.
# The states of a server of the fleet.
slot_starting = starting
slot_running = running
slot_idle = idle
slot_stopping = stopping
slot_stopped = stopped
slot_failed = failed
slot_deleting = being deleted
# Discord shows $moment as "5 minutes ago".
slot_last_active = last used { $moment }

### Players over time

range_days =
    { $days ->
        [one] today
       *[other] the last { $days } days
    }
range_all = all time
# $day is 0 for Monday.
weekday =
    { $day ->
        [0] Monday
        [1] Tuesday
        [2] Wednesday
        [3] Thursday
        [4] Friday
        [5] Saturday
       *[other] Sunday
    }
weekday_short =
    { $day ->
        [0] Mon
        [1] Tue
        [2] Wed
        [3] Thu
        [4] Fri
        [5] Sat
       *[other] Sun
    }
date =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[other] Dec
    } { $year }
chart_together = All servers together
chart_numbers = Average { $average } · peak { $peak } ({ $when })
chart_nobody = Nobody was on
chart_record = record { $record } ({ $when })
chart_usual =
    { $count ->
        [0] Usually nobody is on at this time.
        [one] Usually { $count } player is on at this time.
       *[other] Usually { $count } players are on at this time.
    }
chart_best = Best time to come on: { $day }, { $from }:00–{ $to }:00 (about { $count }).
chart_usual_unknown = It takes { $days } days of data to say how many are usually on.
chart_unknown = Nothing is known about this time.
chart_zone = Days and hours in { $zone }
chart_alt = Players over time, { $place }, { $range }.
# $hours is a list of what chart_hour says.
chart_busiest = Busiest single hours of the week: { $hours }.
history_title = On at { $when } ({ $zone })
history_server = { $server } ({ $count }): { $players }
history_nameless = { $server } ({ $count })
history_nobody = { $server }: nobody
history_unknown = { $server }: nothing is known about that time
history_nothing = Nothing is known about that time.
history_begins = The first session began on { $date }.
no_moment = I cannot read that time. Write it like `2026-11-29 20:15`, `29.11.2026 20:15`, `yesterday 20:15`, `20:15` or `2h ago`.
moment_in_future = That time is in the future. Choose one in the past.
# The words in the picture have little room.
picture_average = average
picture_peak = peak
picture_record = record
picture_unknown = nothing known
picture_week = Usually on
picture_best = the best time to come on
month_short =
    { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[other] Dec
    }
# $month is what month_short says.
day_of_month = { $day } { $month }
button_days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
button_all_time = All time
chart_hour = { $day } { $hour }:00 ({ $count })

### One player, and who has most

# $what is the word of a leaderboard, or a counter as an operator has called it.
ranked_by =
    { $what ->
        [playtime] playtime
        [visits] visits
       *[other] { $what }
    }
visits =
    { $count ->
        [one] { $count } visit
       *[other] { $count } visits
    }
ranking_title = Top · { $what } · { $range } · { $place }
ranking_place = { $place } { $player } · { $amount }
ranking_nobody = Nobody so far.
ranking_own = Your place: { $place } of { $count } · { $amount } ({ $player })
ranking_zone = Days in { $zone }
ranking_of_one_server = It is not known on which server this happened: { $counter }. Leave out `server` to see all servers together.
ranking_no_own = You are not on this leaderboard. Either you have nothing here yet, or you are not linked to your player (`/oxeye me link` does that), or you hide (`/oxeye me show` ends that).
unknown_ranking = There is no leaderboard of { $typed }. There are leaderboards of { $known }.
# At the end of a list of leaderboards.
others =
    { $count ->
        [one] { $count } other
       *[other] { $count } others
    }
button_own_place = My place
button_top = Leaderboard
button_notify = Notify me
# $ago is "25 minutes ago".
player_on = { $dot } on { $server }, joined { $ago }
player_off = { $dot } last seen on { $server } { $ago }
player_first_seen = First seen { $date }
player_played = Today { $today } · this week { $week } · in all { $total }
player_place = Place { $place } of { $count } by playtime
player_visits = { $visits } · the longest { $longest }
player_deaths =
    { $count ->
        [one] { $amount } death
       *[other] { $amount } deaths
    }
player_advancements =
    { $count ->
        [one] { $amount } advancement
       *[other] { $amount } advancements
    }
# $parts are such as "12 deaths · 34 advancements".
player_did_lately = { $parts } in the last 30 days
player_imported = From before Oxeye: { $duration }
player_together = { $player } on all servers together
player_alt = Playtime of { $player } in the last { $days } days:
player_alt_day = { $date }: { $duration }
player_alt_nothing = none
nobody_called_here = Nobody called **{ $player }** is known here. Check the spelling.

### Counters in Discord

# $channel is a link to the channel, $shown what it shows now, $placeholders and $example are written as they are typed.
counter_in_status = The status of { $channel } shows **{ $shown }** from now on and follows the numbers; a change can take about a minute.
counter_in_name =
    The name of { $channel } becomes **{ $shown }** as soon as Discord allows it, and follows the numbers within a few minutes: Discord lets a name change only twice in 10 minutes.
    `/oxeye counter off` gives the channel its old name back.
counter_off_status = { $channel } has no counter any more. Its status will be empty in a moment.
counter_off_name = { $channel } has no counter any more. It gets its name **{ $name }** back as soon as Discord allows another change, which can take 10 minutes.
no_counter = { $channel } has no counter.
no_counter_but = { $channel } has no counter. These have one: { $channels }.
counter_needs_voice = A counter needs a voice channel or a stage channel.
too_many_counters = There are { $count } counters here, which is the limit. `/oxeye counter off` makes room.
template_without_placeholder = That text would never change. It needs at least one of { $placeholders }, for example `{ $example }`.
template_too_long = That text has more than { $limit } characters, which is the longest that the name of a channel can be.
template_unknown_placeholder = `{ $typed }` stands for nothing. These can be replaced: { $placeholders }
counter_blocked = I can no longer keep the counter of { $channel } up to date: Discord refuses it. In that channel I need the permissions **View Channel**, **Connect** and **Manage Channels**, and **Set Voice Channel Status** for its status. I keep trying for 7 days.
counter_given_up_permission = I have given up the counter of { $channel }: I have lacked the permissions for 7 days. `/oxeye counter set` starts it again.
counter_given_up_refused = I have given up the counter of { $channel }: Discord does not accept its text. `/oxeye counter set` starts it again, perhaps with other words.

### Alerts in Discord

# $time is shown as a clock, $ago as "5 minutes ago".
alert_down = 🔴 **{ $server }** has been down since { $time } ({ $ago }).
alert_silent = 🔴 **{ $server }** is probably down: nothing has been heard of it since { $time } ({ $ago }).
alert_up = 🟢 **{ $server }** has been back up since { $time } (it was down for { $duration }).
alert_record =
    🏆 New record on **{ $server }**: { $players ->
        [one] { $players } player
       *[other] { $players } players
    } at once, at { $time }. The old record was { $before }, on { $date }.
alert_test = 🔔 This is a test, sent at { $time }. I post here when **{ $server }** goes down and when it is back up.
alert_test_all = 🔔 This is a test, sent at { $time }. I post here when a server goes down and when it is back up.
alert_set = I'll post in { $channel } when **{ $server }** has been down for a minute, and when it is back up. `/oxeye alerts test` posts a test there.
alert_set_all = I'll post in { $channel } when a server has been down for a minute, and when it is back up. `/oxeye alerts test` posts a test there.
alert_notifies = { $role } is notified each time.
alert_cannot_notify = { $role } is mentioned each time, but not notified: allow everybody to mention the role in its settings, or give me the permission **Mention \@everyone, \@here, and All Roles** there.
alert_also_visits = I'll also post who joins and who leaves: at most one message every 30 seconds, which notifies nobody. Players who hide are left out.
alert_also_records = I'll also post when more players are on at once than ever before.
alert_also_newcomers = I'll also welcome players who join for the first time.
alerts_off =
    { $count ->
        [one] The alert in { $channel } is off.
       *[other] { $count } alerts in { $channel } are off.
    }
alert_tested = I have posted a test: { $link }
alert_on_its_way = The test is not in { $channel } yet: Discord is slow right now. I'll keep trying.
alert_blocked = I can't post alerts in { $channel }: I need the permissions **View Channel** and **Send Messages** there (in threads: **Send Messages in Threads**). I keep trying to post each alert for 6 hours.
alert_thread_locked = I can't post alerts in { $channel }: the thread is locked. Unlock it, or choose another channel with `/oxeye alerts set`.
alert_refused = I can't post alerts in { $channel }: Discord refuses them (error { $code }). I keep trying to post each alert for 6 hours. If it goes on, choose another channel with `/oxeye alerts set`.
alert_channel_deleted = The channel { $channel } was deleted, so its alerts are gone. To get them in another channel, use `/oxeye alerts set`.
# $players is one name or several, $count how many.
visits_joined =
    📥 { $players } { $count ->
        [one] is
       *[other] are
    } now on **{ $server }** ({ $time }).
visits_left =
    📤 { $players } { $count ->
        [one] has
       *[other] have
    } left **{ $server }** ({ $time }).
visits_new =
    👋 { $players } { $count ->
        [one] is
       *[other] are
    } on **{ $server }** for the first time ({ $time }). Welcome!
visits_more = { $count } more
visits_elsewhere = ...and { $count ->
        [one] one more player
       *[other] { $count } more players
    }.
alert_list = These channels have alerts:
alert_list_empty = No channel has an alert yet. Use `/oxeye alerts set` to set one.
alert_line = { $channel }, { $servers }: { $topics }
alert_all_servers = all servers
topic_outages = outages
topic_visits = who joins and leaves
topic_records = records
topic_newcomers = first visits
no_alert = There is no alert in { $channel }.
no_alert_but = There is no alert in { $channel }. These channels have one: { $channels }.
too_many_alerts = There are already { $count } alerts here, which is the limit. `/oxeye alerts off` makes room.
not_for_alerts = I can't post alerts in { $channel }. Choose a text, announcement, voice or stage channel, or a thread.
alert_not_accepted = Discord does not accept an alert in { $channel } (error { $code }). Choose another channel, or try again later.
# On the command line. $channel is an id.
no_alerts = No channel of this guild has an alert.
alert_entry = { $number }: channel { $channel }, { $server } (for { $duration })
alert_entry_all = { $number }: channel { $channel }, all servers (for { $duration })
alert_entry_stopped = { $entry }, ended: the channel was deleted
alert_entry_blocked = { $entry }, refused by Discord
alert_removed = alert { $number } is off
alert_test_without_bot = the bot is off (DISCORD_TOKEN is not set); it posts a test of alert { $number } once it is on
alert_test_queued = the bot posts a test of alert { $number } as soon as it can
alert_not_everyone = An alert cannot notify everyone. Choose another role, or none.
local_guild_has_no_channels = guild 0 is local, without Discord, so it has no channels

### Notices in Discord

# The member asked to be told.
notice_came_on = **{ $player }** is now on **{ $server }**.
# The same in a direct message, with the name of the Discord server.
notice_came_on_in = **{ $player }** is now on **{ $server }** ({ $guild }).
notice_added = I'll send you a direct message when **{ $player }** comes online, at most once every 30 minutes. To stop that, press the button below the message or use `/oxeye notify remove`. If you don't accept direct messages from this server, use `/oxeye notify add` with `channel`.
notice_added_with_channel = I'll send you a direct message when **{ $player }** comes online, at most once every 30 minutes. If you don't accept direct messages, I'll mention you in { $channel } instead. To stop that, press the button below the message or use `/oxeye notify remove`.
notice_removed = You won't be notified any more when **{ $player }** comes online.
notice_was_removed = This notification is already off, or it is not yours.
ask_forget_notices =
    { $count ->
        [one] The player you are notified about. You won't be notified any more.
       *[other] The { $count } players you are notified about. You won't be notified any more.
    }
notices_forgotten =
    { $count ->
        [one] Your notification about a player is deleted.
       *[other] Your notifications about { $count } players are deleted.
    }
notice_list = You are notified when these players come online:
notice_list_empty = You have no notifications. `/oxeye notify add` sets one up.
notice_entry_refused = { $entry } – not delivered
notice_entry_ended = { $entry } – turned off
# Below the list, once.
notices_refused = Not delivered: allow direct messages from this server, or use `/oxeye notify add` again with `channel`.
notices_ended = Turned off after 3 messages that could not be delivered: `/oxeye notify add` turns a notification on again.
button_end_notice = Turn off
notice_unknown_player = No Minecraft server here has seen a player called **{ $player }**. Check the spelling.
notice_exists = You are already notified when **{ $player }** comes online. `/oxeye notify remove` turns that off.
too_many_notices = You already have { $count } notifications here, which is the limit. `/oxeye notify remove` makes room.
too_many_notices_of_guild = The members here already have { $count } notifications together, which is the limit.
too_many_notices_in_all = This bot has as many notifications as it can handle. Please try again another day.
no_notice = You have no notification about a player of that name. `/oxeye notify list` shows yours.
# On the command line.
notice_in_closed_channel = You cannot write in { $channel }, so I won't mention you there. Choose another channel.
no_notices = No member of this guild is notified when a player comes online.
notice_line = { $number }: member { $member } is notified about { $player } (for { $duration })
notice_ended_by_operator = notification { $number } is off

### Boards in Discord

board_posted = The board is here: { $link }. I edit it whenever something on it changes. `/oxeye board off` removes it.
board_renewed = This channel already has a board of the same servers: { $link }. It now has the options that you chose.
board_on_its_way = The board in { $channel } is on its way: Discord is slow right now, and I keep trying.
board_posted_later = I'll post the board in { $channel } { $time }. I edit the boards of a channel at most 4 times a minute, because Discord refuses more.
board_renewed_later = This channel already has a board of the same servers: { $link }. The options that you chose apply there { $time }. I edit the boards of a channel at most 4 times a minute, because Discord refuses more.
boards_removed =
    { $count ->
        [one] The board in { $channel } has been removed.
       *[other] { $count } boards in { $channel } have been removed.
    }
board_messages_left =
    { $count ->
        [one] Discord did not let me delete its message. It stays as it is until somebody deletes it.
       *[other] Discord did not let me delete { $count } messages. They stay as they are until somebody deletes them.
    }
no_board = There is no board in { $channel }.
no_board_but = There is no board in { $channel }. These channels have one: { $channels }.
too_many_boards = There are { $count } boards here, which is the limit. `/oxeye board off` makes room.
not_for_boards = There can be no board in { $channel }. Choose a text, announcement, voice, stage or forum channel, or a thread.
channel_gone = That channel no longer exists.
thread_is_locked = { $channel } is locked, so I cannot write there. Unlock it, or choose another channel.
forum_needs_tag = Posts in { $channel } need a tag, which I cannot choose. Change that in the settings of the forum, or create a post yourself and run `/oxeye board post` in it.
board_not_accepted = Discord does not accept a board in { $channel } (error { $code }). Choose another channel, or try again later.
missing_permissions =
    { $count ->
        [one] I lack a permission in { $channel }: { $permissions }. Give it to me there, and run the command again.
       *[other] I lack permissions in { $channel }: { $permissions }. Give them to me there, and run the command again.
    }
refused_despite_permissions = Discord does not let me do that in { $channel }, although I seem to have the permissions for it: { $permissions }. Check them in that channel, and whether I am timed out. Then run the command again.
# The names are those in Discord's settings.
permission_name =
    { $permission ->
        [view_channel] View Channel
        [send_messages] Send Messages
        [send_messages_in_threads] Send Messages in Threads
        [embed_links] Embed Links
        [attach_files] Attach Files
        [read_message_history] Read Message History
        [connect] Connect
        [manage_channels] Manage Channels
        [set_voice_channel_status] Set Voice Channel Status
       *[other] { $permission }
    }

### Members' sessions in Discord

# What is kept of members, in a list such as "voice, games and Spotify".
presence_kind =
    { $kind ->
        [voice] voice
        [screen_share] screen share
        [camera] camera
        [game] games
        [streaming] streams
       *[spotify] Spotify
    }
# What a session says, depending on what is kept.
presence_detail =
    { $what ->
        [channel] the channel
        [game] the game with the text that it shows
        [stream] the stream with the text that it shows
       *[track] the track
    }
# What members type for every kind, and for none.
presence_all = all
presence_none = off

presence_off = The operator of this bot has turned off keeping what members do in Discord.
presence_not_set_up = Nothing of what members do is kept here. Somebody with **Manage Server** can change that with `/oxeye presence setup`.
presence_set_up =
    I keep sessions of members who run `/oxeye presence join`, and nothing of anybody else: { $kinds }. Each says when it began and ended, and { $details }. Each is deleted after { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
    `/oxeye presence leave` deletes a member's sessions at once; `/oxeye presence setup` with `off` deletes those of everybody. What is added later is kept only of members who then run `/oxeye presence join` again.
presence_choose_kinds = Nothing of what members do is kept here. These can be kept, only of members who run `/oxeye presence join`: { $kinds }. Name some of them as `kinds`, or `all`.
presence_unseen = The sessions kept so far stay, but there are no new ones while the operator of this bot lets it see only voice channels: { $kinds }.
presence_not_seen = Not kept, because the operator of this bot lets it see only voice channels: { $kinds }.
presence_only_voice = The operator of this bot lets it see only voice channels, so only these can be kept: { $kinds }.
presence_switched_off = I no longer keep what members do here. All of it is deleted, nobody is joined any more, and it is no longer known who of them hid.
presence_was_off = Nothing of what members do is kept here, so there was nothing to delete.
presence_unknown_kind = I cannot keep `{ $typed }`. I can keep: { $kinds }. `all` stands for all of them, `off` for none.
presence_joined =
    From now on I keep your sessions here: { $kinds }. Each says when it began and ended, and { $details }. Each is deleted after { $days ->
        [one] { $days } day
       *[other] { $days } days
    }. `/oxeye presence top` shows other members sums of them, who is in which voice channel now, and who streamed how long, and `/oxeye presence mine` may name you to them under "Played together with".
    `/oxeye presence leave` deletes all of them at once.
presence_can_hide = You do not hide from the other members, even if you once did. `/oxeye me hide` hides you.
presence_joined_already =
    You have already joined. I keep your sessions here: { $kinds }. Each is deleted after { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
    `/oxeye presence leave` deletes all of them at once.
presence_joined_more =
    From now on I also keep these sessions of yours: { $new }. Altogether I keep here: { $kinds }. Each is deleted after { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
    `/oxeye presence leave` deletes all of them at once.
presence_left = All your sessions here are deleted, and I keep no more of them.
presence_wiped_later = Nobody can see them any more, but copies in unused parts of the file are overwritten only later, usually within two hours.
presence_just_deleted = Sessions were deleted here a moment ago. You can drop more kinds { $until }.
presence_just_left = You left a moment ago. You can join again { $until }.
presence_had_not_joined = You have not joined here, so nothing of what you do is kept.

presence_range =
    { $days ->
        [1] in the last 24 hours
       *[other] in the last { $days } days
    }
presence_mine = Your sessions here { $range }:
# $parts are names with durations, such as "Minecraft 3h 20m".
presence_mine_kind = • **{ $kind }**: { $duration } ({ $parts })
presence_mine_now = Now: { $sessions }
presence_mine_together = Played together with: { $members }
presence_mine_nothing = You have no sessions here { $range }.
presence_mine_not_agreed = Since you joined, more is kept here, but not of you: { $kinds }. If you want that, too, run `/oxeye presence join` again.
presence_part = { $name } { $duration }
presence_session_now =
    { $kind ->
        [voice] in { $name }
        [screen_share] sharing the screen in { $name }
        [camera] camera on in { $name }
        [game] playing { $name }
        [streaming] streaming { $name }
       *[spotify] listening to { $name }
    } (for { $duration })

presence_top = **{ $what } { $range }**: { $duration } by { $members ->
        [one] { $members } member
       *[other] { $members } members
    }
presence_top_figure =
    { $name }: { $duration }, { $members ->
        [one] { $members } member
       *[other] { $members } members
    }
presence_top_nothing = { $what }: nothing { $range }. Only members who ran `/oxeye presence join` count.
# $kinds are what is kept.
presence_top_not_kept = { $what }: not kept here. These are kept, of members who ran `/oxeye presence join`: { $kinds }.
presence_what =
    { $what ->
        [voice] Voice channels
        [screen_share] Shared screens
        [camera] Cameras
        [game] Games
        [streaming] Streams
       *[spotify] Artists on Spotify
    }
presence_in_voice = **{ $members ->
        [one] { $members } member
       *[other] { $members } members
    } in voice**, of those who joined:
presence_in_voice_member = { $member } in { $channel } for { $duration }
presence_in_voice_nobody = Nobody who joined is in voice.

### Settings of a guild

setting_time_zone = Time zone
setting_language = Language
setting_last_seen = Last seen
setting_retention = Keep sessions
setting_shown = Shown to members
setting_default = { $value } (Oxeye's default)
language_english = English
language_german = German
language_of_discord = as in Discord
hours_long = { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
hours_of_most = { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    } (at most { $most })
days_long = { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
days_of_most = { $count ->
        [one] { $count } day
       *[other] { $count } days
    } (at most { $most })
kept_for_ever = for ever
shown_heads = heads
shown_playtime = playtime
shown_rankings = rankings
shown_history = history
shown_nothing = no heads, playtime, rankings or history

setting_unknown = There is no setting { $setting }. The settings are { $settings }.
zone_unknown = There is no time zone { $zone }. Time zones are written like Europe/Berlin or UTC.
zone_unknown_but = There is no time zone { $zone }. Did you mean { $near }?
language_unknown = Oxeye does not speak { $language }, only { $languages }.
last_seen_out_of_range = "Last seen" takes a whole number of hours, from 1 to { $most }.
retention_out_of_range = Sessions are kept for a whole number of days, from 1 to { $most }.
shown_unknown = Members cannot be shown { $part }, only { $parts }.
turned_off_here = That is turned off here. Somebody with the **Manage Server** permission can turn it on with `/oxeye settings`.

about_settings = Set the time zone, the language and what members see (needs Manage Server).
settings_title = **Settings**
settings_hint = Changes take effect at once. The language is for what everybody sees; what only one member sees is in that member's language.
option_other = Other...
modal_zone = Time zone, such as Europe/Berlin
modal_days = Days from 1 to { $most }
ask_fewer_days = Keep sessions for only { $days ->
        [one] { $days } day
       *[other] { $days } days
    }? { $count ->
        [0] None is older yet. From now on, each is deleted once it is that old,
        [one] **{ $count }** session is older. It is deleted within the hour,
       *[other] **{ $count }** sessions are older. They are deleted within the hour,
    } together with the record of when servers were up or down at the time. This cannot be undone.
button_fewer_days = Keep fewer days
button_back = Back

settings_of_guild = Settings of guild { $guild }:
settings_local = Settings of the local servers:
setting_needs_value = write a setting and its value like { $example }
ask_shorter_retention = This keeps sessions for only { $days ->
        [one] { $days } day
       *[other] { $days } days
    }: { $count ->
        [0] none is older yet, but from now on each is deleted once it is that old.
        [one] { $count } session is older and is deleted within the hour.
       *[other] { $count } sessions are older and are deleted within the hour.
    } It cannot be undone. Go on? [y/N]
settings_unchanged = nothing was changed

### What can go wrong in Discord

guild_only = This works only in a Discord server.
old_button = This button is out of date. Run the command again.
needs_manage_server = You need the **Manage Server** permission for that.
command_needs_manage_server = You need the **Manage Server** permission for `/{ $command }`.
just_refreshed = That was refreshed a moment ago. Try again in a few seconds.
turned_too_fast = That was too fast. Press the button again.
old_command = This command is out of date. Try again in a minute.
our_fault = Sorry, something went wrong on our side. If it keeps happening, give this reference to the people who run this bot: `{ $reference }`.

### Descriptions of our commands and their options in Discord

# At the end of descriptions below, before the full stop. The list of commands goes without it.
manage_server_hint = (needs Manage Server)
about_oxeye = Who is on the Minecraft servers of this community.
about_status = Who is on a Minecraft server, and who was on recently.
about_status_server = Which server; leave it out to see the only one or all of them
about_list = The Minecraft servers linked here, and how many play on each.
about_connect = Link a Minecraft server to this community (needs Manage Server).
about_connect_name = What to call the server here
about_disconnect = Unlink a Minecraft server from this community (needs Manage Server).
about_rotate_key = Issue a code for a new key of a linked server (needs Manage Server).
about_rename = Give a Minecraft server another name here (needs Manage Server).
about_rename_name = The new name
about_watch = Show a Minecraft server by its address, with nothing installed there (needs Manage Server).
about_watch_address = The address as players type it, such as mc.example.org or 203.0.113.7:25566
about_watch_name = What to call the server here; leave it out to use the host
about_watch_server = The linked server that has this address; leave it out for a new one
about_unwatch = Stop watching the address of a Minecraft server (needs Manage Server).
about_help = The commands that you may use here.
about_server = Which server
about_fleet = The game servers of the fleet and who is on them.
about_chart = Players over time: average, peak, record, and when it is best to come on.
about_chart_server = Which server; leave it out to see all of them together
about_chart_range = How far back; 7 days unless you choose
about_history = Who was on at some time in the past.
about_history_time = For example: 2026-11-29 20:15, yesterday 20:15, 20:15, 2h ago
about_player = What is known about a player: on or last seen, playtime, place, visits.
about_player_name = The name of the player
about_top = Leaderboards: playtime, visits, and what players did, such as deaths.
about_top_what = What counts; playtime unless you choose
about_top_range = The time that counts; this week unless you choose
about_top_server = Which server; leave it out to count all of them together
about_me = Which player you are, and what Oxeye keeps about that player.
about_me_link = Link yourself to your player, by a code in the game or once a moderator confirms it.
about_me_link_name = Your name in the game
about_me_unlink = End the link between you and your player.
about_me_hide = Hide your player and what you do in Discord from lists and pictures here.
about_me_show = Show your player and what you do in Discord again.
about_me_data = Get everything that is kept about you and your player here, as a file.
about_me_forget = Delete everything that is kept about you and your player here.
about_counter = Show how many players are on in a voice channel (needs Manage Server).
about_counter_set = Keep a channel's status or name at a text with numbers (needs Manage Server).
about_counter_set_channel = Which voice channel
about_counter_set_template = What to show, for example { $example }
about_counter_set_server = Which server; leave it out to count all of them
about_counter_off = Turn off the counter of a channel and restore the channel (needs Manage Server).
about_alerts = Post when a server goes down and when it is back up (needs Manage Server).
about_alerts_set = Post in a channel when a server goes down and when it is back up (needs Manage Server).
about_alerts_set_channel = Where to post
about_alerts_set_server = Which server; leave it out for all of them
about_alerts_set_role = Who is notified; leave it out to notify nobody
about_alerts_set_visits = Also say who joins and leaves
about_alerts_set_records = Also say when more players are on than ever before
about_alerts_set_newcomers = Also welcome players who join for the first time
about_alerts_list = List the channels that have alerts (needs Manage Server).
about_alerts_off = Turn off the alerts of a channel (needs Manage Server).
about_alerts_off_channel = Which channel; leave it out to use this one
about_alerts_test = Post a test in the channel of an alert (needs Manage Server).
about_notify = Get notified when a player comes online.
about_notify_add = Get a direct message when a player comes online.
about_notify_add_name = The player's name in Minecraft
about_notify_add_channel = Where to mention you if you accept no direct messages
about_notify_remove = Stop being notified about a player.
about_notify_remove_name = The player's name in Minecraft
about_notify_list = List the players you are notified about.
about_board = Messages that always show who is on (needs Manage Server).
about_board_post = Post a message that always shows who is on (needs Manage Server).
about_board_post_server = Which server; leave it out to show all of them
about_board_post_channel = Where to post it; leave it out to use this channel
about_board_post_picture = Whether to show the heads of those who are on
about_board_off = Remove the board of a channel (needs Manage Server).
about_board_off_channel = Which channel; leave it out to use this one
about_presence = What members do in voice channels, games and on Spotify, if they want it kept.
about_presence_setup = Choose what is kept of members who join (needs Manage Server).
about_presence_setup_kinds = For example: voice, games, spotify. Or: all, off
about_presence_join = Have your own sessions in voice, games and on Spotify kept here.
about_presence_leave = Delete all of your own sessions here at once, and keep no more of them.
about_presence_mine = See your own sessions here. Only you see the answer.
about_presence_mine_range = How far back; 7 days unless you choose
about_presence_top = See what members who joined do most, or who of them is in voice now.
about_presence_top_what = What to show; unless you choose, games if they are kept

### Names that are not accepted

server_name_nothing_visible = A server name needs at least one visible character.
server_name_too_long = A server name can have at most { $limit } characters, but this one has more.
server_name_invisible = A server name cannot contain line breaks, control characters or invisible characters.
player_name_empty = A player name cannot be empty.
player_name_too_long = A player name can have at most { $limit } characters, but this one has more.
player_name_control_character = A player name cannot contain line breaks or other control characters.
player_name_spaces_at_ends = A player name cannot start or end with a space.

### The command line: which server, and the running Oxeye

no_server_linked = No server is linked yet; `oxeye link NAME` prints a link code, and `oxeye watch ADDRESS` shows a server with nothing installed on it.
linked_servers = Linked servers: { $servers }.
no_such_server = there is no server "{ $server }". { $linked }
which_spelling = "{ $name }" could be { $first } or { $second }; use the same capital letters
which_guild = several guilds have servers; choose one with --guild: { $guilds }
which_guild_of = several guilds have a server "{ $server }"; choose one with --guild, for example --guild { $first } or --guild { $second }
server_vanished = the server no longer exists

# $setting is PORT or OPERATOR_LISTEN.
port_is_zero =
    { $setting ->
        [OPERATOR_LISTEN] the port in OPERATOR_LISTEN
       *[other] PORT
    } is 0, which does not tell where the backend listens; set it to the port that the backend logged when it started
# $setting is PORT or OPERATOR_LISTEN.
port_of_oxeye =
    an Oxeye is already running at { $url }; stop it first, or set { $setting ->
        [PORT] PORT to another number
       *[other] { $setting } to another address
    }
port_in_use =
    another program is using port { $port }; set { $setting ->
        [PORT] PORT to another number
       *[other] { $setting } to another address
    }
cannot_listen =
    cannot listen on { $address } ({ $setting ->
        [PORT] HOST, PORT
       *[other] { $setting }
    }): { $why }
token_refused = the Oxeye at { $url } does not accept the operator token { $origin }; run this command in the folder where that Oxeye runs, or with its DATABASE_PATH
token_in_setting = from OPERATOR_TOKEN
token_in_file = in { $path }
token_file_fails = the operator token in { $path } cannot be used: { $why }
token_unusable = the operator token in { $path } is not usable (it is not shown here): a token of at least { $shortest } visible ASCII characters without blanks is expected; delete the file to have a new one made, or set OPERATOR_TOKEN
token_is_reader_token = READER_TOKEN is the same as the operator token, so its holders could change everything; choose another one
token_missing = there is no operator token at { $path }; run this in the folder where Oxeye runs, or with its DATABASE_PATH (`oxeye serve` makes the token when it starts)
strange_answer =
    { $url } answered { $status }, but not like an Oxeye backend; { $setting ->
        [OPERATOR_LISTEN] is OPERATOR_LISTEN
       *[other] are HOST and PORT
    } correct?
backend_silent = the Oxeye at { $url } does not answer; its log may say why
backend_not_running =
    no Oxeye is running at { $url }; start it with `oxeye serve`, or set { $setting ->
        [OPERATOR_LISTEN] OPERATOR_LISTEN
       *[other] HOST and PORT
    } to where it listens
answer_stopped = the backend stopped sending in the middle of its answer
answer_broke_off = the connection broke in the middle of the answer

no_such_command = there is no command `{ $typed }`; did you mean `{ $meant }`? `oxeye --help` lists all commands
no_such_option = there is no option `{ $typed }`; did you mean `{ $meant }`? Add `--help` to see all options
unknown_command = there is no command `{ $typed }`; `oxeye --help` lists all commands
unknown_option = there is no option `{ $typed }`; add `--help` to see all options
option_of_command = `{ $typed }` belongs after the command, as in `oxeye { $with_command }`
option_or_name = there is no option `{ $typed }`; if a name begins with `-`, write `--` before it, as in `oxeye player -- -Fern`
word_too_many = `{ $typed }` is one word too many; a name with spaces needs quotes around it. Add `--help` to see how the command is used
# $arguments is a list such as "`<NAME>`", $usage such as "`oxeye rename <SERVER> <NAME>`".
arguments_missing = { $arguments } { $count ->
        [one] is
       *[other] are
    } missing; use it like this: { $usage }
option_twice = `{ $option }` can be given only once
# $others is a list such as "`--off <NUMBER>`".
arguments_conflict = `{ $argument }` cannot be used together with { $others }
value_missing = `{ $option }` needs a value
option_takes_no_value = `{ $option }` takes no value, but `{ $typed }` is given
argument_not_utf8 = an argument contains characters that are not valid UTF-8
# $why is one of the sentences below.
value_not_accepted = `{ $typed }` is not accepted for `{ $argument }`: { $why }
form_of_time_zone = time zones are written like Europe/Berlin or UTC
form_of_range = a range is today, week, month, all, or a number of days from 1d to { $most }, such as 30d
form_of_ranked_range = a ranking covers today, week, month, or a number of days from 1d to { $most }, such as 3d
form_of_presence_kind = a kind is { $kinds }
form_of_guild_id = a guild id is a number such as 123456789012345678, or 0 for the local servers. Turn on Developer Mode in Discord (User Settings, Advanced), right-click the guild, and copy its ID
form_of_discord_id = it must be the id that Discord has for it, a number such as 234567890123456789. Turn on Developer Mode in Discord (User Settings, Advanced), right-click it, and copy its ID
form_of_limit = it must be a whole number, 1 or more
form_of_smaller_number = it is too large
form_of_days = it must be a whole number from 1 to { $most }
form_of_choice = it must be { $choices }

# Why the operating system could not do something.
system_not_found = there is no such file or folder
system_permission_denied = permission denied
system_already_exists = it exists already
system_is_folder = it is a folder
system_not_a_folder = a part of the path is not a folder
system_disk_full = the disk is full
system_read_only = the file system is read-only
system_refused = the connection was refused
system_closed = the other side has closed the connection
system_timed_out = there was no answer in time
system_unreachable = there is no way to that machine through the network
system_address_elsewhere = this machine does not have that address

cannot_read = cannot read { $path }
cannot_write = cannot write { $path }
file_exists = { $path } already exists; choose another name, or replace the file with --force
file_is_of_store = { $path } is one of the files in which Oxeye keeps its data, and no command overwrites those; choose another name
file_in_use = { $path } is in use by another program, perhaps by an Oxeye that has other settings; choose another name
file_is_special = { $path } exists and is not a file; choose another name

### The command line: what the running Oxeye refuses

refused_unknown_server = there is no server of that name in guild { $guild }; its servers are: { $servers }
refused_unknown_local_server = there is no local server of that name; the local servers are: { $servers }
refused_unknown_guild = guild { $guild } has no servers; these guilds have some: { $guilds }
refused_no_local_server = there is no local server; choose a guild that has servers with --guild: { $guilds }
refused_unknown_player = nothing is known about a player of that name
refused_unknown_member = no member of this id is linked to a player in this guild
refused_unknown_alert = there is no alert of this number in this guild
refused_too_many_alerts = the guild has { $limit } alerts already, which is the limit; --off turns one off
refused_notice_exists = this member is already notified about that player
refused_too_many_notices = this member already has { $count } notifications, which is the limit; --remove ends one
refused_too_many_notices_in_guild = the members of this guild already have { $count } notifications, which is the limit; --remove ends one
refused_too_many_notices_in_all = the members of all guilds already have { $count } notifications, which is the limit; --remove ends one
refused_unknown_notice = there is no notification of this number in this guild
refused_unknown_account = nothing is kept about a Discord account of this id
refused_not_joined = no user of that id has joined in that guild, so nothing of what they do in Discord is kept
refused_nobody_to_forget = nothing is known about a player of exactly that name
refused_similar_player = nothing is known about a player of exactly that name; did you mean "{ $player }"?
refused_name_taken = a server with this name is already linked; choose another name, or unlink that server first with `oxeye unlink`
refused_name_in_use = another server has this name, linked or not; choose another name, or rename or remove that server first
refused_no_key = nothing reports for this server, so it has no key; 'oxeye link' links it
refused_already_unlinked = this server is not linked, so there is no key to revoke
refused_deletes_sessions = that keeps fewer days of sessions than before and deletes { $count ->
        [one] { $count } session
       *[other] { $count } sessions
    } within the hour
refused_not_watched = no address of this server is watched

refused_not_an_export = this is not a file that `oxeye export` wrote: its first line is not that of an export
refused_export_version = these lines are of version { $found }, and this Oxeye reads versions { $oldest } to { $newest }
refused_line_too_long = line { $line } is longer than { $limit } bytes
refused_line = line { $line }: { $reason } Nothing from line { $first } on was imported; correct it and import the whole file again: what was imported is skipped
line_rounded_guild_id = a program such as jq or JavaScript may have rounded the guild id { $guild }; export again, or write the right id as a string ("guild_id":"{ $guild }" if it is this one), or name the guild of all servers with --guild
# $reason is English in both languages: it is the message of a parser.
line_not_usable = { $reason }
line_not_json = it is not JSON: the mistake is at byte { $column }
line_key_missing = `{ $key }` is missing
line_key_twice = `{ $key }` is there twice
line_word_unknown = `{ $sent }` is unknown; known are { $known }
line_kind_wrong =
    found { $sent } where { $wanted ->
        [text] a text
        [bool] true or false
        [list] a list
        [object] an object in braces
        [text_or_object] a text or an object in braces
        [count] a whole number from 0 on, within limits,
        [whole_number] a whole number
        [number] a number
       *[other] something else
    } belongs
line_session_times = a session needs joined_at <= seen_at <= left_at
line_session_in_future = the session is in the future; perhaps a clock is wrong
line_session_half_ended = a session has both left_at and ended, or neither while it is open
line_session_end = `ended` is none of { $known }
line_account_times = an account needs first_reported_at <= last_reported_at, and neither in the future
line_guild_id_too_large = programs round numbers above 2^53, so a guild id that large must be a string of digits
refused_body_incomplete = the file did not arrive completely; try again

refused_only_reader = with READER_TOKEN, commands may read, but neither change anything nor take backups and exports; use the operator token for this
refused_operator_api_elsewhere = the operator API is not at this address; OPERATOR_LISTEN says where it is
refused_unknown_route = the running Oxeye is of another version and does not know this command; restart it with the version of this one
refused_busy = Oxeye is busy; try again in a moment
refused_timed_out = Oxeye could not answer in time; try again
refused_stopping = Oxeye is stopping; try again when it runs again
refused_too_many_connections = Oxeye has too many open connections; try again in a moment
refused_too_many_large_requests = Oxeye is receiving too many large requests at once; try again in a moment
refused_too_many_copies = Oxeye is already making as many exports and backups as it can at once; try again when they are done
refused_store_not_writable = Oxeye cannot write to its store and has saved none of this; its log says why
refused_store_lost = Oxeye saves nothing now, because a file of its store was deleted, moved or changed while in use; its log says what to do
refused_activity_store_lost = Oxeye saves no activity now, because a file of its store of activity was deleted, moved or changed while in use; its log says what to do
refused_internal = something went wrong in Oxeye; its log says what
refused_request = the running Oxeye cannot do this: { $reason }
refused_body_too_large = that is more than the { $limit } bytes that the running Oxeye accepts at once
refused_url_too_long = that is too long for the running Oxeye

### The command line: linking, renaming, removing, forgetting

# `oxeye link` has already printed $code on a line of its own.
link_instructions =
    On the Minecraft server, within { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }:
      with the Oxeye Fabric mod 3.x, in the game as an operator:
        /oxeye connect { $code }
      with the agent, beside any server or proxy, in that server's folder:
        oxeye-agent connect { $code } --backend URL
    URL is the address at which that machine reaches Oxeye. On this machine it is { $url }
rotation_instructions =
    On the Minecraft server, within { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }:
      with the Oxeye Fabric mod 3.x, in the game as an operator:
        /oxeye connect { $code }
      with the agent: stop it, run this in that server's folder, and start it again:
        oxeye-agent connect { $code }
    The old key keeps working until 24 hours after the new one is first used.
server_unlinked = { $server } is unlinked. If you link the same name again, the server keeps its history.
server_renamed = { $server } is now called { $name }. It keeps its history, and nothing has to be linked again.
server_named_already = { $server } is called that already. Nothing was changed.

# Answers that mean yes, separated by spaces.
yes_words = y yes
needs_yes = nothing was done, since nobody can answer here. { $question } Repeat the command with --yes if you mean it.

ask_remove = Remove { $server } with its whole history, its key and its skins? This cannot be undone. [y/N]
nothing_removed = nothing was removed
server_removed =
    { $server } is removed, with { $sessions ->
        [one] { $sessions } session
       *[other] { $sessions } sessions
    } and { $players ->
        [one] { $players } player who was
       *[other] { $players } players who were
    } on no other server. Earlier backups and exports still contain them.
names_leave_later = The names will be erased from the store's files when the running backup or export has finished.

ask_forget = Forget { $player } on all servers of all guilds? This cannot be undone. [y/N]
nothing_forgotten = nothing was forgotten
other_names_forgotten = forgotten with the same account: { $names }
player_forgotten =
    { $player } is forgotten, with { $sessions ->
        [one] { $sessions } session
       *[other] { $sessions } sessions
    } on { $servers ->
        [one] { $servers } server
       *[other] { $servers } servers
    }. Earlier backups and exports still contain the name.
bytes_left = Bytes of what was deleted are still in the store's files, because a backup or an export is reading them or the disk is full. They are overwritten later, usually within an hour.
earlier_bytes_left = Bytes of an earlier deletion are still in the store's files. They are overwritten later, usually within an hour.

### The command line: figures

which_picture = which server should the picture show? { $linked }
picture_is_png = a picture is a PNG; give it a name that ends in .png instead of { $path }
picture_has_fewer_rows = The picture shows only the first { $rows } of these players.

nobody_called = nobody called { $player } has ever been on. { $linked }
player_on_server = { $player } on { $server }
times_of_zone = Time zone: { $zone }
never = never
seen_now = now, online for { $duration }
seen_at = { $time } ({ $duration } ago)
first_seen = first seen
last_seen = last seen
today = today
this_week = this week
this_month = this month
# Headings that say which days count, beside those that count the last 7 or 30 days.
week_since_monday = this week since Monday
month_since_first = this month since the 1st
last_days =
    { $days ->
        [one] last day
       *[other] last { $days } days
    }
in_all = in all
sessions = sessions
sessions_none = none
sessions_of_player = { $count }, the longest { $longest }, { $average } on average
imported = imported
imported_playtime = { $duration } from before Oxeye

top_heading = { $place }, { $range } (days in { $zone }):
top_empty = { $heading } nobody played.
top_page_empty =
    { $heading } { $players ->
        [one] there is only 1 player, so this page is empty.
       *[other] there are only { $players } players, so this page is empty.
    }
top_servers = { $servers } together
top_days =
    { $days ->
        [one] today
       *[other] the last { $days } days
    }
top_all = all time
session_count =
    { $count ->
        [one] { $count } session
       *[other] { $count } sessions
    }
player_formerly = { $player } (formerly { $names })
player_until = { $player } (until { $time })

no_session_of = a player called { $player } has no sessions. { $linked }
sessions_heading = { $whose }, newest first (times in { $zone }):
still_there = still online
older_sessions = ...and older ones; --limit shows more
end_left = left
end_server_stopped = server stopped
end_disconnected = server unlinked
end_missing_from_sync = gone at the next sync
end_stale = server silent, end estimated

uptime_heading =
    { $days ->
        [one] { $server }: up { $percent } % in the last 24 hours
       *[other] { $server }: up { $percent } % in the last { $days } days
    }
# $time is when the first report came, within the days that were asked about.
uptime_heading_since = { $server }: up { $percent } % since { $time }; nothing was recorded before
uptime_unknown =
    { $days ->
        [one] { $server }: nothing is known about the last 24 hours
       *[other] { $server }: nothing is known about the last { $days } days
    }
uptime_known = known for { $known }
uptime_partly_known = known for { $known }, nothing known for { $unknown }
uptime_outages =
    { $count ->
        [0] no outage
        [one] { $count } outage
       *[other] { $count } outages
    }
uptime_gaps = Nothing is known about:
uptime_until_now = until now
known_by_report = reported
known_by_probe = no answer at the address
known_by_silence = no word from the server
known_by_oxeye_off = Oxeye was off
known_by_no_heartbeats = its plugin sends no heartbeats
known_by_unlinked = not linked
known_by_too_many_changes = too many changes

### The command line: activity

activity_off = this Oxeye keeps no activity, because ACTIVITY is off
activity_heading = { $player }: { $state }
activity_online = online for { $duration }
activity_offline = not online
activity_last = not online, last active { $duration } ago
activity_nothing =
    { $days ->
        [one] Nothing in the last day.
       *[other] Nothing in the last { $days } days.
    }
this_session = this session
playtime = playtime
sectors_visited = sectors visited
days_end_in_utc = Days end at midnight UTC.
newest_events = Newest events:
ago = { $duration } ago
# An operator may define further types, which are shown as they are.
event_in_words =
    { $event_type ->
        [login] joined
        [logout] left
        [trade_buy] bought something
        [trade_sell] sold something
        [combat_attack] attacked somebody
        [combat_defend] was attacked
        [sector_move] moved to another sector
        [dock] docked
        [undock] undocked
        [planet_land] landed on a planet
        [warp] warped
        [death] died
        [kill] killed somebody
        [advancement] earned an advancement
        [chat] wrote in the chat
       *[other] { $event_type }
    }
event_with_details = { $event } ({ $details })
# An operator may define further counters, which are shown as they are.
counter_name =
    { $counter ->
        [actions] actions
        [trades] trades
        [trade_volume] trade volume
        [combat_events] combat
        [deaths] deaths
        [kills] kills
        [advancements] advancements
        [chat_messages] chat messages
       *[other] { $counter }
    }
unknown_counter = there is no counter "{ $counter }"; the counters are: { $known }
unknown_leaderboard = there is no leaderboard of "{ $what }"; there are: { $known }
counter_of_one_server = "{ $counter }" is counted on all servers of a guild together, so there is no leaderboard of one server; leave the server out
counter_top_empty = { $heading } nothing so far.

### The command line: what members do in Discord

members_none_kept = no guild keeps what its members do in Discord; somebody with Manage Server sets that up with /oxeye presence setup
members_which_guild = several guilds keep what their members do; choose one with --guild: { $guilds }
members_what =
    { $what ->
        [voice] voice channels
        [screen_share] shared screens
        [camera] cameras
        [game] games
        [streaming] streams
       *[spotify] artists on Spotify
    }
members_count =
    { $members ->
        [one] { $members } member
       *[other] { $members } members
    }
members_in_voice = { $members } in voice
members_kept =
    { $kinds }, for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
members_skipped_activities =
    { $activities ->
        [one] { $activities } activity that Discord sent since the start could not be read and was skipped
       *[other] { $activities } activities that Discord sent since the start could not be read and were skipped
    }
members_nobody_in_voice = Nobody who joined is in voice.
members_shares_screen = shares the screen
members_has_camera = has the camera on
members_user = { $user } in guild { $guild }
members_total = { $what }: { $duration }
members_together = Played together with: { $members }
members_newest_sessions = Newest sessions:
members_lasts = still going on
members_end_estimated = end estimated

### The command line: backups, exports and imports

backup_of_activity_written =
    { $path }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    } of what players did. It belongs beside the store, and is restored in the same way.
backup_of_presence_written =
    { $path }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    } of what members do in Discord. It belongs beside the store, and is restored in the same way.
backup_written =
    { $path }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    }. To restore it, stop Oxeye, replace the file that DATABASE_PATH names with this one, and delete the -wal and -shm files next to it.
backup_streamed =
    { $names }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    } as a tar archive. To restore it, stop Oxeye, move the old files of the store away, those ending in -wal and -shm too, and unpack the archive in the folder of DATABASE_PATH.
backup_to_terminal = a backup cannot be shown in a terminal; name a file, or redirect it: oxeye backup - > oxeye-backup.tar
cannot_print = cannot write to standard output
file_written =
    { $path }: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    }
which_file = which file should be imported?
import_of_folder = { $path } is a folder; name a file that `oxeye export` wrote, or use `oxeye import minecraft` for the folder of a world
file_imported =
    { $added } added, { $skipped } skipped (already known, overlapping with known ones, or too old to be kept); { $servers ->
        [one] { $servers } new server
       *[other] { $servers } new servers
    }
uuids_left_out =
    { $count ->
        [one] { $count } of those skipped is a UUID
       *[other] { $count } of those skipped are UUIDs
    } without room: a name has at most 16 accounts in a guild, and an account at most 32 names.
members_ambiguous =
    { $count ->
        [one] { $count } member is linked
       *[other] { $count } members are linked
    } to a name that several accounts had. The file does not say which is theirs, so the time of the link decided; `oxeye members` lists the links.
activity_left_out =
    { $count ->
        [one] { $count } line
       *[other] { $count } lines
    } about what players did left out, because ACTIVITY is off here. Turn it on and import the file again.
retention_left_out =
    guild { $guild }: how long sessions are kept was left out. Where the file is from, it is { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, and some of those that were here before are older: they would be deleted. To set it: { $command }

which_world_server = which server does this world belong to? Add --server NAME
playtime_imported =
    { $server }: playtime of { $players ->
        [one] { $players } player
       *[other] { $players } players
    }, { $changed } of them new or changed
accounts_without_name =
    { $count ->
        [one] { $count } account
       *[other] { $count } accounts
    } without a name in usercache.json or usernamecache.json:
files_not_used =
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    } that could not be used:

no_stats = there is no stats folder in { $path }; give the folder of a Minecraft world
no_stats_but = there is no stats folder in { $path }; give the folder of a Minecraft world, such as { $worlds }
which_world = { $path } does not tell which world the server uses; give the folder of the world
no_user_cache = there is no usercache.json or usernamecache.json in { $path } or a folder above it; give the folder of the world, inside the folder of the Minecraft server
no_names = no account has a name: { $reasons }
file_damaged = { $path } is damaged ({ $reason }); only the readable part was used
file_unreadable = { $path } could not be read to its end: { $reason }; only the readable part was used

not_an_account = its name is not the id of an account
not_a_file = it is not a file
too_large = it is larger than anything Minecraft writes
empty_file = it is empty
not_json = it is damaged: it is not JSON
not_json_throughout = parts of it are not JSON
no_accounts = it lists no accounts
no_statistics = it contains no statistics
no_playtime = its playtime is not a number that Minecraft could have counted

### `oxeye check`

settings_fine = settings: fine
subject_oxeye = Oxeye
subject_store = store
subject_watching = watched addresses
subject_discord = Discord
subject_fleet = fleet
finding = { $subject }: { $words }
finding_wrong = { $subject }: WRONG: { $words }
warning = warning: { $words }

# Warnings of the running Oxeye.
warning_store_not_writable = the store cannot be written; the log says why
warning_activity_not_writable = activity cannot be written; the log says why
warning_presence_not_writable = sessions of Discord members cannot be written (oxeye-presence.db), so what members do may be lost; the log says why
warning_discord = Discord: { $state }
warning_presence_intent = DISCORD_PRESENCE is on, but Discord sends no presences: turn on "Presence Intent" at https://discord.com/developers/applications, on the page Bot under Privileged Gateway Intents, and restart Oxeye
warning_redis = activity cannot be copied to Redis: { $reason }
warning_stale_sessions =
    { $count ->
        [one] { $count } session is open on a server that has stopped reporting: { $servers }
       *[other] { $count } sessions are open on servers that have stopped reporting: { $servers }
    }
warning_unknown_servers_in_kinds =
    { $count ->
        [one] ACTIVITY_KINDS names a server that is not linked: { $servers }
       *[other] ACTIVITY_KINDS names servers that are not linked: { $servers }
    }
warning_watching_off =
    { $count ->
        [one] one address is watched, but nobody asks it, because WATCH_ADDRESSES is off
       *[other] { $count } addresses are watched, but nobody asks them, because WATCH_ADDRESSES is off
    }
warning_store_queue = the queue of the store is more than half full
# $setting is the name of the setting with the limit.
warning_requests =
    { $server } is limited ({ $setting }): { $count ->
        [one] { $count } request was
       *[other] { $count } requests were
    } refused in the last hour
warning_activity_events =
    { $server } is limited ({ $setting }): { $count ->
        [one] { $count } report of activity was
       *[other] { $count } reports of activity were
    } refused in the last hour
warning_batch_events =
    { $server } is limited ({ $setting }): { $count ->
        [one] { $count } batch or sync was
       *[other] { $count } batches and syncs were
    } refused in the last hour
warning_new_players =
    { $server } is limited ({ $setting }): { $count ->
        [one] { $count } event of a new player was
       *[other] { $count } events of new players were
    } refused in the last hour
things_wrong =
    { $count ->
        [one] one thing is wrong, see above
       *[other] { $count } things are wrong, see above
    }

oxeye_not_asked =
    not asked, since { $setting ->
        [OPERATOR_LISTEN] the port in OPERATOR_LISTEN
       *[other] PORT
    } is 0
oxeye_not_running = NOT RUNNING: nothing answers at { $url }; everything else is checked without it
oxeye_silent = a program listens at { $url } but does not answer; if it is Oxeye, its log may say why
oxeye_stranger =
    another program than Oxeye answers at { $url }; { $setting ->
        [OPERATOR_LISTEN] is OPERATOR_LISTEN
       *[other] are HOST and PORT
    } correct?
oxeye_demo = the demo is running at { $url }
oxeye_fine = running at { $url }, and accepts the operator token
oxeye_fine_apart = running at { $url }, with the operator API at { $operator_url }, which accepts the operator token

health_fine = the Oxeye at { $url } can store reports
health_not_fine = the Oxeye at { $url } cannot store reports; its log says why

store_of_demo = the demo has its own, which is deleted when the demo stops
store_not_writable = the Oxeye at { $url } cannot write to it; its log says why
store_elsewhere = on the machine of { $url }, which can write to it
store_of_another = there is none at { $path }, so the Oxeye at { $url } uses another one; run this command in the folder where it runs, or with its DATABASE_PATH
store_not_in_use = { $path } is not the one that the Oxeye at { $url } uses; run this command in the folder where it runs, or with its DATABASE_PATH
store_in_use = { $path } is fine, and in use by the Oxeye at { $url }
store_missing = there is none at { $path }; run this command in the folder where Oxeye runs, or with its DATABASE_PATH (`oxeye serve` creates it when it first starts)
store_taken = { $path } is in use by a process that does not answer at { $url }
store_old = { $path } was written by an older version (schema { $found }, this version has { $known }) and will be migrated at the next start
store_fine = { $path } is fine
store_read_only = cannot write to { $path }; the user who runs Oxeye needs write permission
store_folder_read_only = cannot write to the folder { $path }
store_not_found = cannot tell whether { $path } exists

watching_off = none, since WATCH_ADDRESSES is off
# $allowed is one of the two sentences below.
watching_allowed = { $count } of { $total }, at most { $per_guild } in one guild; { $allowed }
watching_public = only public addresses are asked
watching_any = private addresses are asked, too (WATCH_ADDRESSES)
watching_not_running = not asked now; { $allowed }

discord_off_in_demo = off, as always in the demo
discord_off = off, since DISCORD_TOKEN is not set
discord_off_there = off, since the running Oxeye has no DISCORD_TOKEN
discord_token_of = DISCORD_TOKEN belongs to the bot { $bot }, which { $invite } invites
discord_not_in_demo = { $token }; the demo does not use it
discord_not_started = { $token }, but the running Oxeye was started without a DISCORD_TOKEN; restart it with that setting
discord_not_connected = { $token }, but the bot is not connected
# $state is a word from the log, such as "ready".
discord_bot = the running bot is { $state }
discord_unreachable = { $url } cannot be reached: { $reason }
discord_unknown_token = Discord does not know this DISCORD_TOKEN; copy it again from the developer portal
discord_odd_status = Discord answered { $status } when asked about the token
discord_odd_answer = Discord's answer could not be understood
discord_no_name = without a name
fleet_not_set = none, since FLEET_URL is not set
fleet_answers =
    the fleet at { $url } answers, and has { $count ->
        [0] no servers
        [one] { $count } server
       *[other] { $count } servers
    } now
# $fleet is the sentence above.
fleet_without_bot = { $fleet }, but nothing shows it, since the Discord bot is off
fleet_unreachable = { $url } does not answer; start oxeye-fleet there, or set FLEET_URL to an address of its FLEET_LISTEN
fleet_not_ready = { $url } answers 503, as a fleet does in its first moments; if that stays, its log may say why
fleet_odd_status = { $url } answers with status { $status }, which no fleet does; set FLEET_URL to an address of the fleet's FLEET_LISTEN
fleet_stranger = another program than oxeye-fleet answers at { $url }; set FLEET_URL to an address of the fleet's FLEET_LISTEN

### Why Oxeye cannot start: settings and stores that cannot be used. The English is what the errors say in the log.

# $shown is a value in quotes or one of the three below, $origin a file or one of those below, $expected what is accepted.
setting_unusable = { $setting } is { $shown } ({ $origin }), but { $expected } is expected
setting_file_fails = the settings in { $path } cannot be read: { $why }
setting_not_known = { $path } sets { $key }, which is not a setting of Oxeye; the settings are { $known }
setting_misspelt = { $path } sets { $key }, which is not a setting of Oxeye; did you mean { $meant }?
value_hidden = set to a value that is not shown here
value_not_set = not set
value_not_text = not valid UTF-8
from_environment = environment
from_default = default
from_no_default = no default
entry_not_readable = entry { $entry } is not of the form NAME=value (quote values that hold blanks)
set_twice = { $setting } is set twice
set_to_no_text = { $setting } is neither a text, a number nor a list of texts
accepts_number = a whole number of { $unit } from { $least } to { $most }
accepts_token = a token of at least { $shortest } visible ASCII characters without blanks
accepts_either = { $one } or { $other }
accepts_text = text
accepts_file_path = the path of a file such as /var/lib/oxeye/oxeye.db
accepts_folder_path = the path of a folder such as /var/lib/oxeye-fleet
accepts_networks = a list such as 10.0.0.0/8, 192.0.2.7, fd00::/8
accepts_ip_address = an IP address such as 0.0.0.0 or ::1
accepts_port = a port number from 0 to 65535 (0 lets the system choose)
accepts_address_with_port = an IP address with a port such as { $example }
accepts_other_address = an IP address with a port such as 127.0.0.1:3001, different from HOST and PORT,
accepts_web_address = an address such as http://127.0.0.1:8080
accepts_redis_address = an address such as redis://127.0.0.1:6379/0, redis://user:password@redis:6379 or unix:///run/redis.sock
accepts_time_zone = a time zone of the IANA database such as Europe/Berlin or UTC
accepts_log_filter = a level (error, warn, info, debug, trace) or a list such as info,oxeye_db=debug
accepts_fonts = a folder with .ttf, .otf or .ttc fonts
accepts_kinds = a TOML file that defines kinds of events
unit_seconds = seconds
unit_hours = hours
unit_days = days
unit_bytes = bytes
unit_connections = connections
unit_addresses = addresses
unit_players = players
unit_players_per_hour = players per hour
unit_attempts_per_minute = attempts per minute
unit_events = events
unit_events_per_second = events per second
store_open_elsewhere = { $path } is in use by another oxeye process; stop that one first, or set DATABASE_PATH to another file
store_hard_linked = { $path } has more than one name (a hard link), and SQLite keeps a log beside each name; remove the other name, or set DATABASE_PATH to a copy
store_newer = { $path } was written by a newer version of oxeye (schema { $found }, this one knows { $known }); run that version, or restore a copy made before the upgrade
store_not_ours = { $path } is not an oxeye store; set DATABASE_PATH to another file, or restore a backup if this one was a store (it has been left as it is)
store_damaged = { $path } is damaged ({ $found }); restore a backup in its place, or move it away to start with an empty store (it has been left as it is)
store_without_wal = { $path } is on a file system that cannot hold an oxeye store (SQLite's WAL mode does not work there, as on network shares); set DATABASE_PATH to a local disk
store_cannot_open = cannot open { $path }: { $why }; the user who runs oxeye must be able to write it and its folder, or set DATABASE_PATH to another file

### Direct messages about a board

board_posted_again = The message of the board in { $channel } was deleted, so I have posted it again. `/oxeye board off` ends the board.
board_waits = I cannot update the board in { $channel }: { $reason }. I keep trying for 7 days, so it continues as soon as that is fixed. `/oxeye board off` ends it.
board_stopped = I have stopped updating the board in { $channel }: { $reason }. `/oxeye board post` starts it again.
board_message_deleted = its message was deleted again
board_channel_deleted = the channel was deleted
board_no_permission = I lack a permission there. I need View Channel, Send Messages (in threads: Send Messages in Threads), Embed Links, Attach Files and Read Message History
board_thread_archived = the thread is archived, and I may not reopen it
board_thread_locked = the thread is locked
board_refused = Discord refuses it

### The page at the backend's address

front_what = Oxeye tells a Discord community who is on its Minecraft servers, who was there lately, and for how long.
front_where = This is its backend. Minecraft servers report to this address; people ask in Discord or on the command line.
front_see = See who is online
front_see_discord = In Discord: `/oxeye status`
front_see_shell = Where Oxeye runs: `oxeye status`
front_link = Link a Minecraft server
front_link_code = Get a link code with `/oxeye connect NAME` in Discord, or with `oxeye link NAME` where Oxeye runs.
front_watch = Or without installing anything, by the address of the server: `/oxeye watch` in Discord, or `oxeye watch ADDRESS` where Oxeye runs.
front_with_agent = { $instruction }, where URL is the address of this page
front_health = Check that Oxeye works
front_probes = `/health` answers while Oxeye runs, `/readyz` while it can take reports.
front_check = Where Oxeye runs: `oxeye check`
front_more = Everything else
front_documents = `oxeye --help` lists all commands. README.md and docs/, beside the source code, explain them, the settings, the agent and the API.
