#include "settings.hpp"

#include <charconv>

#include "base/text.hpp"
#include "base/time.hpp"

namespace haetae {

namespace {

Error out_of_bounds(const std::string& what) { return {Code::Malformed, what, {}}; }

Setting text(const char* flag, const char* variable, const char* meaning, std::string Settings::* field) {
  return {flag, variable, meaning, "", Settings{}.*field, "",
          [field](Settings& settings, const std::string& value) -> Status {
            settings.*field = value;
            return Done{};
          }};
}

Setting one_of(const char* flag, const char* variable, const char* meaning, std::string Settings::* field,
               std::vector<std::string> words) {
  const std::string bounds = join(words, ", ");
  return {flag, variable, meaning, "", Settings{}.*field, bounds,
          [field, words, bounds](Settings& settings, const std::string& value) -> Status {
            for (const auto& word : words)
              if (word == value) {
                settings.*field = value;
                return Done{};
              }
            return out_of_bounds("is none of " + bounds);
          }};
}

Setting number(const char* flag, const char* variable, const char* meaning, const char* unit, int Settings::* field,
               int least, int most) {
  const std::string bounds = std::to_string(least) + " to " + std::to_string(most);
  return {flag, variable, meaning, unit, std::to_string(Settings{}.*field), bounds,
          [=](Settings& settings, const std::string& value) -> Status {
            int read = 0;
            const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), read);
            if (failed != std::errc{} || end != value.data() + value.size() || read < least || read > most)
              return out_of_bounds("is not a number from " + bounds);
            settings.*field = read;
            return Done{};
          }};
}

Setting length(const char* flag, const char* variable, const char* meaning, std::chrono::milliseconds Settings::* field,
               std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const std::string bounds = go_duration(least) + " to " + go_duration(most);
  return {flag, variable, meaning, "duration", go_duration(Settings{}.*field), bounds,
          [=](Settings& settings, const std::string& value) -> Status {
            const auto read = parse_go_duration(value);
            if (!read || *read < least || *read > most) return out_of_bounds("is not a duration from " + bounds);
            settings.*field = *read;
            return Done{};
          }};
}

const Setting* find(const std::string& flag) {
  for (const auto& setting : setting_table())
    if (flag == setting.flag) return &setting;
  return nullptr;
}

Status take(Settings& settings, const Setting& setting, const std::string& name, const std::string& value) {
  auto taken = setting.take(settings, value);
  if (!taken) return Error{Code::Malformed, "cannot take " + name + " \"" + value + "\": " + taken.error().message, {}};
  return Done{};
}

}  // namespace

const std::vector<Setting>& setting_table() {
  using std::chrono::milliseconds;
  static const std::vector<Setting> kTable{
      text("--kubeconfig", "HAETAE_KUBECONFIG", "Kubeconfig file of the hub; empty: the pod's own token.",
           &Settings::kubeconfig),
      text("--namespace", "HAETAE_NAMESPACE",
           "Namespace of the operator, where the Secrets of member clusters lie; empty: the pod's own.", &Settings::ns),
      text("--listen", "HAETAE_LISTEN", "Address of /healthz, /readyz and /metrics; port 0 chooses one and logs it.",
           &Settings::listen),
      one_of("--log-level", "HAETAE_LOG_LEVEL", "Least level that is logged.", &Settings::log_level,
             {"debug", "info", "warn", "error"}),
      number("--workers", "HAETAE_WORKERS", "Reconciles at once, over all clusters.", "threads", &Settings::workers, 1, 7),
      length("--debounce", "HAETAE_DEBOUNCE", "How long changes are gathered before the fleet is decided anew.",
             &Settings::debounce, milliseconds(0), milliseconds(60'000)),
      length("--probe-every", "HAETAE_PROBE_EVERY", "How often each member cluster is asked whether it answers.",
             &Settings::probe_every, milliseconds(1'000), milliseconds(60'000)),
      length("--request-timeout", "HAETAE_REQUEST_TIMEOUT", "Longest that one request to a cluster may take.",
             &Settings::request_timeout, milliseconds(1'000), milliseconds(60'000)),
      text("--member-namespace", "HAETAE_MEMBER_NAMESPACE",
           "Namespace of the member chart, where first deliveries are tried by dry run.", &Settings::member_namespace),
  };
  return kTable;
}

Result<Settings> read_settings(const std::vector<std::string>& arguments, const Environment& environment) {
  Settings settings;
  for (const auto& setting : setting_table()) {
    const std::string value = environment(setting.variable);
    if (value.empty()) continue;
    if (auto taken = take(settings, setting, setting.variable, value); !taken) return std::move(taken).error();
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto equals = arguments[i].find('=');
    const std::string flag = arguments[i].substr(0, equals);
    const Setting* setting = find(flag);
    if (setting == nullptr) return Error{Code::Malformed, "unknown flag " + flag, {}};
    if (equals == std::string::npos && i + 1 == arguments.size())
      return Error{Code::Malformed, flag + " needs a value", {}};
    const std::string value = equals == std::string::npos ? arguments[++i] : arguments[i].substr(equals + 1);
    if (auto taken = take(settings, *setting, flag, value); !taken) return std::move(taken).error();
  }
  return settings;
}

std::string settings_help() {
  std::string out;
  for (const auto& setting : setting_table()) {
    out += "  " + std::string(setting.flag) + "  (" + setting.variable + ")\n      " + setting.meaning + "\n";
    std::vector<std::string> notes;
    if (!setting.bounds.empty()) notes.push_back(setting.bounds);
    if (*setting.unit != '\0') notes.emplace_back(setting.unit);
    if (!setting.by_default.empty()) notes.push_back("default " + setting.by_default);
    if (!notes.empty()) out += "      [" + join(notes, "; ") + "]\n";
  }
  return out;
}

}  // namespace haetae
