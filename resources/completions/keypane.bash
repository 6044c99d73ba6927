# bash completion for keypane; made by scripts/make_completions.py from the parsers; do not edit
_keypane() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
    local path="" word skip="" index words=""
    for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        if [[ -n $skip ]]; then skip=""; continue; fi
        case "$word" in
            --) return ;;
            --home|--vault-passphrase-fd) skip=1 ;;
            -*) ;;
            *) case "$path" in
                "") path=$word ;;
                app|bearer|user|vault|network) path="$path $word" ;;
            esac ;;
        esac
    done
    case "$path:$previous" in
        "sign-in:--browser") words="system embedded paste" ;;
        "request:--field-names") words="tweet post" ;;
        "import:--from") words="env xurl twurl postman json" ;;
        "export:--to") words="env xurl postman github fly docker kubernetes twurl json" ;;
        *:--home) COMPREPLY=($(compgen -d -- "$current")); return ;;
        *:--output|*:--environment) return ;;
    esac
    if [[ -z $words ]]; then case "$path" in
        "") words="sandbox app bearer sign-in user token exec agent request operations limits usage vault backup restore import export inspect network doctor --sandbox --home --json --quiet --vault-passphrase-fd --help" ;;
        "sandbox") words="--port --home --json --quiet --vault-passphrase-fd --help" ;;
        "app") words="add list show remove --home --json --quiet --vault-passphrase-fd --help" ;;
        "app add") words="--environment --home --json --quiet --vault-passphrase-fd --help" ;;
        "app list") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "app show") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "app remove") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "bearer") words="generate regenerate revoke check --home --json --quiet --vault-passphrase-fd --help" ;;
        "bearer generate") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "bearer regenerate") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "bearer revoke") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "bearer check") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "sign-in") words="--scopes --browser --home --json --quiet --vault-passphrase-fd --help" ;;
        "user") words="list refresh revoke check hand-over take-back --home --json --quiet --vault-passphrase-fd --help" ;;
        "user list") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "user refresh") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "user revoke") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "user check") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "user hand-over") words="--to --home --json --quiet --vault-passphrase-fd --help" ;;
        "user take-back") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "token") words="--as --reveal --home --json --quiet --vault-passphrase-fd --help" ;;
        "exec") words="--as --home --json --quiet --vault-passphrase-fd --help" ;;
        "agent") words="--allow --remember --forget --home --json --quiet --vault-passphrase-fd --help" ;;
        "request") words="--app --as -q -d --field-names --all-pages --stream --max-pages --max-posts --max-cost --no-reconnect --home --json --quiet --vault-passphrase-fd --help" ;;
        "operations") words="--tag --update --built-in --yes --home --json --quiet --vault-passphrase-fd --help" ;;
        "limits") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "usage") words="--days --home --json --quiet --vault-passphrase-fd --help" ;;
        "vault") words="status lock passphrase erase --home --json --quiet --vault-passphrase-fd --help" ;;
        "vault status") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "vault lock") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "vault passphrase") words="--recovery --remove --new-passphrase-fd --home --json --quiet --vault-passphrase-fd --help" ;;
        "vault erase") words="--yes --home --json --quiet --vault-passphrase-fd --help" ;;
        "backup") words="--overwrite --passphrase-fd --home --json --quiet --vault-passphrase-fd --help" ;;
        "restore") words="--copies --copy --yesterday --preview --replace --start-over --yes --passphrase-fd --home --json --quiet --vault-passphrase-fd --help" ;;
        "import") words="--from --app --environment --held-by --yes --home --json --quiet --vault-passphrase-fd --help" ;;
        "export") words="--to --reveal --target --output --home --json --quiet --vault-passphrase-fd --help" ;;
        "inspect") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "network") words="show proxy certificates --home --json --quiet --vault-passphrase-fd --help" ;;
        "network show") words="--home --json --quiet --vault-passphrase-fd --help" ;;
        "network proxy") words="--user --home --json --quiet --vault-passphrase-fd --help" ;;
        "network certificates") words="--remove --home --json --quiet --vault-passphrase-fd --help" ;;
        "doctor") words="--online --report --home --json --quiet --vault-passphrase-fd --help" ;;
    esac; fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _keypane keypane keypane-cli
