/// What the system says of the process, and how late its loop is.
package struct ProcessFigures: Equatable, Sendable {
    /// Seconds of processor time, in the system and in the process.
    package var processorSeconds = 0.0
    package var residentBytes = 0
    package var virtualBytes = 0
    package var openDescriptors = 0
    package var descriptorLimit = 0
    /// Seconds since 1970 at which it began.
    package var startSeconds = 0.0
    /// How much later than asked for an alarm rings.
    package var loopLag = Histogram(Histogram.lagBounds)

    package init() {}

    /// With the names that Prometheus' client libraries use.
    var text: String {
        func one(_ name: String, _ type: String, _ help: String, _ value: String) -> String {
            Exposition.family(name, type, help, [("", value)])
        }
        return one("process_cpu_seconds_total", "counter", "Processor time used, in seconds.", "\(processorSeconds)")
            + one("process_resident_memory_bytes", "gauge", "Memory in use.", "\(residentBytes)")
            + one("process_virtual_memory_bytes", "gauge", "Address space in use.", "\(virtualBytes)")
            + one("process_open_fds", "gauge", "Descriptors open.", "\(openDescriptors)")
            + one("process_max_fds", "gauge", "Descriptors that may be open.", "\(descriptorLimit)")
            + one("process_start_time_seconds", "gauge", "When it began, in seconds since 1970.", "\(startSeconds)")
            + Exposition.family(
                "dialout_build_info", "gauge", "1, with the version.", [("{version=\"\(Version.current)\"}", "1")])
            + loopLag.text("dialout_loop_lag_seconds", "How much later than asked for an alarm of the loop rings.")
    }
}
