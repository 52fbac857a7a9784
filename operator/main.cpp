// haetae: one binary for the operator and the command line. `operate` below is the whole wiring, top to bottom.

#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>

#include "cli/command_line.hpp"
#include "controllers/operator.hpp"
#include "controllers/ways.hpp"
#include "kube/credentials.hpp"
#include "settings.hpp"
#include "telemetry/health_server.hpp"

namespace {

using namespace haetae;

constexpr const char* kUserAgent = "haetae/" HAETAE_VERSION;

std::string environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value == nullptr ? "" : value;
}

/// The operator's namespace: as told, else the pod's own. Source: the path is Kubernetes' service account mount.
std::string own_namespace(const Settings& settings) {
  if (!settings.ns.empty()) return settings.ns;
  if (auto named = environment("POD_NAMESPACE"); !named.empty()) return named;
  std::ifstream file("/var/run/secrets/kubernetes.io/serviceaccount/namespace");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Who we are in Events: the pod, else the machine.
std::string own_name() {
  if (auto pod = environment("POD_NAME"); !pod.empty()) return pod;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "haetae";
}

Result<kube::Endpoint> hub_endpoint(const Settings& settings, const Clock& clock) {
  if (settings.kubeconfig.empty()) return kube::in_cluster(kube::pod_files(), clock);
  return kube::from_kubeconfig_file(settings.kubeconfig, clock);
}

/// Makes the client of one cluster, counted under its name.
Result<std::unique_ptr<kube::Client>> client(kube::IoReactor& reactor, telemetry::Metrics& metrics, const telemetry::Log& log,
                                             const Settings& settings, const std::string& cluster, kube::Endpoint endpoint) {
  auto transport = kube::make_transport(reactor, std::move(endpoint));
  if (!transport) return std::move(transport).error();
  kube::Client::Options options;
  options.user_agent = kUserAgent;
  options.deadline = settings.request_timeout;
  options.answered = [&metrics, cluster](const char* method, int status, std::chrono::nanoseconds) {
    metrics.count("rest_client_requests_total",
                  {{"host", cluster}, {"method", method}, {"code", status == 0 ? "<error>" : std::to_string(status)}});
  };
  options.warned = [&log, cluster](const std::string& text) {
    log.warn("the API server warns", {{"cluster", cluster}, {"warning", text}});
  };
  return std::make_unique<kube::Client>(std::move(*transport), std::move(options));
}

/// SIGTERM and SIGINT are blocked here and in every thread that is started later, so that one wait takes them.
sigset_t block_end_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ends;
}

/// Returns when the reactor has run what was posted before, and what that posted.
void let_run(kube::Reactor& reactor) {
  for (int round = 0; round < 3; ++round) {
    auto ran = std::make_shared<std::promise<void>>();
    reactor.post([ran] { ran->set_value(); });
    ran->get_future().wait_for(std::chrono::milliseconds(100));
  }
}

int operate(const Settings& settings) {
  const sigset_t ends = block_end_signals();
  mallopt(M_ARENA_MAX, 2);  // an arena a thread would keep what each thread once needed
  const telemetry::Log log(telemetry::level(settings.log_level).value_or(telemetry::Level::Info));
  const auto refuse = [&](const Error& error) {
    log.error("cannot start", {{"error", error.message}});
    return error.code == Code::Unreachable ? cli::kUnreachable : cli::kBadInput;
  };
  const auto ns = own_namespace(settings);
  if (ns.empty()) return refuse({Code::Malformed, "the operator's namespace is not known: set --namespace", {}});

  const SystemClock clock;
  telemetry::Metrics metrics;
  kube::IoReactor reactor;

  auto endpoint = hub_endpoint(settings, clock);
  if (!endpoint) return refuse(endpoint.error());
  auto hub = client(reactor, metrics, log, settings, "hub", *endpoint);
  if (!hub) return refuse(hub.error());

  controllers::WayFinder ways{**hub, ns, [&] { return hub_endpoint(settings, clock); },
                              [&](const ClusterName& cluster, kube::Endpoint to) {
                                return client(reactor, metrics, log, settings, cluster.text(), std::move(to));
                              }};
  runtime::EventOptions events_as;
  events_as.instance = own_name();
  runtime::EventRecorder events(**hub, clock, events_as);
  const controllers::Ground ground{
      reactor, **hub, clock, log, metrics, controllers::find_way(std::move(ways)),
      [&events](const std::string& kind, const api::ObjectMeta& of, const controllers::Transition& turned) {
        events.record(controllers::event_of(kind, of, turned));
      }};
  controllers::OperatorOptions options;
  options.workers = static_cast<std::size_t>(settings.workers);
  options.debounce = settings.debounce;
  options.scratch_namespace = settings.member_namespace;
  options.home = ns;
  options.pulse.every = settings.probe_every;
  options.pulse.chart_namespace = settings.member_namespace;
  controllers::Operator haetae(ground, options);

  metrics.on_scrape([&](telemetry::Metrics& to) {
    haetae.fill(to);
    const auto told = events.counts();
    to.set("haetae_events_dropped_total", {}, static_cast<double>(told.dropped + told.failed));
  });
  auto health = telemetry::HealthServer::start(
      settings.listen, {[&] { return haetae.stuck(); }, [&] { return haetae.unready(); }, [&] { return metrics.text(); }});
  if (!health) return refuse(health.error());
  haetae.start();
  log.info("started", {{"version", HAETAE_VERSION}, {"namespace", ns}, {"port", std::to_string((*health)->port())}});

  int signal = 0;
  sigwait(&ends, &signal);
  log.info("stopping", {{"signal", strsignal(signal)}});
  health->reset();
  haetae.stop();
  (*hub)->close();
  let_run(reactor);  // watches hear of their end before what they belong to is gone
  reactor.stop();
  return cli::kFine;
}

int run_operator(const std::vector<std::string>& flags) {
  const auto settings = read_settings(flags, environment);
  if (settings) return operate(*settings);
  std::cerr << "haetae operator: " << settings.error().message << "\nSee `haetae operator --help`.\n";
  return cli::kBadInput;
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Hooks hooks{HAETAE_VERSION, settings_help(), run_operator};
  return cli::run({argv + 1, argv + argc}, hooks, {std::cin, std::cout, std::cerr});
}
