// swift-tools-version: 6.2
import PackageDescription

// scripts/check builds with SIGNET_WARNINGS=error; a newer compiler's warnings stop nobody else.
let strictness: [SwiftSetting] =
    Context.environment["SIGNET_WARNINGS"] == "error" ? [.treatAllWarnings(as: .error)] : []

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + strictness

// Debian's libgit2-dev. scripts/environment says where it is the one that offline.c knows.
let isStatic = Context.environment["SIGNET_LIBGIT2"] == "static"
let libgit2 =
    isStatic
    ? [":libgit2.a", ":libmbedcrypto.a", ":libhttp_parser.a", ":libpcre2-8.a", "z"] : ["git2"]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "signet",
    products: [
        .executable(name: "signet", targets: ["signet"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .target(
            name: "CLibgit2", cSettings: isStatic ? [.define("SIGNET_OFFLINE")] : [],
            linkerSettings: libgit2.map { .linkedLibrary($0) }),
        .systemLibrary(name: "CFiles"),
        // Its header and .pc file come from scripts/setup; the library is opened at run time.
        .systemLibrary(name: "COnnxRuntime", pkgConfig: "libonnxruntime"),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSpawn"),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "GitStore", dependencies: ["CFiles", "CLibgit2", "CZlib", system],
            swiftSettings: swiftSettings),
        .target(
            name: "Signatures",
            dependencies: [
                crypto, .product(name: "CryptoExtras", package: "swift-crypto"), system,
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "ModelRegistry",
            dependencies: [
                "GitStore", "Signatures", "CFiles", crypto, system,
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "Notifications",
            dependencies: [
                "ModelRegistry", "CCurl", "CSpawn", crypto, system,
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "BatchInference",
            dependencies: [
                "COnnxRuntime", crypto, system,
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Onnx/Onnx.proto"],
            swiftSettings: swiftSettings),
        .target(
            name: "RegistryWatcher",
            dependencies: ["GitStore", "ModelRegistry", "Notifications", system],
            swiftSettings: swiftSettings),
        .target(
            name: "SignetCommands",
            dependencies: [
                "GitStore", "Signatures", "ModelRegistry", "Notifications", "BatchInference",
                "RegistryWatcher", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "signet", dependencies: ["SignetCommands"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "RegistryBenchmark",
            dependencies: ["GitStore", "Signatures", "ModelRegistry", system],
            path: "Benchmarks/RegistryBenchmark", swiftSettings: swiftSettings),
        .testTarget(
            name: "GitStoreTests", dependencies: ["GitStore"], swiftSettings: swiftSettings),
        // Security keys in software, which both of the next need.
        .target(
            name: "SoftwareKeys", dependencies: ["Signatures", crypto],
            path: "Tests/SoftwareKeys", swiftSettings: swiftSettings),
        .testTarget(
            name: "SignaturesTests", dependencies: ["Signatures", "SoftwareKeys"],
            swiftSettings: swiftSettings),
        // What must hold of the parsers, for the fuzzer and for the test that replays its corpus.
        .target(
            name: "ParserChecks", dependencies: ["GitStore", "Signatures", "ModelRegistry"],
            path: "Fuzzing/Checks", swiftSettings: swiftSettings),
        .testTarget(
            name: "ModelRegistryTests",
            dependencies: ["ModelRegistry", "ParserChecks", "SoftwareKeys"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "NotificationsTests", dependencies: ["Notifications"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BatchInferenceTests", dependencies: ["BatchInference"],
            resources: [.copy("Fixtures")], swiftSettings: swiftSettings),
        .testTarget(
            name: "SignetTests", dependencies: ["SignetCommands"], swiftSettings: swiftSettings),
    ]
)

// scripts/fuzz builds it with libFuzzer, whose main function no other build has.
if Context.environment["SIGNET_FUZZING"] == "yes" {
    package.targets.append(
        .executableTarget(
            name: "fuzzer", dependencies: ["ParserChecks"], path: "Fuzzing/Fuzzer",
            swiftSettings: swiftSettings))
}
