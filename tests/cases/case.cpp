#include "cases/case.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "api/codec.hpp"
#include "api/yaml.hpp"
#include "cli/load.hpp"
#include "domain/conditions.hpp"
#include "domain/decide.hpp"
#include "domain/rulebook.hpp"
#include "domain/summary.hpp"

namespace haetae::cases {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string leading_comment(const std::string& text) {
  std::istringstream lines(text);
  std::string comment;
  for (std::string line; std::getline(lines, line) && line.starts_with("#");) comment += line + "\n";
  return comment;
}

ordered_json want_of(const fs::path& file) {
  if (!fs::exists(file)) return ordered_json::object();
  auto documents = api::read_documents(text_of(file));
  if (!documents) throw std::runtime_error(file.string() + ": " + documents.error().message);
  return documents->empty() ? ordered_json::object() : documents->front().value;
}

ordered_json part(const ordered_json& object, const char* key, ordered_json otherwise) {
  return object.contains(key) ? object.at(key) : otherwise;
}

/// [{type: Ready, status: "True", reason: X}] → {Ready: "True X"}: shorter to write, and without times.
void shorten_conditions(ordered_json& status) {
  if (!status.contains("conditions")) return;
  auto conditions = ordered_json::object();
  for (const auto& it : status.at("conditions"))
    conditions[it.at("type").get<std::string>()] =
        it.at("status").get<std::string>() + " " + it.at("reason").get<std::string>();
  status["conditions"] = std::move(conditions);
}

/// The parts of `status` that `wanted` names, in its order. Lists and scalars are taken whole.
ordered_json named_parts(const ordered_json& status, const ordered_json& wanted) {
  if (!status.is_object() || !wanted.is_object() || wanted.empty()) return status;
  auto parts = ordered_json::object();
  for (const auto& [key, inner] : wanted.items())
    parts[key] = status.contains(key) ? named_parts(status.at(key), inner) : ordered_json("absent");
  return parts;
}

using Told = std::function<void(const std::string& on, const std::vector<api::Finding>& findings, ordered_json status)>;

template <class Kind, class Objects>
void tell_each(const Told& tell, const char* kind, const Objects& objects, const auto& status_of) {
  for (const auto& object : objects) {
    const auto status = status_of(*object);
    tell(domain::subject(kind, object->metadata), status.findings, api::encode_status<Kind>(status));
  }
}

/// Every object with its findings and its status.
void tell_all(const domain::World& world, const Told& tell) {
  const auto plan = domain::decide(world);
  const domain::Summary summary(world, plan);
  const auto of = [&](const auto& object) { return summary.of(object); };
  tell_each<api::TenantSystem>(tell, "TenantSystem", world.systems, [&](const api::TenantSystem& system) {
    const auto& its = plan.systems.at({system.metadata.ns, system.metadata.name});
    return domain::status_of(its, domain::seen_in(world, its));
  });
  tell_each<api::RiskTier>(tell, "RiskTier", world.tiers, of);
  tell_each<api::Center>(tell, "Center", world.centers, of);
  tell_each<api::MemberCluster>(tell, "MemberCluster", world.clusters,
                                [&](const api::MemberCluster& cluster) { return summary.of(cluster, {}); });
  tell_each<api::ServiceProvider>(tell, "ServiceProvider", world.providers, of);
  tell_each<api::Handoff>(tell, "Handoff", world.handoffs, of);
}

std::size_t place_of(const std::string& rule) {
  std::size_t place = 0;
  for (const auto& row : domain::rulebook()) {
    if (rule == row.name) break;
    ++place;
  }
  return place;
}

domain::World world_of(const Case& it) {
  std::vector<std::string> files{it.folder + "/world.yaml"};
  for (const auto& more : part(it.want, "with", ordered_json::array()))
    files.push_back((fs::path(it.folder) / more.get<std::string>()).lexically_normal().string());
  std::istringstream nothing;
  auto loaded = cli::load(files, nothing);
  if (!loaded.faults.empty()) throw std::runtime_error(loaded.faults.front());
  if (it.want.contains("now")) {
    const auto now = parse_rfc3339(it.want.at("now").get<std::string>());
    if (!now) throw std::runtime_error(it.name + ": now: " + now.error().message);
    loaded.world.now = *now;
  }
  for (const auto& name : part(it.want, "unreadable", ordered_json::array()))
    loaded.world.unreadable.push_back(name.get<std::string>());
  return std::move(loaded.world);
}

}  // namespace

