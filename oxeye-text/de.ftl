# Jeder Satz, den Menschen lesen, auf Deutsch. `en.ftl` hat dieselben Schlüssel mit denselben
# Argumenten; welche das sind, steht in `src/sentences/`.

### Dauern und Listen

duration =
    { $unit ->
        [days] { $count ->
            [one] { $count } Tag
           *[other] { $count } Tage
        }
        [hours] { $count } Std.
        [minutes] { $count } Min.
       *[seconds] { $count } Sek.
    }

# Nach „seit“ und „vor“, im Dativ.
duration_inflected =
    { $unit ->
        [days] { $count ->
            [one] { $count } Tag
           *[other] { $count } Tagen
        }
        [hours] { $count ->
            [one] { $count } Stunde
           *[other] { $count } Stunden
        }
        [minutes] { $count ->
            [one] { $count } Minute
           *[other] { $count } Minuten
        }
       *[seconds] { $count ->
            [one] { $count } Sekunde
           *[other] { $count } Sekunden
        }
    }

list_end = { $first } und { $last }
and_more =
    { $count ->
        [one] … und { $count } weiterer
       *[other] … und { $count } weitere
    }

### Der Zustand eines Servers

state_online = online
state_quiet = meldet sich nicht
state_stale = verstummt
state_awaiting_sync = hat sich noch nicht gemeldet
state_disconnected = getrennt

meaning_quiet = der Minecraft-Server meldet sich nicht mehr
meaning_awaiting_sync = seit dem Start von Oxeye hat er noch keine Spielerliste geschickt
meaning_disconnected = nicht mehr verknüpft

players_online =
    { $count ->
        [0] niemand online
       *[other] { $count } Spieler online
    }
players_last_known = zuletzt { $count } Spieler
names_not_reported = der Server verrät nicht, wer

# Discord zeigt $moment als „vor 5 Minuten“.
last_heard = letzte Meldung { $moment }
no_word_for = seit { $duration } keine Meldung
nobody_shown = { $silence } – niemand wird als online angezeigt

### Wer auf einem Server ist

roster_heading = Online:
roster_heading_quiet = Online (letzter Stand, seitdem keine Meldung):
roster_heading_awaiting_sync = Online (letzter Stand, bis sich der Server meldet):
last_seen_heading =
    Zuletzt gesehen ({ $unit ->
        [days] { $count ->
            [one] am letzten Tag
           *[other] in den letzten { $count } Tagen
        }
        [hours] { $count ->
            [one] in der letzten Stunde
           *[other] in den letzten { $count } Stunden
        }
        [minutes] { $count ->
            [one] in der letzten Minute
           *[other] in den letzten { $count } Minuten
        }
       *[seconds] { $count ->
            [one] in der letzten Sekunde
           *[other] in den letzten { $count } Sekunden
        }
    }):
server_of_guild = { $server } (Guild { $guild })
player_online = { $player } (seit { $duration })
player_offline = { $player } (vor { $duration })

picture_of_nobody = Auf { $server } ist niemand online
picture_of_online = { $count } Spieler online auf { $server }: { $players }
picture_of_last_known = Zuletzt { $count } Spieler auf { $server }: { $players }

### Alle Server einer Community

overview_title = Minecraft-Server
overview_online =
    { $players ->
        [one] { $players } Spieler
       *[other] { $players } verschiedene Spieler
    } online auf { $servers ->
        [one] { $servers } Server
       *[other] { $servers } Servern
    }
overview_nameless =
    { $count ->
        [one] dazu { $count }, dessen Name nicht bekannt ist
       *[other] dazu { $count }, deren Namen nicht bekannt sind
    }
choice_online = { $count } online

### Nachrichten und Buttons in Discord

updated = aktualisiert { $moment }

button_refresh = Aktualisieren
button_disconnect = Trennen
button_keep = Behalten
menu_open = Server auswählen
menu_open_some = Server auswählen (weitere: /oxeye status)

### Server in Discord verknüpfen

