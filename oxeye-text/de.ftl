# Alle Sätze, die Menschen lesen, auf Deutsch. `en.ftl` hat dieselben Schlüssel mit denselben
# Argumenten, die in `src/sentences/` aufgezählt sind.

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

# Nach „seit“ und „vor“ steht der Dativ.
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
either_end = { $first } oder { $last }
and_more =
    { $count ->
        [one] … und { $count } weiterer
       *[other] … und { $count } weitere
    }
and_more_with_all =
    { $count ->
        [one] … und { $count } weiterer; --all zeigt ihn
       *[other] … und { $count } weitere; --all zeigt sie
    }
plus_more =
    { $count ->
        [one] +{ $count } weiterer
       *[other] +{ $count } weitere
    }

### Der Zustand eines Servers

state_online = online
state_starting = startet
state_down = läuft nicht
state_quiet = meldet sich nicht
state_stale = verstummt
state_awaiting_sync = hat sich noch nicht gemeldet
state_disconnected = getrennt

meaning_quiet = der Minecraft-Server meldet sich nicht mehr
meaning_awaiting_sync = seit dem Start von Oxeye wurde noch keine Spielerliste von ihm gespeichert
meaning_disconnected = nicht mehr verknüpft

players_online =
    { $count ->
        [0] niemand online
       *[other] { $count } online
    }
players_online_of_max = { $count }/{ $max } online
players_last_known = zuletzt { $count } Spieler
names_not_reported = Namen nicht gemeldet
# Anstelle des Namens eines Servers, oft allein stehend.
all_servers = alle Server

# Discord zeigt $moment zum Beispiel als „vor 5 Minuten“.
last_heard = letzte Meldung { $moment }
no_word_for = seit { $duration } keine Meldung
nobody_shown = { $silence } – niemand wird als online angezeigt
# „läuft nicht, lief bis vor 5 Minuten“: nach „seit“ passt Discords „vor 5 Minuten“ nicht.
down_since = läuft nicht, lief bis { $moment }
down_for = läuft seit { $duration } nicht

### Wer auf einem Server ist

