#include "domain/prepared.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "domain/says.hpp"

namespace haetae::domain {

using api::Condition;
using api::ConditionStatus;

namespace {

using Version = std::array<std::uint32_t, 3>;

std::optional<Version> version_of(const std::string& text) {
  Version version{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < version.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, failed] = std::from_chars(at, end, version.at(i));
    if (failed != std::errc{}) return std::nullopt;
    at = next;
  }
  return at == end ? std::optional(version) : std::nullopt;
}

/// One command for all: it installs, and it upgrades with the values that somebody chose.
std::string mend(const api::MemberCluster& cluster, const MemberChart& chart) {
  const bool local = cluster.spec.connection.local.has_value();
  return std::string("; an administrator of that cluster runs: helm upgrade --install ") + kMemberChart + " charts/" +
         kMemberChart + " --namespace " + chart.ns + " --create-namespace --reset-then-reuse-values" +
         (local ? " --set serviceAccount.create=false --set token.secret=false" : "");
}

Condition outdated(const api::MemberCluster& cluster, const MemberChart& chart, const std::string& why) {
  return says("Prepared", ConditionStatus::False, "MemberChartOutdated", why + mend(cluster, chart));
}

Condition not_asked(const api::MemberCluster& cluster, const Condition& reachable) {
  if (reachable.status == ConditionStatus::False)
    return says("Prepared", ConditionStatus::Unknown, "NotReachable", "the cluster is not reachable, so its member chart is not seen");
  for (const auto& last : cluster.status.conditions)
    if (last.type == "Prepared") return last;
  return says("Prepared", ConditionStatus::Unknown, "NotAsked", "its member chart was not asked for yet");
}

}  // namespace

bool is_current(const std::string& version) {
  static const auto kNeeded = version_of(kMemberChartVersion);
  const auto there = version_of(version);
  return there && *there >= *kNeeded;
}

Condition prepared(const api::MemberCluster& cluster, const MemberChart& chart, const Condition& reachable) {
  const std::string needed = std::string(kMemberChartVersion) + " is needed";
  switch (chart.seen) {
    case MemberChart::Seen::NotAsked: return not_asked(cluster, reachable);
    case MemberChart::Seen::Missing:
      return says("Prepared", ConditionStatus::False, "MemberChartMissing",
                  "the member chart is not there: no ConfigMap " + chart.ns + "/" + kMemberChart + mend(cluster, chart));
    case MemberChart::Seen::Forbidden:
      return outdated(cluster, chart, "the member chart is not there or too old: ConfigMap " + chart.ns + "/" +
                                          kMemberChart + " may not be read; version " + needed);
    case MemberChart::Seen::There: break;
  }
  if (is_current(chart.version))
    return says("Prepared", ConditionStatus::True, "Prepared", "the member chart is there, version " + chart.version);
  const bool readable = version_of(chart.version).has_value();
  return outdated(cluster, chart, "the member chart is " + (readable ? chart.version : "of no version that can be read") + "; " + needed);
}

}  // namespace haetae::domain
