# One row a table size from lines of: routes, engine, ns a look-up, ms to build, bytes, sum of first matches.
{
    if (!($1 in seen)) { seen[$1] = 1; sizes[++count] = $1; sum[$1] = $6 }
    if ($6 != sum[$1]) { printf "DIFFERENCE: %s at %d routes: %s, not %s\n", $2, $1, $6, sum[$1]; failed = 1 }
    ns[$1, $2] = $3; ms[$1, $2] = $4; bytes[$1, $2] = $5
}
function cell(value) { return value == "" ? "-" : value }
END {
    printf "%8s | %9s %9s %9s %9s | %10s %10s %10s %10s | %11s %11s %11s\n", "routes", "table", "pcre2", "re2", "hyperscan", \
        "table", "patterns", "re2", "hyperscan", "table", "patterns", "hyperscan"
    printf "%8s | %39s | %43s | %35s\n", "", "ns a look-up", "ms to build", "bytes"
    for (i = 1; i <= count; i++) {
        n = sizes[i]
        printf "%8d | %9s %9s %9s %9s | %10s %10s %10s %10s | %11s %11s %11s\n", n, cell(ns[n, "table"]), cell(ns[n, "pcre2"]), \
            cell(ns[n, "re2"]), cell(ns[n, "hyperscan"]), cell(ms[n, "table"]), cell(ms[n, "patterns"]), cell(ms[n, "re2"]), \
            cell(ms[n, "hyperscan"]), cell(bytes[n, "table"]), cell(bytes[n, "patterns"]), cell(bytes[n, "hyperscan"])
    }
    exit failed
}
