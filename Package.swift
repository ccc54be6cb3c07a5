// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "dialout",
    targets: [
        .target(name: "Basis", swiftSettings: strict),
        .testTarget(name: "BasisTests", dependencies: ["Basis"], swiftSettings: strict),
    ]
)
