// swift-tools-version: 6.2
import PackageDescription

let checked: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Debug builds, which all tests run on, check exclusive access; in release the checks were a tenth of a dial-out's instructions.
let strict = checked + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A module that reads what strangers send: exclusive access is checked in release too.
func reader(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: checked)
}

func system(_ name: String, _ pkgConfig: String, _ debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "dialout",
    products: [.executable(name: "dialout", targets: ["dialout"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        system("CLibuv", "libuv", "libuv1-dev"),
        system("CPCRE2", "libpcre2-8", "libpcre2-dev"),
        system("CCares", "libcares", "libc-ares-dev"),
        system("COpenSSL", "openssl", "libssl-dev"),
        system("CSQLite", "sqlite3", "libsqlite3-dev"),
        system("CCurl", "libcurl", "libcurl4-openssl-dev"),
        .target(name: "CXXHash"),
        .target(name: "CWriteAheadLog", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CEdit", linkerSettings: [.linkedLibrary("edit")]),
        .target(name: "CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber")]),

        module("Basis"),
        reader("Patterns", ["CPCRE2"]),
        module("Dialing", ["Basis", "Patterns", "CPhoneNumber"]),
        reader("Cmdlets", ["Basis", "Patterns", "Dialing"]),
        reader("SIP", ["Basis"]),
        module("FarEnd", ["Basis", "SIP"]),
        reader(
            "Web",
            [
                "Basis", .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        reader("Webhooks", ["Basis"]),
        .target(name: "CPages"),
        .target(name: "Pages", dependencies: ["CPages"], exclude: ["Dashboard", "OpenAPI"], swiftSettings: strict),
        module(
            "Service",
            [
                "Basis", "Patterns", "Dialing", "Cmdlets", "SIP", "Web", "Webhooks", "Pages",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        module("Reactor", ["Basis", "CLibuv"]),
        module("Outbound", ["Basis", "Reactor", "CCurl"]),
        reader("Transports", ["Basis", "SIP", "Reactor", "CCares", "COpenSSL"]),
        module(
            "Store",
            [
                "Basis", "Dialing", "Service", "CSQLite", "CWriteAheadLog", "CXXHash", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        module("Simulation", ["Basis", "Dialing", "SIP", "FarEnd", "Web", "Webhooks", "Service"]),
        .executableTarget(
            name: "dialout",
            dependencies: [
                "Basis", "Dialing", "Cmdlets", "SIP", "FarEnd", "Web", "Webhooks", "Service", "Reactor", "Transports", "Outbound", "Store",
                "CCurl", "CEdit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.embedInCode("Demo/demo.ps1")], swiftSettings: strict),

        .executableTarget(name: "simulate", dependencies: ["Simulation"], swiftSettings: strict),
        .executableTarget(
            name: "load-generator",
            dependencies: [
                "Basis", "Reactor", "Web", .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], path: "Load/Generator", exclude: ["README.md"], swiftSettings: strict),
        .executableTarget(
            name: "decision-benchmark", dependencies: ["Dialing", "Patterns"], path: "Load/Decisions", swiftSettings: strict),
        .executableTarget(name: "call-benchmark", dependencies: ["Basis", "SIP"], path: "Load/Calls", swiftSettings: strict),
        .target(
            name: "FuzzTargets", dependencies: ["Basis", "SIP", "Dialing", "Cmdlets"], path: "Load/Fuzz/Targets", swiftSettings: strict),
        .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Load/Fuzz/Runner", swiftSettings: strict),
        .executableTarget(
            name: "routing-benchmark", dependencies: ["Basis", "Patterns"], path: "Load/Routing",
            exclude: ["Peers", "run.sh", "table.awk"],
            swiftSettings: strict),

        tests("BasisTests", ["Basis"]),
        tests("PatternsTests", ["Basis", "Patterns"]),
        tests("DialingTests", ["Basis", "Patterns", "Dialing", "Service", "Simulation"], exclude: ["Golden"]),
        tests("CmdletsTests", ["Basis", "Dialing", "Cmdlets", "FuzzTargets"]),
        tests("SIPTests", ["Basis", "SIP", "FarEnd", "FuzzTargets"]),
        tests("WebTests", ["Basis", "Web"]),
        tests("WebhooksTests", ["Basis", "Webhooks"]),
        tests("OutboundTests", ["Basis", "Reactor", "Outbound"]),
        tests("ReactorTests", ["Basis", "Reactor"]),
        .target(name: "NameServing", dependencies: ["Basis", "Reactor"], path: "Tests/NameServing", swiftSettings: strict),
        tests("TransportsTests", ["Basis", "SIP", "Reactor", "Transports", "NameServing"]),
        tests("ServiceTests", ["Basis", "Dialing", "SIP", "FarEnd", "Web", "Webhooks", "Service", "Simulation"], exclude: ["Golden"]),
        .target(name: "SyncFaults", path: "Tests/SyncFaults", linkerSettings: [.linkedLibrary("sqlite3")]),
        tests(
            "StoreTests",
            [
                "Basis", "Dialing", "Service", "Simulation", "Store", "SyncFaults", .product(name: "GRDB", package: "GRDB.swift"),
            ], exclude: ["Golden"]),
        tests("SimulationTests", ["Simulation"]),
        tests("TidyTests", []),
        tests("EndToEndTests", ["Basis", "Reactor", "SIP", "Service", "Transports", "NameServing", "dialout"], exclude: ["Scenarios"]),
    ],
    cxxLanguageStandard: .cxx17
)
