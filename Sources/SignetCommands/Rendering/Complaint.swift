import ArgumentParser
import BatchInference
import Foundation
import GitStore
import ModelRegistry
import Notifications
import Signatures
import SystemPackage

/// How an error reaches the person: the complaint and the advice on separate lines, on stderr.
enum Complaint {
    /// Writes the error and returns the exit code that goes with it.
    static func report(_ error: any Error) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        if error is ValidationError {
            Terminal.complain("error: \(error)")
            return 64
        }
        let isDefect = !isExpected(error)
        Terminal.complain("error: \(words(error))")
        if isDefect {
            Terminal.complain(
                "hint: this is a defect of signet; please report it with the command you ran")
        }
        return isDefect ? 70 : 1
    }

    private static func isExpected(_ error: any Error) -> Bool {
        error is RegistryError || error is DocumentError || error is GitError
            || error is SigningError || error is AllowedSignersFault || error is SignatureFault
            || error is NotificationError || error is InferenceError || error is Errno
            || error is NotCanonical
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case GitError.conflict(let reference, _, _):
            "\(RegistryError.conflict(reference: reference))"
        case let errno as Errno where GitError.isFull(errno):
            "the disk is full\nhint: make room on the registry's file system (`df -h`) and do it again"
        case let errno as Errno: "the file system says: \(errno)"
        default: "\(error)"
        }
    }
}
