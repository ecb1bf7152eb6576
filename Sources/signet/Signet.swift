import SignetCommands

/// The program: all of it is in `SignetCommands`.
@main
enum Signet {
    static func main() {
        SignetProgram.main()
    }
}
