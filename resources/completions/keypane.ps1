# PowerShell completion for keypane; made by scripts/make_completions.py from the parsers; do not edit
$keypaneWords = @{
    '' = 'sandbox app bearer sign-in user token exec agent request operations limits usage vault backup restore import export inspect network doctor --sandbox --home --json --quiet --vault-passphrase-fd --help'
    'sandbox' = '--port --home --json --quiet --vault-passphrase-fd --help'
    'app' = 'add list show remove --home --json --quiet --vault-passphrase-fd --help'
    'app add' = '--environment --home --json --quiet --vault-passphrase-fd --help'
    'app list' = '--home --json --quiet --vault-passphrase-fd --help'
    'app show' = '--home --json --quiet --vault-passphrase-fd --help'
    'app remove' = '--home --json --quiet --vault-passphrase-fd --help'
    'bearer' = 'generate regenerate revoke check --home --json --quiet --vault-passphrase-fd --help'
    'bearer generate' = '--home --json --quiet --vault-passphrase-fd --help'
    'bearer regenerate' = '--home --json --quiet --vault-passphrase-fd --help'
    'bearer revoke' = '--home --json --quiet --vault-passphrase-fd --help'
    'bearer check' = '--home --json --quiet --vault-passphrase-fd --help'
    'sign-in' = '--scopes --browser --home --json --quiet --vault-passphrase-fd --help'
    'user' = 'list refresh revoke check hand-over take-back --home --json --quiet --vault-passphrase-fd --help'
    'user list' = '--home --json --quiet --vault-passphrase-fd --help'
    'user refresh' = '--home --json --quiet --vault-passphrase-fd --help'
    'user revoke' = '--home --json --quiet --vault-passphrase-fd --help'
    'user check' = '--home --json --quiet --vault-passphrase-fd --help'
    'user hand-over' = '--to --home --json --quiet --vault-passphrase-fd --help'
    'user take-back' = '--home --json --quiet --vault-passphrase-fd --help'
    'token' = '--as --reveal --home --json --quiet --vault-passphrase-fd --help'
    'exec' = '--as --home --json --quiet --vault-passphrase-fd --help'
    'agent' = '--allow --remember --forget --home --json --quiet --vault-passphrase-fd --help'
    'request' = '--app --as -q -d --field-names --all-pages --stream --max-pages --max-posts --max-cost --no-reconnect --home --json --quiet --vault-passphrase-fd --help'
    'operations' = '--tag --update --built-in --yes --home --json --quiet --vault-passphrase-fd --help'
    'limits' = '--home --json --quiet --vault-passphrase-fd --help'
    'usage' = '--days --home --json --quiet --vault-passphrase-fd --help'
    'vault' = 'status lock passphrase erase --home --json --quiet --vault-passphrase-fd --help'
    'vault status' = '--home --json --quiet --vault-passphrase-fd --help'
    'vault lock' = '--home --json --quiet --vault-passphrase-fd --help'
    'vault passphrase' = '--recovery --remove --new-passphrase-fd --home --json --quiet --vault-passphrase-fd --help'
    'vault erase' = '--yes --home --json --quiet --vault-passphrase-fd --help'
    'backup' = '--overwrite --passphrase-fd --home --json --quiet --vault-passphrase-fd --help'
    'restore' = '--copies --copy --yesterday --preview --replace --start-over --yes --passphrase-fd --home --json --quiet --vault-passphrase-fd --help'
    'import' = '--from --app --environment --held-by --yes --home --json --quiet --vault-passphrase-fd --help'
    'export' = '--to --reveal --target --output --home --json --quiet --vault-passphrase-fd --help'
    'inspect' = '--home --json --quiet --vault-passphrase-fd --help'
    'network' = 'show proxy certificates --home --json --quiet --vault-passphrase-fd --help'
    'network show' = '--home --json --quiet --vault-passphrase-fd --help'
    'network proxy' = '--user --home --json --quiet --vault-passphrase-fd --help'
    'network certificates' = '--remove --home --json --quiet --vault-passphrase-fd --help'
    'doctor' = '--online --report --home --json --quiet --vault-passphrase-fd --help'
}
$keypaneChoices = @{
    'sign-in:--browser' = 'system embedded paste'
    'request:--field-names' = 'tweet post'
    'import:--from' = 'env xurl twurl postman json'
    'export:--to' = 'env xurl postman github fly docker kubernetes twurl json'
}
Register-ArgumentCompleter -Native -CommandName keypane, keypane-cli -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $path = ''; $skip = $false; $previous = ''
    $given = @($commandAst.CommandElements | Select-Object -Skip 1)
    $given = @($given | ForEach-Object { "$_" })
    if ($wordToComplete -and $given.Count) {
        $given = @($given | Select-Object -SkipLast 1)
    }
    foreach ($word in $given) {
        $previous = $word
        if ($word -eq '--') { return }
        if ($skip) { $skip = $false; continue }
        if ($word -in '--home', '--vault-passphrase-fd') { $skip = $true; continue }
        if ($word.StartsWith('-')) { continue }
        if ($path -eq '') { $path = $word }
        elseif ($path -in 'app', 'bearer', 'user', 'vault', 'network') { $path = "$path $word" }
    }
    $words = $keypaneChoices["${path}:$previous"]
    if (-not $words) { $words = $keypaneWords[$path] }
    $found = "$words".Split(' ') | Where-Object { $_ -like "$wordToComplete*" }
    $found | ForEach-Object {
        $kind = 'ParameterValue'
        [System.Management.Automation.CompletionResult]::new($_, $_, $kind, $_)
    }
}
