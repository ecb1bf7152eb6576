#!/bin/sh
# Checks this kit with git (2.34 or newer) and ssh-keygen alone; names the first thing wrong and exits with 1.
#     sh check.sh [FOUNDING]      FOUNDING: the founding commit's id, as you noted it elsewhere; see README.txt
# shellcheck disable=SC2086 # the table's lists are words
set -eu
kit=$(cd "$(dirname "$0")" && pwd) work=$(mktemp -d) tab=$(printf '\t') chain='' last='' count=0 && trap 'rm -rf "$work"' EXIT
for variable in $(git rev-parse --local-env-vars); do unset "$variable"; done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_NO_REPLACE_OBJECTS=1 GIT_LITERAL_PATHSPECS=1 LC_ALL=C
wrong() { echo "WRONG $*" >&2 && exit 1; }
signature() { git log -1 --format='%G? %GS' "$1" -- 2>/dev/null; }
ended() { [ -z "$chain" ] || [ "$(git rev-parse "$chain")" = "$last" ] || wrong "$chain: its tip is not $last"; }
# composed COMMIT BASE [FROM:PATH]...: the tree of BASE with each PATH as FROM has it, as git writes it.
composed() {
    of=$1 && git read-tree "$of$2" && shift 2 && for part; do
        git ls-files -z -- "${part#*:}" >"$work/gone" && git update-index -z --force-remove --stdin <"$work/gone" &&
            git ls-tree -rz --full-tree "$of${part%%:*}" -- "${part#*:}" >"$work/taken" &&
            git update-index -z --index-info <"$work/taken" || return 1
    done && git write-tree
}
# met COMMIT ROLE=PRINCIPAL@SIGNED...: each SIGNED came with COMMIT and is signed by PRINCIPAL, all different people.
met() {
    of=$1 people=' ' && shift && for part; do
        by=${part##*@} who=${part#*=} && who=${who%@*} && case $people in *" $who "*) return 1 ;; esac
        [ "$(signature "$by")" = "G $who" ] && git rev-list "$of" "^$of^1" | grep -qx "$by" || return 1
        people="$people$who "
    done
}
git -c transfer.fsckObjects=true clone -q --mirror "$kit/registry.bundle" "$work/git" || wrong "registry.bundle"
cd "$work" && export GIT_DIR="$work/git" GIT_WORK_TREE="$work" GIT_INDEX_FILE="$work/index"
git config gpg.ssh.allowedSignersFile "$kit/allowed_signers.historical" && read -r founding _ <"$kit/founding.txt"
[ "${1-$founding}" = "$founding" ] || wrong "$founding: the kit is of another registry than $1"
[ "$(git rev-list --max-parents=0 main)" = "$founding" ] || wrong "main: it does not begin with $founding"
sed 1d "$kit/required-signers.tsv" >"$work/table"
while IFS=$tab read -r reference commit role principals parents tree quorum; do
    signed=$(signature "$commit") || wrong "$commit: it is missing"
    case $principals/$signed in -/* | */'G '*) ;; *) wrong "$commit: no good signature ($signed)" ;; esac
    case "|$principals|" in '|-|' | *"|${signed#G }|"*) ;; *) wrong "$commit: signed by ${signed#G }, not by $role $principals" ;; esac
    [ "$(git log -1 --format=%P "$commit")" = "${parents#-}" ] || wrong "$commit: its parents are not $parents"
    case $tree in -) ;; ^*) [ "$(composed "$commit" $tree)" = "$(git rev-parse "$commit^{tree}")" ] || wrong "$commit: its tree is not $tree" ;;
        *) wrong "$commit: nothing explains it" ;; esac
    [ "$quorum" = - ] || met "$commit" $quorum || wrong "$commit: it lacks signatures: $quorum"
    [ "$reference" != "$chain" ] || [ "${parents%% *}" = "$last" ] || wrong "$commit: it does not continue $chain"
    [ "$reference" = "$chain" ] || ended
    chain=${reference#-} last=$commit count=$((count + 1))
done <"$work/table"
ended && git rev-list --branches --tags --glob='refs/signet/[clr]*' | sort -u >"$work/there"
unlisted=$(cut -f2 "$work/table" | sort -u | comm -23 "$work/there" - | head -n1)
[ -z "$unlisted" ] || wrong "$unlisted: the table does not list it"
echo "$count commits: signatures, parents and trees are as required-signers.tsv has them; founding commit $founding"
