// RE2's set and Hyperscan on the tables that the benchmark wrote; one line a result, in the benchmark's form.
#include <hs/hs.h>
#include <re2/set.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

using Clock = std::chrono::steady_clock;

static double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

static std::vector<std::string> lines(const std::string &path) {
    std::ifstream file(path);
    std::vector<std::string> result;
    for (std::string line; std::getline(file, line);) result.push_back(line);
    return result;
}

template <typename Answer>
static void measure(int routes, const char *engine, const std::vector<std::string> &numbers, double build, size_t bytes, Answer answer) {
    const int passes = routes <= 1000 ? 20 : 2;
    double best = 1e9;
    long sum = 0;
    for (int round = 0; round < 30; ++round) {
        auto start = Clock::now();
        for (int pass = 0; pass < passes; ++pass) {
            sum = 0;
            for (const auto &number : numbers) sum += answer(number);
        }
        best = std::min(best, seconds_since(start) / (passes * numbers.size()) * 1e9);
    }
    std::printf("%d\t%s\t%.1f\t%.2f\t%zu\t%ld\n", routes, engine, best, build * 1e3, bytes, sum);
    std::fflush(stdout);
}

static void re2_set(int routes, const std::vector<std::string> &patterns, const std::vector<std::string> &numbers) {
    auto start = Clock::now();
    RE2::Options options;
    options.set_max_mem(int64_t{2} << 30);
    options.set_log_errors(false);
    RE2::Set set(options, RE2::UNANCHORED);
    for (const auto &pattern : patterns)
        if (set.Add(pattern, nullptr) < 0) return;
    if (!set.Compile()) return;
    double build = seconds_since(start);
    std::vector<int> found;
    measure(routes, "re2", numbers, build, 0, [&](const std::string &number) {
        found.clear();
        return set.Match(number, &found) ? *std::min_element(found.begin(), found.end()) : routes;
    });
}

static void hyperscan(int routes, const std::vector<std::string> &patterns, const std::vector<std::string> &numbers) {
    auto start = Clock::now();
    std::vector<const char *> sources;
    std::vector<unsigned> flags(patterns.size(), HS_FLAG_SINGLEMATCH), ids;
    for (unsigned id = 0; id < patterns.size(); ++id) {
        sources.push_back(patterns[id].c_str());
        ids.push_back(id);
    }
    hs_database_t *database = nullptr;
    hs_compile_error_t *error = nullptr;
    if (hs_compile_multi(sources.data(), flags.data(), ids.data(), sources.size(), HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
        std::fprintf(stderr, "hyperscan, %d routes: %s\n", routes, error->message);
        hs_free_compile_error(error);
        return;
    }
    double build = seconds_since(start);
    hs_scratch_t *scratch = nullptr;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return;
    size_t bytes = 0;
    hs_database_size(database, &bytes);
    auto on_match = [](unsigned id, unsigned long long, unsigned long long, unsigned, void *context) {
        int &least = *static_cast<int *>(context);
        least = std::min(least, static_cast<int>(id));
        return 0;
    };
    measure(routes, "hyperscan", numbers, build, bytes, [&](const std::string &number) {
        int least = routes;
        hs_scan(database, number.data(), number.size(), 0, scratch, on_match, &least);
        return least;
    });
    hs_free_scratch(scratch);
    hs_free_database(database);
}

int main(int count, char **arguments) {
    const std::string folder = count > 1 ? arguments[1] : ".";
    for (int routes : {1, 10, 100, 1000, 10000, 100000}) {
        auto patterns = lines(folder + "/patterns-" + std::to_string(routes) + ".txt");
        auto numbers = lines(folder + "/numbers-" + std::to_string(routes) + ".txt");
        re2_set(routes, patterns, numbers);
        hyperscan(routes, patterns, numbers);
    }
}
