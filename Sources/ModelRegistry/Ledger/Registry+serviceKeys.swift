import GitStore
import Signatures
import SystemPackage

extension Registry {
    /// The private keys of the registry's own principals.
    package func serviceKeyPath(_ principal: PrincipalID) -> FilePath {
        folder.appending("keys").appending(principal.text)
    }

    package func serviceKey(_ principal: PrincipalID) throws -> any CommitSigner {
        do {
            return try ServiceKey(contentsOf: serviceKeyPath(principal))
        } catch {
            let complaint = error.firstLine
            throw RegistryError.invalid(
                "the key of '\(principal)' can't be used: \(complaint)",
                hint:
                    "it has mode 0600 and belongs to the account that runs signet; a copy of the registry "
                    + "has none: write to the registry, or to a plain `git clone` of it"
            )
        }
    }
}
