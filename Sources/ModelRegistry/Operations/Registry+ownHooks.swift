import GitStore
import Glibc
import SystemPackage

extension Registry {
    /// Sees to it that git runs the registry's own hooks.
    ///
    /// A `core.hooksPath` for the whole account or machine, as tools for commit hooks set it, would
    /// switch them off without a word; so would one of this registry's that is of before it was moved.
    func keepOwnHooks() throws {
        let key = "core.hooksPath"
        let own = repository.gitDirectory.appending("hooks").string
        guard repository.isBare, try repository.config("signet.program") != nil,
            let other = try repository.config(key), other != own,
            // A copy that can only be read takes no pushes.
            Glibc.access(repository.gitDirectory.appending("config").string, W_OK) == 0
        else { return }
        try repository.setConfig(key, own)
    }
}
