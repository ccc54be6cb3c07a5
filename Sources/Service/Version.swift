/// The product's version, as `--version` and the published description say it.
package enum Version {
    package static let current = "1.0.0"
}
