#!/bin/sh
# A gateway as far as the updater and the stand-in for systemctl know it. Its books: a line with the tables' number, then rows.
books=@ROOT@/var/lib/forecourt/forecourt.db
data=@ROOT@/var/lib/forecourt
has=$(sed -n '1s/schema //p' "$books" 2>/dev/null)

tables() {
    if [ -z "$has" ]; then echo none
    elif [ "$has" -gt @KNOWS@ ]; then echo newer
    elif [ "$has" -lt @KNOWS@ ]; then echo older
    else echo current
    fi
}

state() { printf 'ActiveState=%s\nSubState=%s\nMainPID=%s\nNRestarts=%s\n' "$@"; }

case "$1 $6" in
"admin database")
    [ -e "$data/chatter" ] && head -c 3000000 /dev/zero | tr '\0' x
    env >"$data/environment"
    cut -d' ' -f6 /proc/self/stat >"$data/session"
    echo $$ >>"$data/session"
    if [ -e "$data/elsewhere" ]; then
        echo '{"engine":"postgresql","file":null,"tables":null}'
    else
        echo "{\"engine\":\"sqlite\",\"file\":\"$books\",\"tables\":\"$(tables)\"}"
    fi
    ;;
"admin backup")
    [ -e "$data/no-room" ] && echo "there is no room" >&2 && exit 2
    [ ! -e "$7" ] && cp "$books" "$7" && id -u >"$data/copied-by" || exit 2
    for up in @ROOT@/run/*.up; do [ -e "$up" ] && echo beside "$up" >>"$data/copied-by"; done
    true
    ;;
"admin restore")
    [ -e "$data/no-room" ] && echo "there is no room" >&2 && exit 2
    if [ -e "$books" ]; then mv "$books" "$books.after-$9"; fi
    cp "$7" "$books" && echo back >>"$data/restores" && echo "{\"replaced\":\"$books.after-$9\"}"
    ;;
admin*) exit 2 ;;
"serve ")
    # One that has no use for the books ends at once.
    [ "$(tables)" = newer ] && exit 0
    [ @IS@ = Emptying ] && rm -f "$books" && exit 0
    [ "$(tables)" = older ] && sed -i '1s/.*/schema @KNOWS@/' "$books"
    echo "a row of @VERSION@" >>"$books"
    ;;
"lives ")
    if [ "$(tables)" = newer ]; then state activating auto-restart 0 "$2"
    else
        case @IS@ in
        Dead | Migrating | Emptying) state activating auto-restart 0 "$2" ;;
        Flapping) state active running "$2" "$2" ;;
        Slow) if [ "$2" -lt 60 ]; then state activating start 77 0; else state active running 77 0; fi ;;
        *) state active running 77 0 ;;
        esac
    fi
    ;;
*) echo @VERSION@ ;;
esac