roster_joined = Beigetreten: { $players }
roster_last_known = Letzter Stand: { $players }
last_seen_heading =
    Zuletzt gesehen ({ $unit ->
        [days] { $count ->
            [one] in den letzten 24 Stunden
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
last_seen_nobody = Niemand.
page_of = { $first }–{ $last } von { $total }
server_of_guild = { $server } (Guild { $guild })
player_online = { $player } (seit { $duration })
player_offline = { $player } (vor { $duration })

picture_of_online = { $count } Spieler online auf { $server }: { $players }
picture_of_last_known = Zuletzt { $count } Spieler auf { $server }: { $players }

### Alle Server einer Community

overview_title = Minecraft-Server
overview_nobody = 0 Spieler online
overview_players = { $count } Spieler
# Wenn einige von ihnen auf mehreren Servern sind.
overview_different =
    { $count ->
        [one] { $count } Spieler
       *[other] { $count } verschiedene Spieler
    }
# $players ist einer der beiden Sätze darüber, $servers zählt die Server, auf denen jemand ist.
overview_online =
    { $players } online auf { $servers ->
        [one] { $servers } Server
       *[other] { $servers } Servern
    }
overview_nameless =
    { $count ->
        [one] dazu { $count } Spieler, dessen Name nicht bekannt ist
       *[other] dazu { $count } Spieler, deren Namen nicht bekannt sind
    }
# Wenn sonst niemand online ist.
overview_only_nameless =
    { $count ->
        [one] { $count } Spieler online, dessen Name nicht bekannt ist
       *[other] { $count } Spieler online, deren Namen nicht bekannt sind
    }
board_last_seen = Zuletzt gesehen:
board_empty = Hier ist kein Minecraft-Server verknüpft. `/oxeye verbinden` verknüpft einen.
choice_online = { $count } online

### Nachrichten und Buttons in Discord

updated = aktualisiert { $moment }

button_refresh = Aktualisieren
button_show_all = Alle zeigen
button_previous = Zurück
button_next = Weiter
button_disconnect = Trennen
button_keep = Behalten
button_rotate_key = Code ausstellen
menu_open = Server auswählen
menu_open_some = Server auswählen (weitere: /oxeye status)

### Server in Discord verknüpfen

link_with_mod = Mit der Oxeye-Fabric-Mod 3.x, im Spiel als Operator: `/oxeye connect { $code }`
link_with_agent = Mit dem Agenten, der neben jedem Server oder Proxy laufen kann: `oxeye-agent connect { $code } --backend URL`

link_code =
    Verknüpfungscode für **{ $server }**: `{ $code }`
    • Mit der Oxeye-Fabric-Mod 3.x, im Spiel als Operator:
    ```
    /oxeye connect { $code }
    ```
    • Mit dem Agenten, der neben jedem Server oder Proxy laufen kann, im Ordner dieses Servers:
    ```
    oxeye-agent connect { $code } --backend URL
    ```
    URL ist die Adresse dieses Oxeye, zum Beispiel `https://oxeye.example.org`. Wer diesen Bot betreibt, kennt sie.
    Der Code gilt nur einmal und läuft { $expires } ab. Wer ihn hat, kann sich als dieser Server ausgeben – behalte ihn also für dich.
# Für Mitglieder, die es nicht selbst können.
nothing_linked = Hier ist noch kein Minecraft-Server verknüpft. Wer die Berechtigung **Server verwalten** hat, kann mit `/oxeye verbinden` einen verknüpfen.
nothing_linked_nor_watched = Hier ist noch kein Minecraft-Server verknüpft. Wer die Berechtigung **Server verwalten** hat, kann mit `/oxeye verbinden` einen verknüpfen oder mit `/oxeye beobachten` einen über seine Adresse zeigen, ohne etwas zu installieren.
how_to_link =
    Hier ist noch kein Minecraft-Server verknüpft.
    1. Jemand mit der Berechtigung **Server verwalten** gibt hier `/oxeye verbinden` mit einem Namen für den Server ein und bekommt einen Verknüpfungscode.
    2. Der Code wird auf dem Minecraft-Server eingegeben, auf einem von zwei Wegen:
    • { $with_mod }
    • { $with_agent }
    3. Danach zeigt `/oxeye status`, wer online ist.
    URL ist die Adresse dieses Oxeye. Wer diesen Bot betreibt, kennt sie und weiß, wo es die Mod und den Agenten gibt.
how_to_watch = Oder ganz ohne Installation: `/oxeye beobachten` mit der Adresse des Minecraft-Servers zeigt, ob er läuft und wie viele online sind, und oft auch, wer.
ask_disconnect = **{ $server }** trennen? Sein Schlüssel gilt dann sofort nicht mehr. Wer zuletzt dort war, bleibt noch eine Weile sichtbar. Wenn du denselben Namen wieder verknüpfst, behält der Server seinen Verlauf.
ask_unwatch = **{ $server }** nicht mehr beobachten? Wer zuletzt dort war, bleibt noch eine Weile sichtbar. Wenn du unter demselben Namen wieder eine Adresse beobachten lässt oder einen Server verknüpfst, bleibt der Verlauf erhalten.
is_disconnected = **{ $server }** ist getrennt. Mit `/oxeye verbinden` kannst du ihn wieder verknüpfen.
ask_rotate_key = Einen Code für einen neuen Schlüssel von **{ $server }** ausstellen? Der Server bleibt verknüpft. Sein alter Schlüssel gilt noch 24 Stunden, nachdem der neue zum ersten Mal benutzt wurde. Ein neuer Schlüssel, der nie benutzt wurde, und einer, der schon früher ersetzt wurde, gelten nicht mehr, sobald der Code eingelöst ist.
rotation_code =
    Code für einen neuen Schlüssel von **{ $server }**: `{ $code }`
    • Mit der Oxeye-Fabric-Mod 3.x, im Spiel als Operator:
    ```
    /oxeye connect { $code }
    ```
    • Mit dem Agenten: halte ihn an, führe das im Ordner des Servers aus und starte ihn wieder:
    ```
    oxeye-agent connect { $code }
    ```
    Der alte Schlüssel gilt noch 24 Stunden, nachdem der neue zum ersten Mal benutzt wurde.
    Der Code gilt nur einmal und läuft { $expires } ab. Wer ihn hat, kann sich als dieser Server ausgeben – behalte ihn also für dich.
no_key_to_rotate = Für **{ $server }** meldet nichts, also hat er keinen Schlüssel. Mit `/oxeye verbinden` kannst du ihn verknüpfen.
is_kept = Es bleibt alles, wie es war.
is_named_already = **{ $server }** heißt schon so. Es bleibt alles, wie es war.
is_renamed = **{ $server }** heißt jetzt **{ $name }**. Der Verlauf bleibt erhalten, und nichts muss neu verknüpft werden.

bot_removed = Oxeye wurde von diesem Discord-Server entfernt. Lade es wieder ein und ruf dann den Befehl noch einmal auf.
name_taken = Hier ist schon ein Server namens **{ $server }** verknüpft. Nimm einen anderen Namen oder trenne den alten zuerst mit `/oxeye trennen`.
name_in_use = Hier heißt schon ein anderer Server **{ $server }**, auch wenn er vielleicht gerade nicht verknüpft ist. Nimm einen anderen Namen oder benenne zuerst den anderen Server um.
unknown_server = Hier ist kein Server namens **{ $typed }** verknüpft. `/oxeye liste` zeigt, welche es gibt.
server_gone = Dieser Server ist hier nicht mehr verknüpft. `/oxeye liste` zeigt, welche es gibt.

### Beobachtete Adressen

found = Dort läuft: { $facts }.
found_nothing =
    Dort antwortet noch nichts; Oxeye fragt { $seconds ->
        [one] jede Sekunde
       *[other] alle { $seconds } Sekunden
    } nach.
found_no_way_there =
    Oxeye kann den Server gerade nicht erreichen, weil der DNS-Server oder das eigene Netz gestört ist; es fragt { $seconds ->
        [one] jede Sekunde
       *[other] alle { $seconds } Sekunden
    } nach.
found_no_number = die Spielerzahl ist verborgen
found_no_names = Seine Antworten nennen nicht alle Spieler, deshalb wird nur ihre Zahl gezeigt.
server_watched = { $server } wird jetzt beobachtet. { $found }
address_watched = Die Adresse von { $server } wird jetzt beobachtet, neben seinem Plugin. { $found }
server_not_watched = { $server } wird nicht mehr beobachtet. Wenn du unter demselben Namen wieder eine Adresse beobachten lässt oder einen Server verknüpfst, bleibt der Verlauf erhalten.
address_not_watched = Die Adresse von { $server } wird nicht mehr beobachtet. Sein Plugin meldet weiter.
watch_list_entry = { $server } unter { $address }: { $facts }
watch_list_empty = Es wird keine Adresse beobachtet; `oxeye watch ADRESSE` zeigt einen Server, ohne dass dort etwas installiert wird.
beside_a_plugin = neben seinem Plugin
last_answer = letzte Antwort vor { $duration }
no_answer_yet = noch keine Antwort
unanswered_no_answer = dort antwortet nichts
unanswered_not_minecraft = was dort antwortet, ist kein Minecraft-Server
unanswered_unknown_host = es gibt keinen Host mit diesem Namen
unanswered_forbidden = WATCH_ADDRESSES erlaubt diese Adresse nicht
unanswered_no_dns = der DNS-Server antwortet nicht
unanswered_own_network = dieser Rechner erreicht das Netz der Adresse nicht

state_awaiting_answer = hat noch nicht geantwortet
meaning_awaiting_answer = seit dem Start von Oxeye hat unter seiner Adresse nichts geantwortet
state_never_answered = hat noch nie geantwortet
meaning_never_answered = unter seiner Adresse hat noch nie etwas geantwortet; stimmt sie?
meaning_not_asked = Oxeye fragt seine Adresse nicht mehr ab

# Warum eine Adresse nicht beobachtet wird.
watch_no_address = Gib die Adresse des Servers so an, wie man sie in Minecraft eingibt, zum Beispiel mc.example.org oder 203.0.113.7:25566.
watch_address_too_long = Für eine Adresse ist das zu lang; gib sie so an, wie man sie in Minecraft eingibt, zum Beispiel mc.example.org.
watch_url = Das ist eine Webadresse; gib nur den Host und, falls nötig, den Port an, wie man sie in Minecraft eingibt: mc.example.org oder mc.example.org:25566.
watch_malformed = Das ist keine Serveradresse; gib die Adresse so an, wie man sie in Minecraft eingibt, zum Beispiel mc.example.org oder 203.0.113.7:25566.
watch_odd_ip = So schreibt man eine IP-Adresse üblicherweise nicht; schreib sie als 203.0.113.7 oder als 2001:db8::7, vor einem Port in eckigen Klammern: [2001:db8::7]:25566.
watch_port = Das ist kein Port; ein Port ist eine Zahl von 1024 bis 65535.
watch_low_port = Ports unter 1024 gehören anderen Diensten und werden nie abgefragt; Minecraft benutzt meist 25565, Bedrock 19132.
watch_not_public = Diese Adresse liegt nicht im öffentlichen Internet, und solche beobachtet dieses Oxeye nicht; gib die öffentliche Adresse des Servers an oder bitte die Betreiber von Oxeye, solche mit `WATCH_ADDRESSES` zu erlauben.
watch_no_machine = Das ist eine besondere IP-Adresse, die kein Server haben kann; gib die Adresse des Servers so an, wie man sie in Minecraft eingibt, zum Beispiel mc.example.org oder 203.0.113.7:25566.
watch_leads_inside = Dieser Name führt zu einer Adresse, die nicht im öffentlichen Internet liegt, und solche beobachtet dieses Oxeye nicht; gib die öffentliche Adresse des Servers an oder bitte die Betreiber von Oxeye, solche mit `WATCH_ADDRESSES` zu erlauben.
watch_unknown_host = Es gibt keinen Host mit diesem Namen; prüfe die Schreibweise.
watch_not_minecraft = Unter dieser Adresse antwortet etwas, aber nicht wie ein Minecraft-Server; prüfe Host und Port.
watch_name_too_long = Ein Servername hat höchstens { $limit } Zeichen, dieser Host hat mehr; gib dem Server einen eigenen Namen.
watch_name_taken = Es gibt schon einen Server namens { $server }; nimm einen anderen Namen oder gib diesen Server an, falls die Adresse zu ihm gehört.
watch_already = Diese Adresse wird schon beobachtet, als { $server }.
watch_has_address = Für { $server } wird schon eine Adresse beobachtet; beende das zuerst.
watch_full_here =
    { $limit ->
        [one] Hier wird schon eine Adresse beobachtet, und mehr erlaubt WATCH_PER_GUILD nicht; beende das zuerst.
       *[other] Hier werden schon { $limit } Adressen beobachtet, und mehr erlaubt WATCH_PER_GUILD nicht; beende das zuerst für eine davon.
    }
watch_full =
    { $limit ->
        [one] Dieses Oxeye beobachtet schon eine Adresse, und mehr erlaubt WATCH_TOTAL nicht.
       *[other] Dieses Oxeye beobachtet schon { $limit } Adressen, und mehr erlaubt WATCH_TOTAL nicht.
    }
watch_both = Gib entweder einen Namen für einen neuen Server an oder den Server, zu dem die Adresse gehört, aber nicht beides.
watch_too_many_tries = Hier wurden innerhalb einer Minute zu viele Adressen ausprobiert; versuch es in einer Minute noch einmal.
watch_bot_removed = Oxeye wurde von diesem Discord-Server entfernt, deshalb wird für ihn nichts beobachtet.
watch_off = Dieses Oxeye beobachtet keine Adressen; seine Betreiber haben das mit `WATCH_ADDRESSES` ausgeschaltet.
no_address_of = Für { $server } wird keine Adresse beobachtet.

### Mitglieder und ihre Spieler in Discord

member_asks = { $member } sagt: Ich bin **{ $player }** auf den Minecraft-Servern. Wer die Berechtigung **Server verwalten** hat und weiß, dass das stimmt, kann es bestätigen; die Frage verfällt { $expires }.
button_confirm_member = Bestätigen
button_reject_member = Ablehnen
member_code =
    Zeig im Spiel, dass du **{ $player }** bist: Geh auf einen Server und schreib das in den Chat.
    `{ $code }`
    Server, die das annehmen: { $servers }. Es gilt einmal, nur für **{ $player }**, und verfällt { $expires }. Wenn es nicht klappt, bitte um eine Bestätigung: Dann kann jemand mit der Berechtigung **Server verwalten**, der dich kennt, sagen, dass es stimmt.
button_ask_moderators = Um Bestätigung bitten
member_proven = Du bist **{ $player }**; das zeigt der Code, den dieser Spieler geschrieben hat. Mit `/oxeye ich ...` kannst du nun ansehen, verbergen oder löschen, was Oxeye über diesen Spieler speichert.
member_unauthenticated = **{ $player }** hat den Code geschrieben, aber auf einem Server, der keine Konten prüft, oder der Name hat hier schon einem anderen Konto gehört; es kann also jemand anders gewesen sein. Jemand mit der Berechtigung **Server verwalten**, der dich kennt, kann es stattdessen bestätigen.
member_is_linked = { $member } ist **{ $player }**; { $moderator } hat das bestätigt. Dieses Mitglied kann mit `/oxeye ich ...` nun ansehen, verbergen oder löschen, was Oxeye über diesen Spieler speichert.
member_rejected = { $member } wurde mit keinem Spieler verknüpft.
member_unlinked = Du bist nicht mehr mit **{ $player }** verknüpft.
member_unlinked_shown = Du bist nicht mehr mit **{ $player }** verknüpft, und hier sehen dich wieder alle.
member_hidden = **{ $player }** ist hier verborgen: Listen, Anzeigen und Bilder nennen dich nicht. Bei der Zahl der Spieler zählst du weiter mit.
member_shown = **{ $player }** ist hier zu sehen wie alle anderen.
hidden_until_shown = `/oxeye ich zeigen` zeigt dich wieder.
presence_hidden = Was du in Discord tust, ist hier verborgen: Es steht in keiner Rangliste, nicht unter denen, die im Sprachkanal sind, und niemand sieht, dass ihr zusammen gespielt habt. Deine Sitzungen werden weiter gespeichert, und `/oxeye aktivität meine` zeigt sie dir.
presence_shown = Was du in Discord tust, ist hier zu sehen wie bei allen anderen, die teilnehmen.
presence_still_hidden = Was du in Discord tust, bleibt verborgen. `/oxeye ich zeigen` beendet das.
member_data = In der Datei steht alles, was Oxeye auf diesem Discord-Server über dich speichert.
ask_forget_me = Auf diesem Discord-Server alles Folgende vergessen? Das lässt sich nicht rückgängig machen.
ask_forget_member = **{ $player }**: Sitzungen, Spielzeit und alles, was im Spiel geschah. Auch deine Verknüpfung wird gelöscht; falls **{ $player }** verborgen ist, endet das damit. Wer danach wieder spielt, wird neu erfasst.
ask_forget_presence = Was du in Discord gemacht hast: Sprachkanäle, Spiele, Streams und Musik. Davon wird nichts mehr gespeichert, bis du mit `/oxeye aktivität mitmachen` wieder beitrittst.
button_forget_member = Alles vergessen
member_forgotten =
    Oxeye hat **{ $player }** hier vergessen, mit { $sessions ->
        [one] { $sessions } Sitzung
       *[other] { $sessions } Sitzungen
    }, und du bist nicht mehr verknüpft.
presence_forgotten = Oxeye hat vergessen, was du hier in Discord gemacht hast. Was auch zu einem anderen Discord-Server gehört, auf dem du beigetreten bist, bleibt, bis du auch dort austrittst.
member_forgotten_elsewhere = Nachrichten, die schon in Discord stehen, und frühere Backups bleiben.
member_forgotten_later = Die letzten Kopien des Namens werden überschrieben, sobald ein laufendes Backup oder ein laufender Export fertig ist.

not_linked = Du bist hier mit keinem Spieler verknüpft. Das beginnt mit `/oxeye ich verknüpfen`.
nothing_to_hide = Es gibt nichts zu verbergen: Du bist hier mit keinem Spieler verknüpft (`/oxeye ich verknüpfen`) und gehörst nicht zu denen, deren Sitzungen in Discord gespeichert werden (`/oxeye aktivität mitmachen`).
nothing_kept = Oxeye speichert hier nichts, was zu dir gehört. Wenn du hier auf einem Server spielst, sag mit `/oxeye ich verknüpfen`, wer du bist.
player_unknown_here = Mit einem Spieler namens **{ $player }** kannst du nicht verknüpft werden: Kein Minecraft-Server hier hat ihn gesehen, oder ein anderes Mitglied ist mit ihm verknüpft. Spiel zuerst dort oder prüf die Schreibweise. Wenn jemand anderes mit deinem Spieler verknüpft ist, frag die Betreiber dieses Bots.
member_taken = Du bist schon mit **{ $player }** verknüpft. `/oxeye ich lösen` beendet das.
player_taken = Mit **{ $player }** ist schon ein anderes Mitglied verknüpft. Wenn das falsch ist, kann jemand mit der Berechtigung **Server verwalten** das Mitglied um `/oxeye ich lösen` bitten, oder du fragst die Betreiber dieses Bots.
player_name_invalid = Kein Spieler kann so heißen.
member_code_over = Dieser Code gilt nicht mehr. Mit `/oxeye ich verknüpfen` bekommst du einen neuen.
member_own_request = Du kannst nicht selbst bestätigen, wer du bist. Das muss jemand anderes mit der Berechtigung **Server verwalten** tun, oder du gibst im Spiel einen Code ein, falls ein Server hier Codes weitergibt.
member_request_expired = Diese Frage ist verfallen. Ruf `/oxeye ich verknüpfen` noch einmal auf.
member_request_replaced = Diese Frage zählt nicht mehr: Das Mitglied hat seitdem eine andere gestellt.
member_request_answered = Diese Frage ist schon beantwortet: Das Mitglied ist mit einem Spieler verknüpft.
member_asked_too_often = Fürs Erste hast du oft genug gefragt. { $until } kannst du wieder fragen.

### Die Befehlszeile: Mitglieder

no_members = Kein Mitglied eines Discord-Servers ist mit einem Spieler verknüpft.
member_entry = Guild { $guild }: Mitglied { $member } ist { $player } (seit { $duration })
member_entry_hidden = { $entry }, verborgen seit { $duration }
member_entry_proven = { $entry }, bewiesen durch einen Code im Spiel
member_entry_confirmed = { $entry }, bestätigt von { $moderator }
member_unlinked_by_operator = Mitglied { $member } ist nicht mehr mit { $player } verknüpft und { $player } nicht mehr verborgen
ask_forget_account = Mitglied { $member } in allen Guilds vergessen, mit allen Sitzungen in Discord? Das lässt sich nicht rückgängig machen. [j/N]
account_forgotten =
    Mitglied { $member } ist vergessen, mit { $sessions ->
        [one] { $sessions } Sitzung
       *[other] { $sessions } Sitzungen
    } in { $guilds ->
        [one] { $guilds } Guild
       *[other] { $guilds } Guilds
    }
account_unlinked =
    { $players ->
        [one] Es ist nicht mehr mit { $players } Spieler verknüpft, den „oxeye forget“ löscht
       *[other] Es ist nicht mehr mit { $players } Spielern verknüpft, die „oxeye forget“ löscht
    }
account_wiped_later = Kopien in unbenutzten Teilen der Dateien werden später überschrieben, meist innerhalb von zwei Stunden.

### Die Flotte in Discord

fleet_title = Flotte
fleet_counts =
    { $servers } von { $max ->
        [one] { $max } Server
       *[other] { $max } Servern
    }, { $players } Spieler
fleet_starts_none = Neue Server können gerade nicht gestartet werden.
fleet_empty = Gerade hat niemand einen Server.
fleet_silent = Die Flotte antwortet gerade nicht. Versuch es in einer Minute noch einmal.
slot_starting = startet
slot_running = läuft
slot_idle = leer
slot_stopping = wird gestoppt
slot_stopped = gestoppt
slot_failed = fehlgeschlagen
slot_deleting = wird gelöscht
slot_last_active = zuletzt genutzt { $moment }

### Spieler im Lauf der Zeit

range_days =
    { $days ->
        [one] heute
       *[other] die letzten { $days } Tage
    }
range_all = seit Beginn
# $day ist 0 für Montag.
weekday =
    { $day ->
        [0] Montag
        [1] Dienstag
        [2] Mittwoch
        [3] Donnerstag
        [4] Freitag
        [5] Samstag
       *[other] Sonntag
    }
weekday_short =
    { $day ->
        [0] Mo
        [1] Di
        [2] Mi
        [3] Do
        [4] Fr
        [5] Sa
       *[other] So
    }
date =
    { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[other] Dezember
    } { $year }
chart_together = Alle Server zusammen
chart_numbers = Durchschnitt { $average } · Spitze { $peak } ({ $when })
chart_nobody = Niemand war da
chart_record = Rekord { $record } ({ $when })
chart_usual =
    { $count ->
        [0] Um diese Zeit ist gewöhnlich niemand da.
        [one] Um diese Zeit ist gewöhnlich { $count } Spieler da.
       *[other] Um diese Zeit sind gewöhnlich { $count } Spieler da.
    }
chart_best = Am meisten los: { $day }, { $from }–{ $to } Uhr (etwa { $count }).
chart_usual_unknown = Wie viele gewöhnlich da sind, lässt sich erst nach { $days } Tagen sagen.
chart_unknown = Über diese Zeit ist nichts bekannt.
chart_zone = Tage und Stunden in { $zone }
chart_alt = Spieler im Lauf der Zeit, { $place }, { $range }.
# $hours ist eine Liste dessen, was chart_hour sagt.
chart_busiest = Die vollsten einzelnen Stunden der Woche: { $hours }.
history_title = Da waren am { $when } ({ $zone })
history_server = { $server } ({ $count }): { $players }
history_nameless = { $server } ({ $count })
history_nobody = { $server }: niemand
history_unknown = { $server }: über diese Zeit ist nichts bekannt
history_nothing = Über diese Zeit ist nichts bekannt.
history_begins = Die erste Sitzung begann am { $date }.
no_moment = Diese Zeit kann ich nicht lesen. Schreib sie wie `29.11.2026 20:15`, `2026-11-29 20:15`, `gestern 20:15`, `20:15` oder `vor 2 Std.`.
moment_in_future = Dieser Zeitpunkt liegt in der Zukunft. Nimm einen, der schon vorbei ist.
# Die Wörter im Bild haben wenig Platz.
picture_average = Durchschnitt
picture_peak = Spitze
picture_record = Rekord
picture_unknown = unbekannt
picture_week = Gewöhnlich da
picture_best = am meisten los
month_short =
    { $month ->
        [1] Jan.
        [2] Feb.
        [3] März
        [4] Apr.
        [5] Mai
        [6] Juni
        [7] Juli
        [8] Aug.
        [9] Sept.
        [10] Okt.
        [11] Nov.
       *[other] Dez.
    }
# $month ist, was month_short sagt.
day_of_month = { $day }. { $month }
button_days =
    { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    }
button_all_time = Seit Beginn
chart_hour = { $day } { $hour } Uhr ({ $count })

### Ein Spieler, und wer am meisten hat

# $what ist das Wort einer Rangliste, oder ein Zähler, wie ihn ein Betreiber genannt hat.
ranked_by =
    { $what ->
        [playtime] Spielzeit
        [visits] Besuche
       *[other] { $what }
    }
visits =
    { $count ->
        [one] { $count } Besuch
       *[other] { $count } Besuche
    }
ranking_title = Rangliste · { $what } · { $range } · { $place }
ranking_place = { $place } { $player } · { $amount }
ranking_nobody = Bisher niemand.
ranking_own = Dein Platz: { $place } von { $count } · { $amount } ({ $player })
ranking_zone = Tage in { $zone }
ranking_of_one_server = Auf welchem Server das war, ist nicht bekannt: { $counter }. Ohne `server` siehst du alle Server zusammen.
ranking_no_own = Du stehst nicht auf dieser Rangliste. Entweder hast du hier noch nichts, oder du bist nicht mit deinem Spieler verknüpft (das macht `/oxeye ich verknüpfen`), oder du bist verborgen (`/oxeye ich zeigen` beendet das).
unknown_ranking = Eine Rangliste für { $typed } gibt es nicht. Es gibt Ranglisten für { $known }.
# Am Ende einer Aufzählung von Ranglisten.
others =
    { $count ->
        [one] { $count } weitere
       *[other] { $count } weitere
    }
button_own_place = Mein Platz
button_top = Rangliste
button_notify = Mich benachrichtigen
# $ago ist „vor 25 Minuten“.
player_on = { $dot } auf { $server }, beigetreten { $ago }
player_off = { $dot } zuletzt gesehen auf { $server } { $ago }
player_first_seen = Zuerst gesehen am { $date }
player_played = Heute { $today } · diese Woche { $week } · insgesamt { $total }
player_place = Platz { $place } von { $count } nach Spielzeit
player_visits = { $visits } · der längste { $longest }
player_deaths =
    { $count ->
        [one] { $amount } Tod
       *[other] { $amount } Tode
    }
player_advancements =
    { $count ->
        [one] { $amount } Fortschritt
       *[other] { $amount } Fortschritte
    }
# $parts ist etwa „12 Tode · 34 Fortschritte“.
player_did_lately = { $parts } in den letzten 30 Tagen
player_imported = Aus der Zeit vor Oxeye: { $duration }
player_together = { $player } auf allen Servern zusammen
player_alt = Spielzeit von { $player } in den letzten { $days } Tagen:
player_alt_day = { $date }: { $duration }
player_alt_nothing = keine
nobody_called_here = Hier ist niemand namens **{ $player }** bekannt. Prüf die Schreibweise.

### Zähler in Discord

counter_in_status = Der Status von { $channel } zeigt jetzt immer die aktuellen Zahlen, im Moment **{ $shown }**. Bis eine Änderung zu sehen ist, kann etwa eine Minute vergehen.
counter_in_name =
    { $channel } heißt **{ $shown }**, sobald Discord es erlaubt. Der Name zeigt dann immer die aktuellen Zahlen, höchstens mit ein paar Minuten Verspätung: Discord erlaubt nur zwei Namensänderungen in 10 Minuten.
    Mit `/oxeye zähler aus` bekommt der Kanal seinen alten Namen zurück.
counter_off_status = { $channel } hat keinen Zähler mehr. Der Status verschwindet gleich.
counter_off_name = { $channel } hat keinen Zähler mehr. Der Kanal heißt wieder **{ $name }**, sobald Discord die nächste Änderung erlaubt; das kann 10 Minuten dauern.
no_counter = { $channel } hat keinen Zähler.
no_counter_but = { $channel } hat keinen Zähler. Diese Kanäle haben einen: { $channels }.
counter_needs_voice = Ein Zähler braucht einen Sprachkanal oder einen Stage-Kanal.
too_many_counters = Hier gibt es schon { $count } Zähler, mehr gehen nicht. `/oxeye zähler aus` schafft Platz.
template_without_placeholder = Dieser Text würde sich nie ändern. Er braucht mindestens einen dieser Platzhalter: { $placeholders }. Zum Beispiel: `{ $example }`
template_too_long = Dieser Text hat mehr als { $limit } Zeichen; länger kann der Name eines Kanals nicht sein.
template_unknown_placeholder = `{ $typed }` ist kein Platzhalter. Diese gibt es: { $placeholders }
counter_blocked = Ich kann den Zähler von { $channel } nicht mehr aktualisieren: Discord lehnt das ab. Ich brauche in diesem Kanal die Berechtigungen **Kanal anzeigen**, **Verbinden** und **Kanäle verwalten** und für den Status **Sprachkanalstatus festlegen**. Ich versuche es noch 7 Tage lang.
counter_given_up_permission = Ich habe den Zähler von { $channel } aufgegeben: Mir fehlen seit 7 Tagen die Berechtigungen. Mit `/oxeye zähler setzen` kannst du ihn wieder einrichten.
counter_given_up_refused = Ich habe den Zähler von { $channel } aufgegeben: Discord nimmt den Text nicht an. Mit `/oxeye zähler setzen` kannst du ihn wieder einrichten, am besten mit einem anderen Text.

### Warnungen in Discord

alert_down = 🔴 **{ $server }** ist seit { $time } nicht erreichbar ({ $ago }).
alert_silent = 🔴 **{ $server }** ist vermutlich ausgefallen: Seit { $time } ist nichts mehr von dort zu hören ({ $ago }).
alert_up = 🟢 **{ $server }** ist seit { $time } wieder da (Ausfall: { $duration }).
alert_record = 🏆 Neuer Rekord auf **{ $server }**: { $players } Spieler gleichzeitig, um { $time }. Der alte Rekord war { $before }, am { $date }.
alert_test = 🔔 Das ist ein Test von { $time }. Ich melde hier, wenn **{ $server }** ausfällt und wenn der Server wieder da ist.
alert_test_all = 🔔 Das ist ein Test von { $time }. Ich melde hier, wenn ein Server ausfällt und wenn er wieder da ist.
alert_set = Ich melde in { $channel }, wenn **{ $server }** seit einer Minute nicht erreichbar ist und wenn der Server wieder da ist. `/oxeye warnungen test` schickt einen Test dorthin.
alert_set_all = Ich melde in { $channel }, wenn ein Server seit einer Minute nicht erreichbar ist und wenn er wieder da ist. `/oxeye warnungen test` schickt einen Test dorthin.
alert_notifies = { $role } wird jedes Mal benachrichtigt.
alert_cannot_notify = { $role } wird jedes Mal erwähnt, aber nicht benachrichtigt: Erlaube in den Einstellungen der Rolle allen, sie zu erwähnen, oder gib mir dort die Berechtigung **\@everyone, \@here und alle Rollen erwähnen**.
alert_also_visits = Außerdem melde ich, wer kommt und geht: höchstens eine Nachricht in 30 Sekunden, die niemanden benachrichtigt. Wer verborgen ist, kommt nicht vor.
alert_also_records = Außerdem melde ich, wenn mehr Spieler gleichzeitig da sind als je zuvor.
alert_also_newcomers = Außerdem begrüße ich alle, die zum ersten Mal kommen.
alerts_off =
    { $count ->
        [one] Die Warnung in { $channel } ist aus.
       *[other] { $count } Warnungen in { $channel } sind aus.
    }
alert_tested = Hier ist der Test: { $link }
alert_on_its_way = Der Test ist noch nicht in { $channel }: Discord ist gerade langsam. Ich versuche es weiter.
alert_blocked = Ich kann in { $channel } keine Warnungen schreiben: Mir fehlen dort die Berechtigungen **Kanal anzeigen** und **Nachrichten senden** (in Threads: **Nachrichten in Threads senden**). Jede Warnung versuche ich 6 Stunden lang.
alert_thread_locked = Ich kann in { $channel } keine Warnungen schreiben: Der Thread ist gesperrt. Entsperre ihn, oder wähle mit `/oxeye warnungen setzen` einen anderen Kanal.
alert_refused = Ich kann in { $channel } keine Warnungen schreiben: Discord lehnt sie ab (Fehler { $code }). Jede Warnung versuche ich 6 Stunden lang. Wenn das so bleibt, wähle mit `/oxeye warnungen setzen` einen anderen Kanal.
alert_channel_deleted = Der Kanal { $channel } wurde gelöscht, deshalb gibt es seine Warnungen nicht mehr. Mit `/oxeye warnungen setzen` kannst du einen anderen Kanal wählen.
# $players is one name or several, $count how many.
visits_joined =
    📥 { $players } { $count ->
        [one] ist
       *[other] sind
    } jetzt auf **{ $server }** ({ $time }).
visits_left =
    📤 { $players } { $count ->
        [one] hat
       *[other] haben
    } **{ $server }** verlassen ({ $time }).
visits_new =
    👋 { $players } { $count ->
        [one] ist
       *[other] sind
    } zum ersten Mal auf **{ $server }** ({ $time }). Willkommen!
visits_more =
    { $count ->
        [one] ein weiterer
       *[other] { $count } weitere
    }
visits_elsewhere =
    … und { $count ->
        [one] ein weiterer Spieler
       *[other] { $count } weitere Spieler
    }.
alert_list = Diese Kanäle haben Warnungen:
alert_list_empty = Noch kein Kanal hat eine Warnung. Mit `/oxeye warnungen setzen` richtest du eine ein.
alert_line = { $channel }, { $servers }: { $topics }
alert_all_servers = alle Server
topic_outages = Ausfälle
topic_visits = wer kommt und geht
topic_records = Rekorde
topic_newcomers = erste Besuche
no_alert = In { $channel } gibt es keine Warnung.
no_alert_but = In { $channel } gibt es keine Warnung. Diese Kanäle haben eine: { $channels }.
too_many_alerts = Hier gibt es schon { $count } Warnungen, mehr gehen nicht. `/oxeye warnungen aus` schafft Platz.
not_for_alerts = In { $channel } lassen sich keine Warnungen einrichten. Wähle einen Text-, Ankündigungs-, Sprach- oder Stagekanal oder einen Thread.
alert_not_accepted = Discord nimmt in { $channel } keine Warnung an (Fehler { $code }). Wähle einen anderen Kanal oder versuch es später noch einmal.
no_alerts = Kein Kanal dieser Guild hat eine Warnung.
alert_entry = { $number }: Kanal { $channel }, { $server } (seit { $duration })
alert_entry_all = { $number }: Kanal { $channel }, alle Server (seit { $duration })
alert_entry_stopped = { $entry }, beendet: Der Kanal wurde gelöscht
alert_entry_blocked = { $entry }, von Discord abgelehnt
alert_removed = Warnung { $number } ist aus
alert_test_without_bot = Der Bot ist aus (DISCORD_TOKEN fehlt); er schickt einen Test der Warnung { $number }, sobald er an ist
alert_test_queued = Der Bot schickt einen Test der Warnung { $number }, sobald er kann
alert_not_everyone = Eine Warnung kann nicht alle benachrichtigen. Wähle eine andere Rolle oder keine.
local_guild_has_no_channels = Guild 0 ist lokal, ohne Discord, und hat deshalb keine Kanäle

### Benachrichtigungen in Discord

notice_came_on = **{ $player }** ist jetzt auf **{ $server }**.
# The same in a direct message, with the name of the Discord server.
notice_came_on_in = **{ $player }** ist jetzt auf **{ $server }** ({ $guild }).
notice_added = Ich schreibe dir, wenn **{ $player }** online geht, höchstens alle 30 Minuten. Abschalten kannst du das mit dem Button unter der Nachricht oder mit `/oxeye benachrichtigen entfernen`. Wenn du von diesem Server keine Direktnachrichten annimmst, gib `/oxeye benachrichtigen hinzufügen` mit `kanal` ein.
notice_added_with_channel = Ich schreibe dir, wenn **{ $player }** online geht, höchstens alle 30 Minuten. Wenn du keine Direktnachrichten annimmst, erwähne ich dich stattdessen in { $channel }. Abschalten kannst du das mit dem Button unter der Nachricht oder mit `/oxeye benachrichtigen entfernen`.
notice_removed = Du wirst nicht mehr benachrichtigt, wenn **{ $player }** online geht.
notice_was_removed = Diese Benachrichtigung ist schon abgeschaltet, oder sie gehört dir nicht.
ask_forget_notices =
    { $count ->
        [one] Der Spieler, über den du benachrichtigt wirst. Du wirst dann nicht mehr benachrichtigt.
       *[other] Die { $count } Spieler, über die du benachrichtigt wirst. Du wirst dann nicht mehr benachrichtigt.
    }
notices_forgotten =
    { $count ->
        [one] Deine Benachrichtigung über einen Spieler ist gelöscht.
       *[other] Deine Benachrichtigungen über { $count } Spieler sind gelöscht.
    }
notice_list = Du wirst benachrichtigt, wenn diese Spieler online gehen:
notice_list_empty = Du hast keine Benachrichtigungen. Mit `/oxeye benachrichtigen hinzufügen` richtest du eine ein.
notice_entry_refused = { $entry } – nicht zugestellt
notice_entry_ended = { $entry } – abgeschaltet
# Below the list, once.
notices_refused = Nicht zugestellt: Erlaube Direktnachrichten von diesem Server, oder gib `/oxeye benachrichtigen hinzufügen` noch einmal mit `kanal` ein.
notices_ended = Abgeschaltet nach 3 Nachrichten, die nicht zugestellt werden konnten: `/oxeye benachrichtigen hinzufügen` schaltet eine Benachrichtigung wieder ein.
button_end_notice = Abschalten
notice_unknown_player = Kein Minecraft-Server hier hat einen Spieler namens **{ $player }** gesehen. Prüf die Schreibweise.
notice_exists = Du wirst schon benachrichtigt, wenn **{ $player }** online geht. `/oxeye benachrichtigen entfernen` schaltet das ab.
too_many_notices = Du hast hier schon { $count } Benachrichtigungen, mehr gehen nicht. `/oxeye benachrichtigen entfernen` schafft Platz.
too_many_notices_of_guild = Die Mitglieder hier haben zusammen schon { $count } Benachrichtigungen, mehr gehen nicht.
too_many_notices_in_all = Dieser Bot hat so viele Benachrichtigungen, wie er schafft. Versuch es an einem anderen Tag noch einmal.
no_notice = Du hast keine Benachrichtigung über einen Spieler dieses Namens. `/oxeye benachrichtigen liste` zeigt deine.
notice_in_closed_channel = Du kannst in { $channel } nicht schreiben, deshalb erwähne ich dich dort nicht. Wähle einen anderen Kanal.
no_notices = Kein Mitglied dieser Guild wird benachrichtigt, wenn ein Spieler online geht.
notice_line = { $number }: Mitglied { $member } wird über { $player } benachrichtigt (seit { $duration })
notice_ended_by_operator = Benachrichtigung { $number } ist beendet

### Anzeigen in Discord

board_posted = Hier ist die Anzeige: { $link }. Ich aktualisiere sie, sobald sich etwas ändert. `/oxeye anzeige aus` entfernt sie.
board_renewed = Dieser Kanal hat schon eine Anzeige mit denselben Servern: { $link }. Sie hat jetzt die Optionen, die du gewählt hast.
board_on_its_way = Die Anzeige in { $channel } kommt noch: Discord ist gerade langsam, ich versuche es weiter.
board_posted_later = Die Anzeige in { $channel } kommt { $time }. Ich ändere die Anzeigen eines Kanals höchstens viermal in der Minute, weil Discord mehr ablehnt.
board_renewed_later = Dieser Kanal hat schon eine Anzeige mit denselben Servern: { $link }. Die Optionen, die du gewählt hast, gelten dort { $time }. Ich ändere die Anzeigen eines Kanals höchstens viermal in der Minute, weil Discord mehr ablehnt.
boards_removed =
    { $count ->
        [one] Ich habe die Anzeige in { $channel } entfernt.
       *[other] Ich habe { $count } Anzeigen in { $channel } entfernt.
    }
board_messages_left =
    { $count ->
        [one] Discord lässt mich die Nachricht nicht löschen. Sie bleibt, wie sie ist, bis jemand sie löscht.
       *[other] Discord lässt mich { $count } Nachrichten nicht löschen. Sie bleiben, wie sie sind, bis jemand sie löscht.
    }
no_board = In { $channel } gibt es keine Anzeige.
no_board_but = In { $channel } gibt es keine Anzeige. Diese Kanäle haben eine: { $channels }.
too_many_boards = Hier gibt es schon { $count } Anzeigen, mehr gehen nicht. `/oxeye anzeige aus` schafft Platz.
not_for_boards = In { $channel } lässt sich keine Anzeige einrichten. Wähle einen Text-, Ankündigungs-, Sprach-, Stage- oder Forumkanal oder einen Thread.
channel_gone = Diesen Kanal gibt es nicht mehr.
thread_is_locked = { $channel } ist gesperrt, deshalb kann ich dort nicht schreiben. Entsperre ihn oder wähle einen anderen Kanal.
forum_needs_tag = Beiträge in { $channel } müssen Tags haben, und die kann ich nicht wählen. Ändere das in den Einstellungen des Forums oder erstelle selbst einen Beitrag und ruf darin `/oxeye anzeige senden` auf.
board_not_accepted = Discord nimmt in { $channel } keine Anzeige an (Fehler { $code }). Wähle einen anderen Kanal oder versuch es später noch einmal.
missing_permissions =
    { $count ->
        [one] Mir fehlt in { $channel } eine Berechtigung: { $permissions }. Gib sie mir dort und ruf den Befehl noch einmal auf.
       *[other] Mir fehlen in { $channel } Berechtigungen: { $permissions }. Gib sie mir dort und ruf den Befehl noch einmal auf.
    }
refused_despite_permissions = Discord lässt das in { $channel } nicht zu, obwohl ich dort die nötigen Berechtigungen zu haben scheine: { $permissions }. Prüf sie dort für meine Rolle und ob ich im Timeout bin, und ruf den Befehl noch einmal auf.
permission_name =
    { $permission ->
        [view_channel] Kanal anzeigen
        [send_messages] Nachrichten senden
        [send_messages_in_threads] Nachrichten in Threads senden
        [embed_links] Links einbetten
        [attach_files] Dateien anhängen
        [read_message_history] Nachrichtenverlauf anzeigen
        [connect] Verbinden
        [manage_channels] Kanäle verwalten
        [set_voice_channel_status] Sprachkanalstatus festlegen
       *[other] { $permission }
    }

### Sitzungen von Mitgliedern in Discord

# Was von Mitgliedern gespeichert wird, in einer Liste wie „Sprachkanäle, Spiele und Spotify“.
presence_kind =
    { $kind ->
        [voice] Sprachkanäle
        [screen_share] Bildschirmübertragung
        [camera] Kamera
        [game] Spiele
        [streaming] Streams
       *[spotify] Spotify
    }
# Was zu einer Sitzung gehört, je nachdem, was gespeichert wird.
presence_detail =
    { $what ->
        [channel] der Kanal
        [game] das Spiel mit seinem Text
        [stream] der Stream mit seinem Text
       *[track] das Lied
    }
# Was Mitglieder für alle Arten und für keine eingeben.
presence_all = alles
presence_none = aus

presence_off = Die Betreiber dieses Bots speichern nicht, was Mitglieder in Discord tun.
presence_not_set_up = Hier wird nicht gespeichert, was Mitglieder tun. Wer **Server verwalten** darf, kann das mit `/oxeye aktivität einrichten` ändern.
presence_set_up =
    Ich speichere Sitzungen von Mitgliedern, die `/oxeye aktivität mitmachen` aufrufen, und von niemandem sonst: { $kinds }. Zu jeder gehören Anfang, Ende und { $details }. Jede wird nach { $days ->
        [one] { $days } Tag
       *[other] { $days } Tagen
    } gelöscht.
    `/oxeye aktivität aufhören` löscht sofort alle Sitzungen eines Mitglieds, `/oxeye aktivität einrichten` mit `aus` die von allen. Was später dazukommt, wird nur von Mitgliedern gespeichert, die dann noch einmal `/oxeye aktivität mitmachen` aufrufen.
presence_choose_kinds = Hier wird nicht gespeichert, was Mitglieder tun. Das lässt sich speichern, nur von Mitgliedern, die `/oxeye aktivität mitmachen` aufrufen: { $kinds }. Gib davon etwas als `arten` an, oder `alles`.
presence_unseen = Bisherige Sitzungen bleiben, aber neue kommen nicht dazu, solange der Betreiber dieses Bots nur Sprachkanäle freigibt: { $kinds }.
presence_not_seen = Nicht gespeichert, weil der Betreiber dieses Bots nur Sprachkanäle freigibt: { $kinds }.
presence_only_voice = Der Betreiber dieses Bots gibt nur Sprachkanäle frei, deshalb lässt sich nur das speichern: { $kinds }.
presence_switched_off = Ich speichere hier nicht mehr, was Mitglieder tun. Alles ist gelöscht, niemand nimmt mehr teil, und es ist nicht mehr bekannt, wer davon verborgen war.
presence_was_off = Hier wird nicht gespeichert, was Mitglieder tun. Es gab nichts zu löschen.
presence_unknown_kind = `{ $typed }` lässt sich nicht speichern. Das lässt sich speichern: { $kinds }. `alles` steht für alles davon, `aus` für nichts.
presence_joined =
    Ab jetzt speichere ich hier deine Sitzungen: { $kinds }. Zu jeder gehören Anfang, Ende und { $details }. Jede wird nach { $days ->
        [one] { $days } Tag
       *[other] { $days } Tagen
    } gelöscht. `/oxeye aktivität rangliste` zeigt anderen Mitgliedern Summen daraus, wer gerade in welchem Sprachkanal ist und wer wie lange gestreamt hat, und `/oxeye aktivität meine` nennt dich ihnen vielleicht unter „Zusammen gespielt mit“.
    `/oxeye aktivität aufhören` löscht sofort alle.
presence_can_hide = Du bist vor den anderen Mitgliedern nicht verborgen, auch wenn du es früher einmal warst. `/oxeye ich verstecken` verbirgt dich.
presence_joined_already =
    Du nimmst schon teil. Ich speichere hier deine Sitzungen: { $kinds }. Jede wird nach { $days ->
        [one] { $days } Tag
       *[other] { $days } Tagen
    } gelöscht.
    `/oxeye aktivität aufhören` löscht sofort alle.
presence_joined_more =
    Ab jetzt speichere ich auch diese Sitzungen von dir: { $new }. Insgesamt speichere ich hier: { $kinds }. Jede wird nach { $days ->
        [one] { $days } Tag
       *[other] { $days } Tagen
    } gelöscht.
    `/oxeye aktivität aufhören` löscht sofort alle.
presence_left = Alle deine Sitzungen hier sind gelöscht, und ich speichere keine weiteren.
presence_wiped_later = Niemand sieht sie mehr, aber Kopien in unbenutzten Teilen der Datei werden erst später überschrieben, meist innerhalb von zwei Stunden.
presence_just_deleted = Hier wurden gerade erst Sitzungen gelöscht. { $until } kannst du weitere Arten abwählen.
presence_just_left = Du bist gerade erst ausgetreten. { $until } kannst du wieder beitreten.
presence_had_not_joined = Du nimmst hier nicht teil, also ist nichts von dem gespeichert, was du tust.

presence_range =
    { $days ->
        [1] in den letzten 24 Stunden
       *[other] in den letzten { $days } Tagen
    }
presence_mine = Deine Sitzungen hier { $range }:
# $parts sind Namen mit Dauern wie „Minecraft 3 Std.“.
presence_mine_kind = • **{ $kind }**: { $duration } ({ $parts })
presence_mine_now = Jetzt: { $sessions }
presence_mine_together = Zusammen gespielt mit: { $members }
presence_mine_nothing = Du hast hier { $range } keine Sitzungen.
presence_mine_not_agreed = Seit du teilnimmst, wird hier mehr gespeichert, aber nicht von dir: { $kinds }. Wenn du das auch möchtest, rufe noch einmal `/oxeye aktivität mitmachen` auf.
presence_part = { $name } { $duration }
presence_session_now =
    { $kind ->
        [voice] in { $name }
        [screen_share] Bildschirm übertragen in { $name }
        [camera] Kamera an in { $name }
        [game] spielt { $name }
        [streaming] streamt { $name }
       *[spotify] hört { $name }
    } (seit { $duration })

presence_top = **{ $what } { $range }**: { $duration } von { $members ->
        [one] { $members } Mitglied
       *[other] { $members } Mitgliedern
    }
presence_top_figure =
    { $name }: { $duration }, { $members ->
        [one] { $members } Mitglied
       *[other] { $members } Mitglieder
    }
presence_top_nothing = { $what }: { $range } nichts. Es zählen nur Mitglieder, die `/oxeye aktivität mitmachen` aufgerufen haben.
# $kinds ist, was gespeichert wird.
presence_top_not_kept = { $what }: Das wird hier nicht gespeichert. Von Mitgliedern, die `/oxeye aktivität mitmachen` aufgerufen haben, wird gespeichert: { $kinds }.
presence_what =
    { $what ->
        [voice] Sprachkanäle
        [screen_share] Bildschirmübertragungen
        [camera] Kameras
        [game] Spiele
        [streaming] Streams
       *[spotify] Interpreten auf Spotify
    }
presence_in_voice = **{ $members ->
        [one] { $members } Mitglied
       *[other] { $members } Mitglieder
    } im Sprachkanal**, von denen, die teilnehmen:
presence_in_voice_member = { $member } seit { $duration } in { $channel }
presence_in_voice_nobody = Niemand, der teilnimmt, ist in einem Sprachkanal.

### Einstellungen einer Guild

setting_time_zone = Zeitzone
setting_language = Sprache
setting_last_seen = Zuletzt gesehen
setting_retention = Sitzungen aufbewahren
setting_shown = Für Mitglieder sichtbar
setting_default = { $value } (Vorgabe von Oxeye)
language_english = Englisch
language_german = Deutsch
language_of_discord = wie in Discord
hours_long = { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
hours_of_most = { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    } (höchstens { $most })
days_long = { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
days_of_most = { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    } (höchstens { $most })
kept_for_ever = für immer
shown_heads = Köpfe
shown_playtime = Spielzeit
shown_rankings = Ranglisten
shown_history = Verlauf
shown_nothing = weder Köpfe noch Spielzeit, Ranglisten oder Verlauf

setting_unknown = Es gibt keine Einstellung { $setting }. Die Einstellungen sind { $settings }.
zone_unknown = Es gibt keine Zeitzone { $zone }. Zeitzonen schreibt man wie Europe/Berlin oder UTC.
zone_unknown_but = Es gibt keine Zeitzone { $zone }. Meintest du { $near }?
language_unknown = Oxeye spricht nicht { $language }, nur { $languages }.
last_seen_out_of_range = „Zuletzt gesehen“ ist eine ganze Zahl von Stunden, von 1 bis { $most }.
retention_out_of_range = Sitzungen werden eine ganze Zahl von Tagen aufbewahrt, von 1 bis { $most }.
shown_unknown = Zur Auswahl stehen nur { $parts }, nicht { $part }.
turned_off_here = Das ist hier ausgeschaltet. Wer die Berechtigung **Server verwalten** hat, kann es mit `/oxeye einstellungen` einschalten.

about_settings = Zeitzone, Sprache und was Mitglieder sehen festlegen (nur mit „Server verwalten“).
settings_title = **Einstellungen**
settings_hint = Änderungen gelten sofort. Die Sprache gilt für das, was alle sehen; was nur ein Mitglied sieht, steht in dessen Sprache.
option_other = Andere ...
modal_zone = Zeitzone, zum Beispiel Europe/Berlin
modal_days = Tage, von 1 bis { $most }
ask_fewer_days = Sitzungen nur noch { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    } aufbewahren? { $count ->
        [0] Noch ist keine älter. Ab jetzt wird jede gelöscht, sobald sie so alt ist,
        [one] **{ $count }** Sitzung ist älter. Sie wird innerhalb einer Stunde gelöscht,
       *[other] **{ $count }** Sitzungen sind älter. Sie werden innerhalb einer Stunde gelöscht,
    } ebenso, was aus dieser Zeit über Ausfälle bekannt ist. Das lässt sich nicht rückgängig machen.
button_fewer_days = Kürzer aufbewahren
button_back = Zurück

settings_of_guild = Einstellungen der Guild { $guild }:
settings_local = Einstellungen der lokalen Server:
setting_needs_value = eine Einstellung und ihren Wert schreibt man wie { $example }
ask_shorter_retention = Damit werden Sitzungen nur noch { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    } aufbewahrt: { $count ->
        [0] Noch ist keine älter, aber ab jetzt wird jede gelöscht, sobald sie so alt ist.
        [one] { $count } Sitzung ist älter und wird innerhalb einer Stunde gelöscht.
       *[other] { $count } Sitzungen sind älter und werden innerhalb einer Stunde gelöscht.
    } Das lässt sich nicht rückgängig machen. Fortfahren? [j/N]
settings_unchanged = es wurde nichts geändert

### Was in Discord schiefgehen kann

guild_only = Das geht nur auf einem Discord-Server.
old_button = Dieser Button ist veraltet. Ruf den Befehl noch einmal auf.
needs_manage_server = Dafür brauchst du die Berechtigung **Server verwalten**.
command_needs_manage_server = Für `/{ $command }` brauchst du die Berechtigung **Server verwalten**.
just_refreshed = Das wurde gerade erst aktualisiert. Versuch es in ein paar Sekunden noch einmal.
turned_too_fast = Das war zu schnell. Drück noch einmal auf den Button.
old_command = Dieser Befehl ist veraltet. Versuch es in einer Minute noch einmal.
our_fault = Da ist bei uns leider etwas schiefgegangen. Wenn das öfter passiert, gib den Betreibern dieses Bots diese Kennung: `{ $reference }`.

### Beschreibungen unserer Befehle und ihrer Optionen in Discord

# Am Ende der folgenden Beschreibungen, vor dem Punkt. In der Liste der Befehle steht es nicht.
manage_server_hint = (nur mit „Server verwalten“)
about_oxeye = Wer auf den Minecraft-Servern dieser Community online ist.
about_status = Wer auf einem Minecraft-Server online ist und wer zuletzt da war.
about_status_server = Welcher Server; ohne Angabe alle oder, wenn es nur einen gibt, dieser
about_list = Die hier verknüpften Minecraft-Server und wie viele dort spielen.
about_connect = Einen Minecraft-Server mit dieser Community verknüpfen (nur mit „Server verwalten“).
about_connect_name = Wie der Server hier heißen soll
about_disconnect = Einen Minecraft-Server von dieser Community trennen (nur mit „Server verwalten“).
about_rotate_key = Einen Code für einen neuen Schlüssel eines Servers ausstellen (nur mit „Server verwalten“).
about_rename = Einem Minecraft-Server hier einen anderen Namen geben (nur mit „Server verwalten“).
about_rename_name = Der neue Name
about_watch = Minecraft-Server über seine Adresse zeigen, ohne Installation (nur mit „Server verwalten“).
about_watch_address = Die Adresse, wie man sie in Minecraft eingibt, z. B. mc.example.org oder 203.0.113.7:25566
about_watch_name = Wie der Server hier heißen soll; ohne Angabe wie der Host
about_watch_server = Der verknüpfte Server mit dieser Adresse; ohne Angabe ein neuer
about_unwatch = Die Adresse eines Minecraft-Servers nicht mehr beobachten (nur mit „Server verwalten“).
about_help = Die Befehle, die du hier benutzen kannst.
about_server = Welcher Server
about_fleet = Die Server der Flotte und wer darauf spielt.
about_chart = Spieler im Lauf der Zeit: Durchschnitt, Spitze, Rekord, und wann am meisten los ist.
about_chart_server = Welcher Server; ohne Angabe alle zusammen
about_chart_range = Wie weit zurück; ohne Angabe 7 Tage
about_history = Wer zu einem bestimmten Zeitpunkt da war.
about_history_time = Zum Beispiel: 29.11.2026 20:15, gestern 20:15, 20:15, vor 2 Std.
about_player = Was über einen Spieler bekannt ist: online oder zuletzt gesehen, Spielzeit, Platz, Besuche.
about_player_name = Der Name des Spielers
about_top = Ranglisten: Spielzeit, Besuche und was Spieler getan haben, zum Beispiel Tode.
about_top_what = Was zählt; ohne Angabe die Spielzeit
about_top_range = Welche Zeit zählt; ohne Angabe diese Woche
about_top_server = Welcher Server; ohne Angabe zählen alle zusammen
about_me = Welcher Spieler du bist und was Oxeye über ihn speichert.
about_me_link = Dich mit deinem Spieler verknüpfen, mit einem Code im Spiel oder einer Bestätigung.
about_me_link_name = Dein Name im Spiel
about_me_unlink = Die Verknüpfung mit deinem Spieler beenden.
about_me_hide = Deinen Spieler und das, was du in Discord tust, hier aus Listen und Bildern heraushalten.
about_me_show = Deinen Spieler und das, was du in Discord tust, wieder zeigen.
about_me_data = Alles, was hier über dich und deinen Spieler gespeichert ist, als Datei.
about_me_forget = Alles löschen, was hier über dich und deinen Spieler gespeichert ist.
about_counter = In einem Sprachkanal zeigen, wie viele online sind (nur mit „Server verwalten“).
about_counter_set = Text mit Zahlen als Status oder Namen eines Kanals zeigen (nur mit „Server verwalten“).
about_counter_set_channel = Welcher Sprachkanal
about_counter_set_template = Was dort stehen soll, zum Beispiel { $example }
about_counter_set_server = Welcher Server; ohne Angabe zählen alle
about_counter_off = Den Zähler eines Kanals ausschalten und den Kanal zurücksetzen (nur mit „Server verwalten“).
about_alerts = Melden, wenn ein Server ausfällt und wieder da ist (nur mit „Server verwalten“).
about_alerts_set = In einem Kanal melden, wenn ein Server ausfällt und wieder da ist (nur mit „Server verwalten“).
about_alerts_set_channel = Wo es stehen soll
about_alerts_set_server = Welcher Server; ohne Angabe alle
about_alerts_set_role = Wer benachrichtigt wird; ohne Angabe niemand
about_alerts_set_visits = Auch melden, wer kommt und geht
about_alerts_set_records = Auch melden, wenn mehr Spieler da sind als je zuvor
about_alerts_set_newcomers = Auch alle begrüßen, die zum ersten Mal kommen
about_alerts_list = Die Kanäle auflisten, die Warnungen haben (nur mit „Server verwalten“).
about_alerts_off = Die Warnungen eines Kanals ausschalten (nur mit „Server verwalten“).
about_alerts_off_channel = Welcher Kanal; ohne Angabe dieser hier
about_alerts_test = Einen Test in den Kanal einer Warnung schicken (nur mit „Server verwalten“).
about_notify = Benachrichtigt werden, wenn ein Spieler online geht.
about_notify_add = Eine Direktnachricht bekommen, wenn ein Spieler online geht.
about_notify_add_name = Der Name des Spielers in Minecraft
about_notify_add_channel = Wo du erwähnt wirst, wenn du keine Direktnachrichten annimmst
about_notify_remove = Nicht mehr über einen Spieler benachrichtigt werden.
about_notify_remove_name = Der Name des Spielers in Minecraft
about_notify_list = Die Spieler auflisten, über die du benachrichtigt wirst.
about_board = Nachrichten, die immer zeigen, wer online ist (nur mit „Server verwalten“).
about_board_post = Eine Nachricht senden, die immer zeigt, wer online ist (nur mit „Server verwalten“).
about_board_post_server = Welcher Server; ohne Angabe alle
about_board_post_channel = In welchem Kanal; ohne Angabe in diesem
about_board_post_picture = Ob die Köpfe der Spieler zu sehen sind, die online sind
about_board_off = Die Anzeige eines Kanals entfernen (nur mit „Server verwalten“).
about_board_off_channel = Welcher Kanal; ohne Angabe dieser
about_presence = Was Mitglieder in Sprachkanälen, Spielen und auf Spotify tun, wenn sie es speichern lassen.
about_presence_setup = Wählen, was von Teilnehmenden gespeichert wird (nur mit „Server verwalten“).
about_presence_setup_kinds = Zum Beispiel: sprachkanäle, spiele, spotify. Oder: alles, aus
about_presence_join = Deine eigenen Sitzungen in Sprachkanälen, Spielen und auf Spotify hier speichern lassen.
about_presence_leave = Alle deine eigenen Sitzungen hier sofort löschen und keine weiteren speichern.
about_presence_mine = Deine eigenen Sitzungen hier. Nur du siehst die Antwort.
about_presence_mine_range = Wie weit zurück; ohne Angabe 7 Tage
about_presence_top = Was Teilnehmende am meisten tun, oder wer von ihnen gerade im Sprachkanal ist.
about_presence_top_what = Was gezeigt wird; ohne Angabe Spiele, falls sie gespeichert werden

### Namen, die nicht erlaubt sind

server_name_nothing_visible = Ein Servername braucht mindestens ein sichtbares Zeichen.
server_name_too_long = Ein Servername darf höchstens { $limit } Zeichen haben, dieser hat mehr.
server_name_invisible = Ein Servername darf keine Zeilenumbrüche, Steuerzeichen oder unsichtbaren Zeichen enthalten.
player_name_empty = Ein Spielername darf nicht leer sein.
player_name_too_long = Ein Spielername darf höchstens { $limit } Zeichen haben, dieser hat mehr.
player_name_control_character = Ein Spielername darf keine Zeilenumbrüche oder anderen Steuerzeichen enthalten.
player_name_spaces_at_ends = Ein Spielername darf nicht mit einem Leerzeichen beginnen oder enden.

### Die Befehlszeile: welcher Server, und das laufende Oxeye

no_server_linked = Es ist noch kein Server verknüpft; `oxeye link NAME` gibt einen Verknüpfungscode aus, und `oxeye watch ADRESSE` zeigt einen Server, ohne dass dort etwas installiert wird.
linked_servers = Verknüpfte Server: { $servers }.
no_such_server = es gibt keinen Server „{ $server }“. { $linked }
which_spelling = „{ $name }“ kann { $first } oder { $second } sein; achte auf Groß- und Kleinschreibung
which_guild = mehrere Guilds haben Server; wähle mit --guild eine aus: { $guilds }
which_guild_of = mehrere Guilds haben einen Server „{ $server }“; wähle mit --guild eine aus, zum Beispiel --guild { $first } oder --guild { $second }
server_vanished = den Server gibt es nicht mehr

port_is_zero =
    { $setting ->
        [OPERATOR_LISTEN] der Port in OPERATOR_LISTEN
       *[other] PORT
    } ist 0, deshalb ist unbekannt, auf welchem Port das Backend läuft; setze dort den Port ein, den es beim Start ins Log geschrieben hat
# $setting ist PORT oder OPERATOR_LISTEN.
port_of_oxeye =
    unter { $url } läuft schon ein Oxeye; stoppe es zuerst oder setze { $setting ->
        [PORT] PORT auf eine andere Zahl
       *[other] { $setting } auf eine andere Adresse
    }
port_in_use =
    ein anderes Programm benutzt Port { $port }; setze { $setting ->
        [PORT] PORT auf eine andere Zahl
       *[other] { $setting } auf eine andere Adresse
    }
cannot_listen =
    auf { $address } kann Oxeye nicht lauschen ({ $setting ->
        [PORT] HOST, PORT
       *[other] { $setting }
    }): { $why }
token_refused = das Oxeye unter { $url } akzeptiert das Betreiber-Token { $origin } nicht; führe den Befehl in dem Ordner aus, in dem dieses Oxeye läuft, oder mit dessen DATABASE_PATH
token_in_setting = aus OPERATOR_TOKEN
token_in_file = in { $path }
token_file_fails = das Betreiber-Token in { $path } ist nicht zu gebrauchen: { $why }
token_unusable = das Betreiber-Token in { $path } ist nicht zu gebrauchen (es wird hier nicht gezeigt): Erwartet werden mindestens { $shortest } sichtbare ASCII-Zeichen ohne Leerzeichen. Lösche die Datei, dann wird ein neues erzeugt, oder setze OPERATOR_TOKEN
token_is_reader_token = READER_TOKEN ist dasselbe wie das Betreiber-Token, wer es hat, könnte also alles ändern; nimm ein anderes
token_missing = unter { $path } gibt es kein Betreiber-Token; führe den Befehl in dem Ordner aus, in dem Oxeye läuft, oder mit dessen DATABASE_PATH (`oxeye serve` erzeugt das Token beim Start)
strange_answer =
    { $url } hat mit { $status } geantwortet, aber nicht wie ein Oxeye-Backend; { $setting ->
        [OPERATOR_LISTEN] stimmt OPERATOR_LISTEN
       *[other] stimmen HOST und PORT
    }?
backend_silent = das Oxeye unter { $url } antwortet nicht; vielleicht steht in seinem Log, warum
backend_not_running =
    unter { $url } läuft kein Oxeye; starte es mit `oxeye serve` oder setze { $setting ->
        [OPERATOR_LISTEN] OPERATOR_LISTEN
       *[other] HOST und PORT
    } auf die Adresse, unter der es erreichbar ist
answer_stopped = das Backend hat mitten in der Antwort aufgehört zu senden
answer_broke_off = die Verbindung ist mitten in der Antwort abgebrochen

no_such_command = es gibt keinen Befehl `{ $typed }`; meintest du `{ $meant }`? `oxeye --help` zeigt alle Befehle
no_such_option = es gibt keine Option `{ $typed }`; meintest du `{ $meant }`? Mit `--help` siehst du alle Optionen
unknown_command = es gibt keinen Befehl `{ $typed }`; `oxeye --help` zeigt alle Befehle
unknown_option = es gibt keine Option `{ $typed }`; mit `--help` siehst du alle Optionen
option_of_command = `{ $typed }` gehört hinter den Befehl, etwa `oxeye { $with_command }`
option_or_name = es gibt keine Option `{ $typed }`; wenn ein Name mit `-` beginnt, schreibe `--` davor, etwa `oxeye player -- -Fern`
word_too_many = `{ $typed }` ist ein Wort zu viel; ein Name mit Leerzeichen braucht Anführungszeichen. Mit `--help` siehst du, wie man den Befehl schreibt
# $arguments ist eine Liste wie „`<NAME>`“, $usage etwas wie „`oxeye rename <SERVER> <NAME>`“.
arguments_missing = es { $count ->
        [one] fehlt
       *[other] fehlen
    } { $arguments }; so schreibt man den Befehl: { $usage }
option_twice = `{ $option }` darf nur einmal vorkommen
# $others ist eine Liste wie „`--off <NUMBER>`“.
arguments_conflict = `{ $argument }` geht nicht zusammen mit { $others }
value_missing = `{ $option }` braucht einen Wert
option_takes_no_value = `{ $option }` nimmt keinen Wert an, auch nicht `{ $typed }`
argument_not_utf8 = ein Argument enthält Zeichen, die kein gültiges UTF-8 sind
# $why ist einer der folgenden Sätze.
value_not_accepted = `{ $typed }` geht nicht für `{ $argument }`: { $why }
form_of_time_zone = Zeitzonen schreibt man wie Europe/Berlin oder UTC
form_of_range = ein Zeitraum ist today, week, month, all oder eine Zahl von Tagen von 1d bis { $most }, zum Beispiel 30d
form_of_ranked_range = eine Rangliste umfasst today, week, month oder eine Zahl von Tagen von 1d bis { $most }, zum Beispiel 3d
form_of_presence_kind = eine Art ist { $kinds }
form_of_guild_id = eine Guild-ID ist eine Zahl wie 123456789012345678, oder 0 für die lokalen Server. Schalte in Discord den Entwicklermodus ein (Benutzereinstellungen, Erweitert), klicke mit der rechten Maustaste auf die Guild und kopiere die ID
form_of_discord_id = das ist die ID, die Discord dafür hat, eine Zahl wie 234567890123456789. Schalte in Discord den Entwicklermodus ein (Benutzereinstellungen, Erweitert), klicke mit der rechten Maustaste darauf und kopiere die ID
form_of_limit = das ist eine ganze Zahl ab 1
form_of_smaller_number = das ist zu groß
form_of_days = das ist eine ganze Zahl von 1 bis { $most }
form_of_choice = möglich ist { $choices }

# Warum das Betriebssystem etwas nicht konnte.
system_not_found = diese Datei oder diesen Ordner gibt es nicht
system_permission_denied = die Berechtigung fehlt
system_already_exists = das gibt es schon
system_is_folder = das ist ein Ordner
system_not_a_folder = ein Teil des Pfads ist kein Ordner
system_disk_full = der Datenträger ist voll
system_read_only = das Dateisystem ist schreibgeschützt
system_refused = die Verbindung wurde abgelehnt
system_closed = die Gegenseite hat die Verbindung geschlossen
system_timed_out = es kam nicht rechtzeitig eine Antwort
system_unreachable = durch das Netzwerk führt kein Weg zu diesem Rechner
system_address_elsewhere = diese Adresse hat dieser Rechner nicht

cannot_read = { $path } lässt sich nicht lesen
cannot_write = { $path } lässt sich nicht schreiben
file_exists = { $path } gibt es schon; nimm einen anderen Namen oder ersetze die Datei mit --force
file_is_of_store = { $path } ist eine der Dateien, in denen Oxeye seine Daten aufbewahrt, und die überschreibt kein Befehl; nimm einen anderen Namen
file_in_use = { $path } wird von einem anderen Programm benutzt, vielleicht von einem Oxeye mit anderen Einstellungen; nimm einen anderen Namen
file_is_special = { $path } gibt es schon und ist keine Datei; nimm einen anderen Namen

### Die Befehlszeile: was das laufende Oxeye ablehnt

refused_unknown_server = in der Guild { $guild } gibt es keinen Server mit diesem Namen; ihre Server sind: { $servers }
refused_unknown_local_server = es gibt keinen lokalen Server mit diesem Namen; die lokalen Server sind: { $servers }
refused_unknown_guild = die Guild { $guild } hat keine Server; diese Guilds haben welche: { $guilds }
refused_no_local_server = es gibt keinen lokalen Server; wähle mit --guild eine Guild, die Server hat: { $guilds }
refused_unknown_player = über einen Spieler mit diesem Namen ist nichts bekannt
refused_unknown_member = kein Mitglied mit dieser Kennung ist in dieser Guild mit einem Spieler verknüpft
refused_unknown_alert = in dieser Guild gibt es keine Warnung mit dieser Nummer
refused_too_many_alerts = die Guild hat schon { $limit } Warnungen, mehr gehen nicht; --off schaltet eine aus
refused_notice_exists = dieses Mitglied wird über den Spieler schon benachrichtigt
refused_too_many_notices = dieses Mitglied hat schon { $count } Benachrichtigungen, mehr gehen nicht; --remove beendet eine
refused_too_many_notices_in_guild = die Mitglieder dieser Guild haben schon { $count } Benachrichtigungen, mehr gehen nicht; --remove beendet eine
refused_too_many_notices_in_all = die Mitglieder aller Guilds haben schon { $count } Benachrichtigungen, mehr gehen nicht; --remove beendet eine
refused_unknown_notice = in dieser Guild gibt es keine Benachrichtigung mit dieser Nummer
refused_unknown_account = über ein Discord-Konto mit dieser Kennung ist nichts gespeichert
refused_not_joined = niemand mit dieser Kennung nimmt in dieser Guild teil, also ist nichts von dem gespeichert, was er in Discord tut
refused_nobody_to_forget = über einen Spieler mit genau diesem Namen ist nichts bekannt
refused_similar_player = über einen Spieler mit genau diesem Namen ist nichts bekannt; meintest du „{ $player }“?
refused_name_taken = ein Server mit diesem Namen ist schon verknüpft; nimm einen anderen Namen oder trenne den vorhandenen zuerst mit `oxeye unlink`
refused_name_in_use = ein anderer Server heißt schon so, auch wenn er vielleicht gerade nicht verknüpft ist; nimm einen anderen Namen, oder benenne zuerst den anderen Server um oder entferne ihn
refused_no_key = für diesen Server meldet nichts, also hat er keinen Schlüssel; mit „oxeye link“ wird er verknüpft
refused_already_unlinked = dieser Server ist nicht verknüpft, hat also keinen Schlüssel mehr
refused_deletes_sessions = damit werden Sitzungen kürzer aufbewahrt als bisher, und innerhalb einer Stunde { $count ->
        [one] wird { $count } Sitzung
       *[other] werden { $count } Sitzungen
    } gelöscht
refused_not_watched = für diesen Server wird keine Adresse beobachtet

refused_not_an_export = diese Datei stammt nicht von `oxeye export`: ihre erste Zeile ist nicht die eines Exports
refused_export_version = diese Zeilen haben die Version { $found }, dieses Oxeye liest die Versionen { $oldest } bis { $newest }
refused_line_too_long = Zeile { $line } ist länger als { $limit } Bytes
refused_line = Zeile { $line }: { $reason } Ab Zeile { $first } wurde nichts importiert; behebe das und importiere die ganze Datei noch einmal: Was schon importiert ist, wird übersprungen
line_rounded_guild_id = ein Programm wie jq oder JavaScript hat die Guild-ID { $guild } vielleicht gerundet; exportiere noch einmal, schreibe die richtige ID als Text in die Datei ("guild_id":"{ $guild }", falls sie stimmt) oder gib mit --guild die Guild aller Server an
# $reason ist die Meldung eines Parsers und bleibt englisch.
line_not_usable = sie lässt sich nicht verwenden (Meldung: { $reason })
line_not_json = sie ist kein JSON: der Fehler ist bei Byte { $column }
line_key_missing = `{ $key }` fehlt
line_key_twice = `{ $key }` kommt zweimal vor
line_word_unknown = `{ $sent }` ist nicht bekannt; bekannt sind { $known }
line_kind_wrong =
    { $sent } steht dort, wo { $wanted ->
        [text] ein Text
        [bool] true oder false
        [list] eine Liste
        [object] ein Objekt in geschweiften Klammern
        [text_or_object] ein Text oder ein Objekt in geschweiften Klammern
        [count] eine nicht zu große ganze Zahl ab 0
        [whole_number] eine ganze Zahl
        [number] eine Zahl
       *[other] etwas anderes
    } hingehört
line_session_times = bei einer Sitzung muss joined_at <= seen_at <= left_at gelten
line_session_in_future = die Sitzung liegt in der Zukunft; vielleicht geht eine Uhr falsch
line_session_half_ended = eine Sitzung hat entweder left_at und ended oder, solange sie offen ist, keines von beiden
line_session_end = in `ended` steht keines von { $known }
line_account_times = bei einem Konto muss first_reported_at <= last_reported_at gelten, und beides darf nicht in der Zukunft liegen
line_guild_id_too_large = Programme runden Zahlen über 2^53, deshalb muss eine so große Guild-ID als Text in der Datei stehen
refused_body_incomplete = die Datei ist nicht vollständig angekommen; versuch es noch einmal

refused_only_reader = mit READER_TOKEN lässt sich nur lesen, aber weder etwas ändern noch ein Backup oder ein Export erstellen; benutze dafür das Betreiber-Token
refused_operator_api_elsewhere = die Betreiber-API ist nicht unter dieser Adresse; wo sie ist, steht in OPERATOR_LISTEN
refused_unknown_route = das laufende Oxeye hat eine andere Version und kennt diesen Befehl nicht; starte es mit der Version dieses Befehls neu
refused_busy = Oxeye hat gerade zu viel zu tun; versuch es gleich noch einmal
refused_timed_out = Oxeye konnte nicht rechtzeitig antworten; versuch es noch einmal
refused_stopping = Oxeye wird gerade beendet; versuch es noch einmal, wenn es wieder läuft
refused_too_many_connections = Oxeye hat zu viele offene Verbindungen; versuch es gleich noch einmal
refused_too_many_large_requests = Oxeye empfängt gerade zu viele große Anfragen; versuch es gleich noch einmal
refused_too_many_copies = Oxeye erstellt schon so viele Exporte und Backups, wie es gleichzeitig kann; versuch es noch einmal, wenn sie fertig sind
refused_store_not_writable = Oxeye kann nicht in seine Datenbank schreiben und hat nichts davon gespeichert; in seinem Log steht, warum
refused_store_lost = Oxeye speichert gerade nichts, weil eine Datei seiner Datenbank während des Betriebs gelöscht, verschoben oder verändert wurde; in seinem Log steht, was zu tun ist
refused_activity_store_lost = Oxeye speichert gerade nicht, was Spieler tun, weil eine Datei der Datenbank dafür während des Betriebs gelöscht, verschoben oder verändert wurde; in seinem Log steht, was zu tun ist
refused_internal = in Oxeye ist etwas schiefgegangen; in seinem Log steht, was
refused_request = das kann das laufende Oxeye nicht tun: { $reason }
refused_body_too_large = das sind mehr als die { $limit } Bytes, die das laufende Oxeye auf einmal annimmt
refused_url_too_long = das ist zu lang für das laufende Oxeye

### Die Befehlszeile: verknüpfen, umbenennen, entfernen, vergessen

link_instructions =
    Auf dem Minecraft-Server, innerhalb von { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }:
      mit der Oxeye-Fabric-Mod 3.x, im Spiel als Operator:
        /oxeye connect { $code }
      mit dem Agenten, der neben jedem Server oder Proxy laufen kann, im Ordner des Servers:
        oxeye-agent connect { $code } --backend URL
    URL ist die Adresse, unter der Oxeye von dort aus erreichbar ist. Auf diesem Rechner ist das { $url }
rotation_instructions =
    Auf dem Minecraft-Server, innerhalb von { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }:
      mit der Oxeye-Fabric-Mod 3.x, im Spiel als Operator:
        /oxeye connect { $code }
      mit dem Agenten: anhalten, das im Ordner des Servers ausführen, wieder starten:
        oxeye-agent connect { $code }
    Der alte Schlüssel gilt noch 24 Stunden, nachdem der neue zum ersten Mal benutzt wurde.
server_unlinked = { $server } ist nicht mehr verknüpft. Wenn du denselben Namen wieder verknüpfst, behält der Server seinen Verlauf.
server_renamed = { $server } heißt jetzt { $name }. Der Verlauf bleibt erhalten, und nichts muss neu verknüpft werden.
server_named_already = { $server } heißt schon so. Es bleibt alles, wie es war.

yes_words = j ja y yes
needs_yes = es wurde nichts getan, denn hier kann niemand antworten. { $question } Wiederhole den Befehl mit --yes, wenn du es wirklich willst.

ask_remove = { $server } mit dem ganzen Verlauf, dem Schlüssel und den Skins entfernen? Das lässt sich nicht rückgängig machen. [j/N]
nothing_removed = es wurde nichts entfernt
server_removed =
    { $server } ist entfernt, mit { $sessions ->
        [one] { $sessions } Sitzung
       *[other] { $sessions } Sitzungen
    } und { $players ->
        [one] { $players } Spieler, der
       *[other] { $players } Spielern, die
    } sonst nirgends { $players ->
        [one] war
       *[other] waren
    }. Ältere Backups und Exporte enthalten sie noch.
names_leave_later = Die Namen verschwinden aus den Dateien der Datenbank, sobald das laufende Backup oder der laufende Export fertig ist.

ask_forget = { $player } auf allen Servern aller Guilds vergessen? Das lässt sich nicht rückgängig machen. [j/N]
nothing_forgotten = es wurde nichts vergessen
other_names_forgotten = mit demselben Konto vergessen: { $names }
player_forgotten =
    { $player } ist vergessen, mit { $sessions ->
        [one] { $sessions } Sitzung
       *[other] { $sessions } Sitzungen
    } auf { $servers ->
        [one] { $servers } Server
       *[other] { $servers } Servern
    }. Ältere Backups und Exporte enthalten den Namen noch.
bytes_left = In den Dateien der Datenbank stehen noch Bytes von dem, was gelöscht wurde, weil ein Backup oder ein Export sie liest oder der Datenträger voll ist. Sie werden später überschrieben, meist innerhalb einer Stunde.
earlier_bytes_left = In den Dateien der Datenbank stehen noch Bytes von einer früheren Löschung. Sie werden später überschrieben, meist innerhalb einer Stunde.

### Die Befehlszeile: Zahlen

which_picture = welcher Server soll auf das Bild? { $linked }
picture_is_png = ein Bild ist ein PNG; nimm statt { $path } einen Namen, der auf .png endet
picture_has_fewer_rows = Das Bild zeigt nur die ersten { $rows } dieser Spieler.

nobody_called = es war noch niemand namens { $player } da. { $linked }
player_on_server = { $player } auf { $server }
times_of_zone = Zeitzone: { $zone }
never = nie
seen_now = jetzt online ({ $duration })
seen_at = { $time } (vor { $duration })
first_seen = zuerst gesehen
last_seen = zuletzt gesehen
today = heute
this_week = diese Woche
this_month = diesen Monat
week_since_monday = diese Woche seit Montag
month_since_first = diesen Monat seit dem 1.
last_days =
    { $days ->
        [one] letzter Tag
       *[other] letzte { $days } Tage
    }
in_all = insgesamt
sessions = Sitzungen
sessions_none = keine
sessions_of_player = { $count }, die längste { $longest }, im Schnitt { $average }
imported = importiert
imported_playtime = { $duration } aus der Zeit vor Oxeye

top_heading = { $place }, { $range } (Tage in { $zone }):
top_empty = { $heading } niemand hat gespielt.
top_page_empty =
    { $heading } { $players ->
        [one] es gibt nur 1 Spieler, deshalb ist diese Seite leer.
       *[other] es gibt nur { $players } Spieler, deshalb ist diese Seite leer.
    }
top_servers = { $servers } zusammen
top_days =
    { $days ->
        [one] heute
       *[other] in den letzten { $days } Tagen
    }
top_all = insgesamt
session_count =
    { $count ->
        [one] { $count } Sitzung
       *[other] { $count } Sitzungen
    }
player_formerly = { $player } (früher { $names })
player_until = { $player } (bis { $time })

no_session_of = von { $player } gibt es keine Sitzungen. { $linked }
sessions_heading = { $whose }, neueste zuerst (Zeiten in { $zone }):
still_there = noch online
older_sessions = … und ältere; --limit zeigt mehr
end_left = gegangen
end_server_stopped = Server gestoppt
end_disconnected = Verknüpfung getrennt
end_missing_from_sync = beim nächsten Abgleich nicht mehr da
end_stale = Server verstummt, Ende geschätzt

uptime_heading =
    { $days ->
        [one] { $server }: in den letzten 24 Stunden zu { $percent } % in Betrieb
       *[other] { $server }: in den letzten { $days } Tagen zu { $percent } % in Betrieb
    }
uptime_heading_since = { $server }: seit { $time } zu { $percent } % in Betrieb; davor ist nichts aufgezeichnet
uptime_unknown =
    { $days ->
        [one] { $server }: über die letzten 24 Stunden ist nichts bekannt
       *[other] { $server }: über die letzten { $days } Tage ist nichts bekannt
    }
uptime_known = bekannt: { $known }
uptime_partly_known = bekannt: { $known }, unbekannt: { $unknown }
uptime_outages =
    { $count ->
        [0] kein Ausfall
        [one] { $count } Ausfall
       *[other] { $count } Ausfälle
    }
uptime_gaps = Nichts ist bekannt über:
uptime_until_now = bis jetzt
known_by_report = gemeldet
known_by_probe = keine Antwort unter der Adresse
known_by_silence = keine Meldung vom Server
known_by_oxeye_off = Oxeye lief nicht
known_by_no_heartbeats = sein Plugin sendet keine Heartbeats
known_by_unlinked = nicht verknüpft
known_by_too_many_changes = zu viele Wechsel

### Die Befehlszeile: Aktivität

activity_off = dieses Oxeye hält nicht fest, was Spieler tun, weil ACTIVITY ausgeschaltet ist
activity_heading = { $player }: { $state }
activity_online = seit { $duration } online
activity_offline = nicht online
activity_last = nicht online, zuletzt aktiv vor { $duration }
activity_nothing =
    { $days ->
        [one] Heute nichts.
       *[other] In den letzten { $days } Tagen nichts.
    }
this_session = diese Sitzung
playtime = Spielzeit
sectors_visited = besuchte Sektoren
days_end_in_utc = Tage enden um Mitternacht UTC.
newest_events = Neueste Ereignisse:
ago = vor { $duration }
# Betreiber können weitere Arten festlegen; die werden gezeigt, wie sie sind.
event_in_words =
    { $event_type ->
        [login] gekommen
        [logout] gegangen
        [trade_buy] etwas gekauft
        [trade_sell] etwas verkauft
        [combat_attack] jemanden angegriffen
        [combat_defend] angegriffen worden
        [sector_move] in einen anderen Sektor gereist
        [dock] angedockt
        [undock] abgedockt
        [planet_land] auf einem Planeten gelandet
        [warp] gewarpt
        [death] gestorben
        [kill] jemanden getötet
        [advancement] einen Fortschritt erzielt
        [chat] im Chat geschrieben
       *[other] { $event_type }
    }
event_with_details = { $event } ({ $details })
# Betreiber können weitere Zähler festlegen; die werden gezeigt, wie sie sind.
counter_name =
    { $counter ->
        [actions] Aktionen
        [trades] Geschäfte
        [trade_volume] Handelsvolumen
        [combat_events] Kämpfe
        [deaths] Tode
        [kills] Kills
        [advancements] Fortschritte
        [chat_messages] Chatnachrichten
       *[other] { $counter }
    }
unknown_counter = es gibt keinen Zähler „{ $counter }“; diese gibt es: { $known }
unknown_leaderboard = es gibt keine Rangliste für „{ $what }“; diese gibt es: { $known }
counter_of_one_server = „{ $counter }“ wird auf allen Servern einer Guild zusammen gezählt, deshalb gibt es keine Rangliste eines einzelnen Servers; lass den Server weg
counter_top_empty = { $heading } bisher nichts.

### Die Befehlszeile: was Mitglieder in Discord tun

members_none_kept = keine Guild speichert, was ihre Mitglieder in Discord tun; wer „Server verwalten“ darf, richtet das mit /oxeye aktivität einrichten ein
members_which_guild = mehrere Guilds speichern, was ihre Mitglieder tun; wähle eine mit --guild: { $guilds }
members_what =
    { $what ->
        [voice] Sprachkanäle
        [screen_share] Bildschirmübertragungen
        [camera] Kameras
        [game] Spiele
        [streaming] Streams
       *[spotify] Interpreten auf Spotify
    }
members_count =
    { $members ->
        [one] { $members } Mitglied
       *[other] { $members } Mitglieder
    }
members_in_voice = { $members } im Sprachkanal
members_kept =
    { $kinds }, { $days ->
        [one] { $days } Tag
       *[other] { $days } Tage
    } lang
members_skipped_activities =
    { $activities ->
        [one] { $activities } Aktivität, die Discord seit dem Start gesendet hat, war nicht lesbar und wurde übergangen
       *[other] { $activities } Aktivitäten, die Discord seit dem Start gesendet hat, waren nicht lesbar und wurden übergangen
    }
members_nobody_in_voice = Niemand, der teilnimmt, ist in einem Sprachkanal.
members_shares_screen = überträgt den Bildschirm
members_has_camera = hat die Kamera an
members_user = { $user } in der Guild { $guild }
members_total = { $what }: { $duration }
members_together = Zusammen gespielt mit: { $members }
members_newest_sessions = Neueste Sitzungen:
members_lasts = dauert an
members_end_estimated = Ende geschätzt

### Die Befehlszeile: Backups, Exporte und Importe

backup_of_activity_written =
    { $path }: { $bytes ->
        [one] { $bytes } Byte
       *[other] { $bytes } Bytes
    } mit dem, was Spieler getan haben. Die Datei gehört neben die Datenbank und wird genauso wiederhergestellt.
backup_of_presence_written =
    { $path }: { $bytes ->
        [one] { $bytes } Byte
       *[other] { $bytes } Bytes
    } mit dem, was Mitglieder in Discord tun. Die Datei gehört neben die Datenbank und wird genauso wiederhergestellt.
backup_written =
    { $path }: { $bytes ->
        [one] { $bytes } Byte
       *[other] { $bytes } Bytes
    }. So stellst du es wieder her: Stoppe Oxeye, ersetze die in DATABASE_PATH genannte Datei durch diese und lösche daneben die Dateien, die auf -wal und -shm enden.
backup_streamed =
    { $names }: { $bytes ->
        [one] { $bytes } Byte
       *[other] { $bytes } Bytes
    } als tar-Archiv. So stellst du es wieder her: Stoppe Oxeye, verschiebe die alten Dateien der Datenbank, auch die, die auf -wal und -shm enden, an einen anderen Ort und entpacke das Archiv im Ordner von DATABASE_PATH.
backup_to_terminal = ein Backup ist kein Text für ein Terminal; nenne eine Datei oder leite es um: oxeye backup - > oxeye-backup.tar
cannot_print = auf die Standardausgabe lässt sich nichts schreiben
file_written =
    { $path }: { $bytes ->
        [one] { $bytes } Byte
       *[other] { $bytes } Bytes
    }
which_file = welche Datei soll importiert werden?
import_of_folder = { $path } ist ein Ordner; gib eine Datei an, die `oxeye export` geschrieben hat, oder nimm für den Ordner einer Welt `oxeye import minecraft`
file_imported =
    { $added } hinzugefügt, { $skipped } übersprungen (schon bekannt, Überschneidung mit Bekanntem oder zu alt); { $servers ->
        [one] { $servers } neuer Server
       *[other] { $servers } neue Server
    }
uuids_left_out =
    Für { $count ->
        [one] { $count } übersprungene UUID
       *[other] { $count } übersprungene UUIDs
    } war kein Platz: Ein Name hat in einer Guild höchstens 16 Konten, und ein Konto höchstens 32 Namen.
members_ambiguous =
    { $count ->
        [one] { $count } Mitglied ist
       *[other] { $count } Mitglieder sind
    } mit einem Namen verknüpft, den mehrere Konten hatten. Welches gemeint ist, steht nicht in der Datei, also hat der Zeitpunkt der Verknüpfung entschieden; `oxeye members` zeigt die Verknüpfungen.
activity_left_out =
    { $count ->
        [one] { $count } Zeile über das, was Spieler getan haben, wurde
       *[other] { $count } Zeilen über das, was Spieler getan haben, wurden
    } ausgelassen, weil ACTIVITY hier ausgeschaltet ist. Schalte es ein und importiere die Datei noch einmal.
retention_left_out =
    Guild { $guild }: Wie lange Sitzungen aufbewahrt werden, wurde ausgelassen. Dort, wo die Datei herkommt, { $days ->
        [one] ist es { $days } Tag
       *[other] sind es { $days } Tage
    }, und manche, die schon hier waren, sind älter: Sie würden gelöscht. So stellst du es ein: { $command }

which_world_server = zu welchem Server gehört diese Welt? Gib ihn mit --server NAME an
playtime_imported =
    { $server }: Spielzeit von { $players ->
        [one] { $players } Spieler
       *[other] { $players } Spielern
    }, davon { $changed } neu oder geändert
accounts_without_name =
    { $count ->
        [one] { $count } Konto
       *[other] { $count } Konten
    } ohne Namen in usercache.json und usernamecache.json:
files_not_used =
    { $count ->
        [one] { $count } Datei, die nicht verwendet werden konnte:
       *[other] { $count } Dateien, die nicht verwendet werden konnten:
    }

no_stats = in { $path } gibt es keinen stats-Ordner; gib den Ordner einer Minecraft-Welt an
no_stats_but = in { $path } gibt es keinen stats-Ordner; gib den Ordner einer Minecraft-Welt an, zum Beispiel { $worlds }
which_world = aus { $path } geht nicht hervor, welche Welt der Server benutzt; gib den Ordner der Welt an
no_user_cache = in { $path } und den Ordnern darüber gibt es weder usercache.json noch usernamecache.json; gib den Ordner der Welt an, der im Ordner des Minecraft-Servers liegt
no_names = kein Konto hat einen Namen: { $reasons }
file_damaged = { $path } ist beschädigt ({ $reason }); nur der lesbare Teil wurde verwendet
file_unreadable = { $path } ließ sich nicht bis zum Ende lesen: { $reason }; nur der lesbare Teil wurde verwendet

not_an_account = ihr Name ist keine Konto-ID
not_a_file = das ist keine Datei
too_large = sie ist größer als alles, was Minecraft schreibt
empty_file = sie ist leer
not_json = sie ist beschädigt: kein JSON
not_json_throughout = Teile davon sind kein JSON
no_accounts = sie enthält keine Konten
no_statistics = sie enthält keine Statistiken
no_playtime = ihre Spielzeit ist keine Zahl, die Minecraft gezählt haben könnte

### `oxeye check`

settings_fine = Einstellungen: in Ordnung
subject_oxeye = Oxeye
subject_store = Datenbank
subject_watching = beobachtete Adressen
subject_discord = Discord
subject_fleet = Flotte
finding = { $subject }: { $words }
finding_wrong = { $subject }: FEHLER: { $words }
warning = Warnung: { $words }

# Warnungen des laufenden Oxeye.
warning_store_not_writable = in die Datenbank lässt sich nicht schreiben; im Log steht, warum
warning_activity_not_writable = die Aktivität lässt sich nicht speichern; im Log steht, warum
warning_presence_not_writable = die Sitzungen von Discord-Mitgliedern lassen sich nicht speichern (oxeye-presence.db), sodass verloren gehen kann, was Mitglieder tun; im Log steht, warum
warning_discord = Discord: { $state }
warning_presence_intent = DISCORD_PRESENCE ist on, aber Discord schickt keine Aktivitäten: Schalte unter https://discord.com/developers/applications auf der Seite Bot bei Privileged Gateway Intents „Presence Intent“ ein und starte Oxeye neu
warning_redis = die Aktivität lässt sich nicht nach Redis kopieren: { $reason }
warning_stale_sessions =
    { $count ->
        [one] { $count } Sitzung ist noch auf einem Server offen, der sich nicht mehr meldet: { $servers }
       *[other] { $count } Sitzungen sind noch auf Servern offen, die sich nicht mehr melden: { $servers }
    }
warning_unknown_servers_in_kinds =
    { $count ->
        [one] ACTIVITY_KINDS nennt einen Server, der nicht verknüpft ist: { $servers }
       *[other] ACTIVITY_KINDS nennt Server, die nicht verknüpft sind: { $servers }
    }
warning_watching_off =
    { $count ->
        [one] eine Adresse wird beobachtet, aber nicht abgefragt, weil WATCH_ADDRESSES ausgeschaltet ist
       *[other] { $count } Adressen werden beobachtet, aber nicht abgefragt, weil WATCH_ADDRESSES ausgeschaltet ist
    }
warning_store_queue = die Warteschlange der Datenbank ist mehr als halb voll
# $setting ist der Name der Einstellung mit der Grenze.
warning_requests =
    { $server } wird gedrosselt ({ $setting }): In der letzten Stunde { $count ->
        [one] wurde { $count } Anfrage
       *[other] wurden { $count } Anfragen
    } abgelehnt
warning_activity_events =
    { $server } wird gedrosselt ({ $setting }): In der letzten Stunde { $count ->
        [one] wurde { $count } Aktivitätsmeldung
       *[other] wurden { $count } Aktivitätsmeldungen
    } abgelehnt
warning_batch_events =
    { $server } wird gedrosselt ({ $setting }): In der letzten Stunde { $count ->
        [one] wurde { $count } Batch oder Abgleich
       *[other] wurden { $count } Batches und Abgleiche
    } abgelehnt
warning_new_players =
    { $server } wird gedrosselt ({ $setting }): In der letzten Stunde { $count ->
        [one] wurde { $count } Ereignis eines neuen Spielers
       *[other] wurden { $count } Ereignisse neuer Spieler
    } abgelehnt
things_wrong =
    { $count ->
        [one] eine Sache stimmt nicht, siehe oben
       *[other] { $count } Dinge stimmen nicht, siehe oben
    }

oxeye_not_asked =
    nicht gefragt, weil { $setting ->
        [OPERATOR_LISTEN] der Port in OPERATOR_LISTEN
       *[other] PORT
    } 0 ist
oxeye_not_running = LÄUFT NICHT: unter { $url } antwortet nichts; alles andere wird ohne es geprüft
oxeye_silent = unter { $url } läuft ein Programm, das nicht antwortet; wenn es Oxeye ist, steht vielleicht in seinem Log, warum
oxeye_stranger =
    unter { $url } antwortet ein anderes Programm als Oxeye; { $setting ->
        [OPERATOR_LISTEN] stimmt OPERATOR_LISTEN
       *[other] stimmen HOST und PORT
    }?
oxeye_demo = unter { $url } läuft die Demo
oxeye_fine = läuft unter { $url } und akzeptiert das Betreiber-Token
oxeye_fine_apart = läuft unter { $url }, mit der Betreiber-API unter { $operator_url }, die das Betreiber-Token akzeptiert

health_fine = das Oxeye unter { $url } kann Meldungen speichern
health_not_fine = das Oxeye unter { $url } kann keine Meldungen speichern; in seinem Log steht, warum

store_of_demo = die Demo hat eine eigene, die gelöscht wird, wenn die Demo stoppt
store_not_writable = das Oxeye unter { $url } kann nicht hineinschreiben; in seinem Log steht, warum
store_elsewhere = auf dem Rechner von { $url }, der hineinschreiben kann
store_of_another = unter { $path } gibt es keine, also benutzt das Oxeye unter { $url } eine andere; führe den Befehl in dem Ordner aus, in dem es läuft, oder mit dessen DATABASE_PATH
store_not_in_use = { $path } ist nicht die, die das Oxeye unter { $url } benutzt; führe den Befehl in dem Ordner aus, in dem es läuft, oder mit dessen DATABASE_PATH
store_in_use = { $path } ist in Ordnung und wird vom Oxeye unter { $url } benutzt
store_missing = unter { $path } gibt es keine; führe den Befehl in dem Ordner aus, in dem Oxeye läuft, oder mit dessen DATABASE_PATH (`oxeye serve` legt sie beim ersten Start an)
store_taken = { $path } wird von einem Prozess benutzt, der unter { $url } nicht antwortet
store_old = { $path } stammt von einer älteren Version (Schema { $found }, diese hat { $known }) und wird beim nächsten Start umgestellt
store_fine = { $path } ist in Ordnung
store_read_only = { $path } lässt sich nicht schreiben; der Benutzer, unter dem Oxeye läuft, braucht Schreibrechte
store_folder_read_only = in den Ordner { $path } lässt sich nichts schreiben
store_not_found = ob es { $path } gibt, lässt sich nicht feststellen

watching_off = keine, weil WATCH_ADDRESSES ausgeschaltet ist
watching_allowed = { $count } von { $total }, höchstens { $per_guild } je Guild; { $allowed }
watching_public = nur öffentliche Adressen werden abgefragt
watching_any = auch private Adressen werden abgefragt (WATCH_ADDRESSES)
watching_not_running = werden gerade nicht abgefragt; { $allowed }

discord_off_in_demo = aus, wie immer in der Demo
discord_off = aus, weil DISCORD_TOKEN nicht gesetzt ist
discord_off_there = aus, weil das laufende Oxeye kein DISCORD_TOKEN hat
discord_token_of = DISCORD_TOKEN gehört zum Bot { $bot } (Einladungslink: { $invite })
discord_not_in_demo = { $token }; die Demo benutzt es nicht
discord_not_started = { $token }, aber das laufende Oxeye wurde ohne DISCORD_TOKEN gestartet; starte es mit dieser Einstellung neu
discord_not_connected = { $token }, aber der Bot ist nicht verbunden
discord_bot = Zustand des laufenden Bots: { $state }
discord_unreachable = { $url } ist nicht erreichbar: { $reason }
discord_unknown_token = Discord kennt dieses DISCORD_TOKEN nicht; kopiere es noch einmal aus dem Developer Portal
discord_odd_status = Discord hat auf die Frage nach dem Token mit { $status } geantwortet
discord_odd_answer = die Antwort von Discord ist unverständlich
discord_no_name = ohne Namen
fleet_not_set = keine, weil FLEET_URL nicht gesetzt ist
fleet_answers =
    die Flotte unter { $url } antwortet und hat jetzt { $count ->
        [0] keine Server
        [one] { $count } Server
       *[other] { $count } Server
    }
fleet_without_bot = { $fleet }, aber nichts zeigt sie an, weil der Discord-Bot aus ist
fleet_unreachable = { $url } antwortet nicht; starte dort oxeye-fleet oder setze FLEET_URL auf eine Adresse aus dessen FLEET_LISTEN
fleet_not_ready = { $url } antwortet mit 503, wie eine Flotte direkt nach dem Start; wenn das so bleibt, steht vielleicht in ihrem Log, warum
fleet_odd_status = { $url } antwortet mit Status { $status }, was keine Flotte tut; setze FLEET_URL auf eine Adresse aus dem FLEET_LISTEN der Flotte
fleet_stranger = unter { $url } antwortet ein anderes Programm als oxeye-fleet; setze FLEET_URL auf eine Adresse aus dem FLEET_LISTEN der Flotte

### Warum Oxeye nicht starten kann: Einstellungen und Datenbanken, die nicht zu gebrauchen sind

setting_unusable = { $setting } ist { $shown } ({ $origin }), erwartet wird aber { $expected }
setting_file_fails = die Einstellungen in { $path } lassen sich nicht lesen: { $why }
setting_not_known = { $path } setzt { $key }, aber so heißt keine Einstellung von Oxeye; die Einstellungen sind { $known }
setting_misspelt = { $path } setzt { $key }, aber so heißt keine Einstellung von Oxeye; ist { $meant } gemeint?
value_hidden = auf einen Wert gesetzt, der hier nicht gezeigt wird
value_not_set = nicht gesetzt
value_not_text = kein gültiges UTF-8
from_environment = aus der Umgebung
from_default = die Vorgabe
from_no_default = ohne Vorgabe
entry_not_readable = Eintrag { $entry } hat nicht die Form NAME=Wert (Werte mit Leerzeichen gehören in Anführungszeichen)
set_twice = { $setting } ist zweimal gesetzt
set_to_no_text = { $setting } ist weder ein Text noch eine Zahl noch eine Liste von Texten
accepts_number = eine ganze Zahl von { $least } bis { $most } ({ $unit })
accepts_token = ein Token aus mindestens { $shortest } sichtbaren ASCII-Zeichen ohne Leerzeichen
accepts_either = { $one } oder { $other }
accepts_text = Text
accepts_file_path = der Pfad einer Datei wie /var/lib/oxeye/oxeye.db
accepts_folder_path = der Pfad eines Ordners wie /var/lib/oxeye-fleet
accepts_networks = eine Liste wie 10.0.0.0/8, 192.0.2.7, fd00::/8
accepts_ip_address = eine IP-Adresse wie 0.0.0.0 oder ::1
accepts_port = eine Portnummer von 0 bis 65535 (bei 0 wählt das System)
accepts_address_with_port = eine IP-Adresse mit Port wie { $example }
accepts_other_address = eine IP-Adresse mit Port wie 127.0.0.1:3001, und zwar eine andere als HOST und PORT
accepts_web_address = eine Adresse wie http://127.0.0.1:8080
accepts_redis_address = eine Adresse wie redis://127.0.0.1:6379/0, redis://user:password@redis:6379 oder unix:///run/redis.sock
accepts_time_zone = eine Zeitzone der IANA-Datenbank wie Europe/Berlin oder UTC
accepts_log_filter = eine Stufe (error, warn, info, debug, trace) oder eine Liste wie info,oxeye_db=debug
accepts_fonts = ein Ordner mit Schriften (.ttf, .otf oder .ttc)
accepts_kinds = eine TOML-Datei, die Arten von Ereignissen festlegt
unit_seconds = Sekunden
unit_hours = Stunden
unit_days = Tage
unit_bytes = Bytes
unit_connections = Verbindungen
unit_addresses = Adressen
unit_players = Spieler
unit_players_per_hour = Spieler pro Stunde
unit_attempts_per_minute = Versuche pro Minute
unit_events = Ereignisse
unit_events_per_second = Ereignisse pro Sekunde
store_open_elsewhere = { $path } wird von einem anderen Oxeye benutzt; halte das zuerst an oder setze DATABASE_PATH auf eine andere Datei
store_hard_linked = { $path } hat mehr als einen Namen (einen Hardlink), und SQLite führt neben jedem Namen ein eigenes Log; entferne den anderen Namen oder setze DATABASE_PATH auf eine Kopie
store_newer = { $path } stammt von einer neueren Version von Oxeye (Schema { $found }, diese kennt { $known }); nimm jene Version oder stelle eine Kopie von vor dem Upgrade wieder her
store_not_ours = { $path } ist keine Datenbank von Oxeye; setze DATABASE_PATH auf eine andere Datei oder stelle ein Backup wieder her, falls es eine war (die Datei ist unverändert)
store_damaged = { $path } ist beschädigt ({ $found }); stelle an ihrer Stelle ein Backup wieder her oder verschiebe sie, um mit einer leeren Datenbank zu beginnen (die Datei ist unverändert)
store_without_wal = { $path } liegt auf einem Dateisystem, das keine Datenbank von Oxeye aufnehmen kann (der WAL-Modus von SQLite geht dort nicht, wie auf Netzlaufwerken); setze DATABASE_PATH auf eine lokale Festplatte
store_cannot_open = { $path } lässt sich nicht öffnen: { $why }; der Benutzer, unter dem Oxeye läuft, muss die Datei und ihren Ordner schreiben dürfen; sonst setze DATABASE_PATH auf eine andere Datei

### Direktnachrichten über eine Anzeige

board_posted_again = Die Nachricht der Anzeige in { $channel } wurde gelöscht, deshalb habe ich sie noch einmal gesendet. `/oxeye anzeige aus` beendet die Anzeige.
board_waits = Ich kann die Anzeige in { $channel } nicht aktualisieren: { $reason }. Ich versuche es noch 7 Tage lang. Sobald das behoben ist, geht es also von selbst weiter. `/oxeye anzeige aus` beendet sie.
board_stopped = Ich aktualisiere die Anzeige in { $channel } nicht mehr: { $reason }. `/oxeye anzeige senden` startet sie wieder.
board_message_deleted = ihre Nachricht wurde erneut gelöscht
board_channel_deleted = der Kanal wurde gelöscht
board_no_permission = mir fehlt dort eine Berechtigung. Ich brauche „Kanal anzeigen“, „Nachrichten senden“ (in Threads: „Nachrichten in Threads senden“), „Links einbetten“, „Dateien anhängen“ und „Nachrichtenverlauf anzeigen“
board_thread_archived = der Thread ist archiviert, und ich darf ihn nicht wieder öffnen
board_thread_locked = der Thread ist gesperrt
board_refused = Discord lehnt sie ab

### Die Seite unter der Adresse des Backends

front_what = Oxeye zeigt einer Discord-Community, wer auf ihren Minecraft-Servern online ist, wer zuletzt da war und wie lange.
front_where = Das hier ist sein Backend. Unter dieser Adresse melden sich die Minecraft-Server; wer online ist, erfährst du in Discord oder auf der Befehlszeile.
front_see = Sehen, wer online ist
front_see_discord = In Discord: `/oxeye status`
front_see_shell = Dort, wo Oxeye läuft: `oxeye status`
front_link = Einen Minecraft-Server verknüpfen
front_link_code = Einen Verknüpfungscode gibt es mit `/oxeye verbinden NAME` in Discord oder mit `oxeye link NAME` dort, wo Oxeye läuft.
front_watch = Oder ganz ohne Installation, über die Adresse des Servers: `/oxeye beobachten` in Discord oder `oxeye watch ADRESSE` dort, wo Oxeye läuft.
front_with_agent = { $instruction }, wobei URL die Adresse dieser Seite ist
front_health = Prüfen, ob Oxeye funktioniert
front_probes = `/health` antwortet, solange Oxeye läuft, `/readyz`, solange es Meldungen annehmen kann.
front_check = Dort, wo Oxeye läuft: `oxeye check`
front_more = Alles Weitere
front_documents = `oxeye --help` zählt alle Befehle auf. README.md und docs/ beim Quelltext erklären die Befehle, die Einstellungen, den Agenten und die API.
