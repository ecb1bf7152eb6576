import CLibgit2

extension GitRepository {
    /// The value of a setting: the repository's, or else the user's or the system's.
    package func config(_ key: String) throws(GitError) -> String? {
        try Self.requireNoNUL(key)
        var config: OpaquePointer?
        try Libgit2.check(git_repository_config(&config, handle), "open the settings")
        defer { git_config_free(config) }
        var value = git_buf()
        defer { git_buf_dispose(&value) }
        let code = git_config_get_string_buf(&value, config, key)
        guard try Libgit2.found(code, "read the setting '\(key)'") else { return nil }
        return String(cString: value.ptr)
    }

    /// Sets a setting of this repository.
    package func setConfig(_ key: String, _ value: String) throws(GitError) {
        try Self.requireNoNUL(key)
        try Self.requireNoNUL(value)
        var all: OpaquePointer?
        try Libgit2.check(git_repository_config(&all, handle), "open the settings")
        defer { git_config_free(all) }
        var own: OpaquePointer?
        try Libgit2.check(
            git_config_open_level(&own, all, GIT_CONFIG_LEVEL_LOCAL),
            "open the repository's settings")
        defer { git_config_free(own) }
        try Libgit2.check(git_config_set_string(own, key, value), "set '\(key)'")
    }

    /// Refuses a string that C would read only the beginning of.
    static func requireNoNUL(_ string: String) throws(GitError) {
        guard !string.utf8.contains(0) else {
            throw .invalidName(string, why: "it holds a NUL character")
        }
    }
}
