// Tries the attacks of attacks.h on any HTTP/2 server with gRPC's health service, one after the other, and
// says what became of it. Only against your own servers.

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "tests/http2/attacks.h"
#include "tests/http2/process_cost.h"

using namespace cordboard::http2;

int main(int argc, char** argv) {
  CLI::App app("Tries known attacks on an HTTP/2 server");
  std::string address;
  std::string only;
  Target target;
  pid_t pid = 0;
  app.add_option("--target", address, "HOST:PORT")->required();
  app.add_flag("--tls", target.tls, "TLS, without looking at the certificate");
  app.add_option("--only", only, "attacks whose name begins so");
  app.add_option("--pid", pid, "the server's process on this machine: also print what it costs");
  CLI11_PARSE(app, argc, argv);
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return std::fprintf(stderr, "--target: HOST:PORT is needed\n"), 2;
  target.host = address.substr(0, colon);
  target.port = address.substr(colon + 1);
  std::signal(SIGPIPE, SIG_IGN);
  if (!serves(target)) return std::fprintf(stderr, "%s does not serve\n", address.c_str()), 1;

  int failures = 0;
  for (const Attack& attack : attacks()) {
    if (!std::string(attack.name).starts_with(only)) continue;
    const auto before = cost_of(pid);
    const std::string came = attack.run(target, attack.size);
    const bool well = serves(target);
    const auto after = cost_of(pid);
    std::string cost;
    if (before && after) {
      cost = std::to_string(after->cpu_seconds - before->cpu_seconds).substr(0, 5) + " s CPU, " +
             std::to_string((after->resident_kib - before->resident_kib) / 1'024) + " MiB";
    }
    std::printf("%-22s %-52s %-8s %s; %s\n", attack.name, attack.what, well ? "serves" : "FAILS",
                came.c_str(), cost.c_str());
    std::fflush(stdout);
    failures += well && !came.starts_with("POISONED") ? 0 : 1;
  }
  return failures == 0 ? 0 : 1;
}
