#!/bin/sh
# Checks this kit with git (2.34 or newer) and ssh-keygen alone; names the first thing wrong and exits with 1.
#     sh check.sh [FOUNDING]      FOUNDING: the founding commit's id, as you noted it elsewhere
# README.txt says what it does not cover.
set -eu
kit=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for variable in $(git rev-parse --local-env-vars); do unset "$variable"; done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_NO_REPLACE_OBJECTS=1 GIT_LITERAL_PATHSPECS=1
export GIT_INDEX_FILE="$work/index" LC_ALL=C
tab=$(printf '\t')
wrong() { echo "WRONG $*" >&2 && exit 1; }
# ended: the chain that was read last ends where its branch is.
ended() { [ -z "$chain" ] || [ "$(git rev-parse "$chain")" = "$last" ] || wrong "$chain: its tip is not $last"; }
# composed COMMIT BASE [FROM:PATH]...: the tree of BASE with each PATH as FROM has it, as git writes it.
composed() {
    of=$1 && git read-tree "$of$2" && shift 2 && for part; do
        git ls-files -z -- "${part#*:}" >"$work/gone" && git update-index -z --force-remove --stdin <"$work/gone" &&
            git ls-tree -rz --full-tree "$of${part%%:*}" -- "${part#*:}" >"$work/taken" &&
            git update-index -z --index-info <"$work/taken" || return 1
    done && git write-tree
}

git -c transfer.fsckObjects=true clone -q --mirror "$kit/registry.bundle" "$work/git" || wrong "registry.bundle"
cd "$work" && export GIT_DIR="$work/git" GIT_WORK_TREE="$work"
git config gpg.ssh.allowedSignersFile "$kit/allowed_signers.historical"
read -r founding _ <"$kit/founding.txt"
[ "${1:-$founding}" = "$founding" ] || wrong "$founding: the kit is of another registry than $1"
[ "$(git rev-list --max-parents=0 main)" = "$founding" ] || wrong "main: it does not begin with $founding"
chain='' last='' count=0
while IFS=$tab read -r reference commit role principals parents tree; do
    [ "$reference" != reference ] || continue
    signature=$(git log -1 --format='%G? %GS' "$commit") || wrong "$commit: it is missing"
    case $signature in 'G '*) ;; *) wrong "$commit: no good signature ($signature)" ;; esac
    case "|$principals|" in *"|${signature#G }|"*) ;; *) wrong "$commit: signed by ${signature#G }, not by $role $principals" ;; esac
    [ "$(git log -1 --format=%P "$commit")" = "${parents#-}" ] || wrong "$commit: its parents are not $parents"
    # shellcheck disable=SC2086 # the tree's parts are words
    case $tree in -) ;; ^*) [ "$(composed "$commit" $tree)" = "$(git rev-parse "$commit^{tree}")" ] || wrong "$commit: its tree is not $tree" ;;
        *) wrong "$commit: nothing explains it" ;; esac
    [ "$reference" != "$chain" ] || [ "${parents%% *}" = "$last" ] || wrong "$commit: it does not continue $chain"
    [ "$reference" = "$chain" ] || ended
    chain=${reference#-} last=$commit count=$((count + 1))
done <"$kit/required-signers.tsv"
ended
git rev-list --branches --tags --glob='refs/signet/[cl]*' | sort -u >"$work/there"
cut -f2 "$kit/required-signers.tsv" | sort -u | comm -23 "$work/there" - >"$work/unlisted"
[ ! -s "$work/unlisted" ] || wrong "$(head -n1 "$work/unlisted"): the table does not list it"
echo "$count commits: signatures, parents and trees are as required-signers.tsv has them; founding commit $founding"