std::vector<Case> all_cases() {
  const fs::path root = fs::path(HAETAE_SOURCE_DIR) / "tests/cases";
  std::vector<Case> all;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "world.yaml") continue;
    const auto folder = entry.path().parent_path();
    const auto want = folder / "want.yaml";
    all.push_back({folder.string(), folder.lexically_relative(root).string(), want_of(want),
                   fs::exists(want) ? leading_comment(text_of(want)) : ""});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

ordered_json outcome(const Case& it) {
  std::vector<std::pair<std::string, api::Finding>> found;
  const auto wanted = part(it.want, "status", ordered_json::object());
  auto statuses = ordered_json::object();
  std::set<std::string> objects;
  tell_all(world_of(it), [&](const std::string& on, const std::vector<api::Finding>& findings, ordered_json status) {
    objects.insert(on);
    for (const auto& finding : findings) found.emplace_back(on, finding);
    shorten_conditions(status);
    if (wanted.contains(on)) statuses[on] = named_parts(status, wanted.at(on));
  });
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tuple(place_of(a.second.rule), a.first, a.second.path) <
           std::tuple(place_of(b.second.rule), b.first, b.second.path);
  });
  auto findings = ordered_json::array();
  for (const auto& [on, finding] : found)
    findings.push_back({{"object", on}, {"rule", finding.rule}, {"path", finding.path}});
  ordered_json got{{"findings", std::move(findings)}, {"objects", objects}};
  auto ordered = ordered_json::object();
  for (const auto& [on, parts] : wanted.items())
    ordered[on] = statuses.contains(on) ? statuses.at(on) : ordered_json("no such object");
  got["status"] = std::move(ordered);
  return got;
}

std::vector<std::string> differences(const Case& it, const ordered_json& got) {
  std::vector<std::string> wrong;
  const auto want_findings = part(it.want, "findings", ordered_json::array());
  const auto want_status = part(it.want, "status", ordered_json::object());
  if (!it.want.contains("findings")) wrong.emplace_back("want.yaml does not say which findings there are");
  if (want_findings.empty() && want_status.empty()) wrong.emplace_back("want.yaml lists nothing");
  if (want_findings != got.at("findings"))
    wrong.push_back("findings:\nwant\n" + api::to_yaml(want_findings) + "got\n" + api::to_yaml(got.at("findings")));
  for (const auto& [on, parts] : want_status.items())
    if (parts != got.at("status").at(on))
      wrong.push_back("status of " + on + ":\nwant\n" + api::to_yaml(parts) + "got\n" +
                      api::to_yaml(got.at("status").at(on)));
  for (const auto& kept : part(it.want, "kept", ordered_json::array())) {
    const auto on = kept.at("object").get<std::string>();
    const auto rule = kept.at("rule").get<std::string>();
    const auto& objects = got.at("objects");
    if (std::find(objects.begin(), objects.end(), on) == objects.end()) wrong.push_back("kept: there is no " + on);
    if (domain::rule_named(rule) == nullptr) wrong.push_back("kept: there is no rule " + rule);
    for (const auto& finding : got.at("findings"))
      if (finding.at("object") == on && finding.at("rule") == rule) wrong.push_back("kept: " + on + " breaks " + rule);
  }
  return wrong;
}

void rewrite(const Case& it, const ordered_json& got) {
  auto want = it.want;
  want["findings"] = got.at("findings");
  if (!got.at("status").empty()) want["status"] = got.at("status");
  std::ofstream(it.folder + "/want.yaml") << it.comment << api::to_yaml(want);
}

}  // namespace haetae::cases
