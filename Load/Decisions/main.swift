// Usage: decision-benchmark [routes] [scale] [decisions N]. Without words: routes and scale.
let words = CommandLine.arguments.dropFirst()
if words.isEmpty || words.contains("routes") { try benchmarkRoutes() }
if words.isEmpty || words.contains("scale") { try benchmarkScale() }
if words.first == "decisions", let count = words.last.flatMap(Int.init) { try runDecisions(count) }
