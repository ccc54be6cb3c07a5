import Foundation
import FuzzTargets

/// Without the fuzzer this program plays files once, as the unit test does: `fuzz message|stream|endpoint|script FILE…`.
/// With it (`make fuzz`) libFuzzer brings its own `main` and calls `LLVMFuzzerTestOneInput`; `FUZZ_TARGET` names the target.
#if !FUZZING
    @main
    struct Fuzz {
        static func main() throws {
            let arguments = CommandLine.arguments.dropFirst()
            guard let target = arguments.first.flatMap(FuzzTarget.init(rawValue:)) else {
                print("usage: fuzz \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) FILE…")
                exit(2)
            }
            for path in arguments.dropFirst() { target.run(Array(try Data(contentsOf: URL(filePath: path)))) }
        }
    }
#endif