link_code =
    Verknüpfungscode für **{ $server }**: `{ $code }`
    Gib das auf dem Minecraft-Server ein, im Spiel als Operator oder in der Konsole:
    ```
    /oxeye connect { $code }
    ```
    Der Code gilt nur einmal und läuft { $expires } ab. Wer ihn hat, kann sich als dieser Server ausgeben – behalte ihn also für dich.
how_to_link =
    Hier ist noch kein Minecraft-Server verknüpft.
    1. Installiere die Oxeye-Mod auf dem Minecraft-Server.
    2. Jemand mit der Berechtigung **Server verwalten** gibt hier `/oxeye connect` mit einem Namen für den Server ein und bekommt einen Verknüpfungscode.
    3. Auf dem Minecraft-Server gibt ein Operator `/oxeye connect CODE` ein.
    Danach zeigt `/oxeye status`, wer online ist.
ask_disconnect = **{ $server }** trennen? Sein Schlüssel gilt dann sofort nicht mehr. Wer zuletzt dort war, bleibt noch eine Weile sichtbar, und wenn du denselben Namen wieder verknüpfst, geht es mit demselben Server weiter.
is_disconnected = **{ $server }** ist getrennt. Mit `/oxeye connect` kannst du ihn wieder verknüpfen.
is_kept = Es bleibt alles, wie es war.
is_renamed = **{ $server }** heißt jetzt **{ $name }**. Schlüssel und Verlauf bleiben erhalten.

name_taken = Hier ist schon ein Server namens **{ $server }** verknüpft. Nimm einen anderen Namen oder trenne den alten zuerst mit `/oxeye disconnect`.
name_in_use = Hier heißt schon ein anderer Server **{ $server }**, auch wenn er vielleicht gerade nicht verknüpft ist. Nimm einen anderen Namen oder benenne zuerst den anderen um.
name_too_long = Ein Servername darf höchstens { $limit } Zeichen haben, dieser hat mehr.
name_nothing_visible = Ein Servername braucht mindestens ein sichtbares Zeichen.
name_invisible = Ein Servername darf keine Zeilenumbrüche, Steuerzeichen oder unsichtbaren Zeichen enthalten.
unknown_server = Hier ist kein Server namens **{ $typed }** verknüpft. `/oxeye list` zeigt, welche es gibt.
server_gone = Dieser Server ist hier nicht mehr verknüpft. `/oxeye list` zeigt, welche es gibt.

### Was in Discord schiefgehen kann

guild_only = Das geht nur auf einem Discord-Server.
old_button = Dieser Button stammt aus einer anderen Version. Ruf den Befehl noch einmal auf.
needs_manage_server = Dafür brauchst du die Berechtigung **Server verwalten**.
command_needs_manage_server = Für `/{ $command }` brauchst du die Berechtigung **Server verwalten**.
just_refreshed = Das wurde gerade erst aktualisiert. Versuch es in ein paar Sekunden noch einmal.
old_command = Dieser Befehl ist veraltet. Versuch es in einer Minute noch einmal.
our_fault = Da ist bei uns leider etwas schiefgegangen. Wenn das öfter passiert, gib den Betreibern dieses Bots diese Kennung: `{ $reference }`.

### Was Discord neben unseren Befehlen und ihren Optionen zeigt

about_oxeye = Wer auf den Minecraft-Servern dieser Community online ist.
about_status = Wer auf einem Minecraft-Server online ist und wer zuletzt da war.
about_status_server = Welcher Server; ohne Angabe der einzige oder alle
about_list = Die hier verknüpften Minecraft-Server und wie viele dort spielen.
about_connect = Einen Minecraft-Server mit dieser Community verknüpfen (nur mit „Server verwalten“).
about_connect_name = Wie der Server hier heißen soll
about_disconnect = Einen Minecraft-Server von dieser Community trennen (nur mit „Server verwalten“).
about_rename = Einem Minecraft-Server hier einen anderen Namen geben (nur mit „Server verwalten“).
about_rename_name = Wie er ab jetzt heißen soll
about_server = Welcher Server
