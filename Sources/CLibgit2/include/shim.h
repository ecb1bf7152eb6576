#pragma once
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

// git_libgit2_opts is variadic, which Swift can't call.
static inline int signet_git_enable_fsync(void) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
}

static inline int signet_git_enable_strict_hash_verification(void) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
}

// Objects are kept parsed, by those who read them, in caches that have a bound of their own.
static inline int signet_git_disable_caching(void) {
    return git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
}

// Packs are mapped piece by piece, and not whole: what a long history takes in memory is not what it takes on
// the disk.
static inline int signet_git_bound_mappings(void) {
    int failed = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)4 << 20);
    return failed ? failed : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)64 << 20);
}

static inline int signet_git_trust_owners(void) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

// The version is a macro, kept next to the header it belongs to.
static inline int signet_git_init_options(git_repository_init_options *options) {
    return git_repository_init_options_init(options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
}
