#include "controllers/unreadable_status.hpp"

#include <algorithm>
#include <type_traits>

#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "domain/conditions.hpp"
#include "domain/rulebook.hpp"
#include "domain/says.hpp"

namespace haetae::controllers {

using api::Condition;
using api::ConditionStatus;
using domain::says;
using nlohmann::ordered_json;
using runtime::Next;

namespace {

constexpr auto kRule = "Unreadable";

template <class Conditions>
auto of_type(Conditions& conditions, const std::string& type) {
  return std::ranges::find(conditions, type, &Condition::type);
}

/// Whether Ready was told of the generation that is there now, and was not bad then.
bool is_applied(const Unreadable& object) {
  const auto ready = of_type(object.conditions, "Ready");
  return ready != object.conditions.end() && ready->status != ConditionStatus::False &&
         ready->observed_generation == object.metadata.generation;
}

std::vector<Condition> conditions_on(const Unreadable& object) {
  auto conditions = object.conditions;
  const auto say = [&](Condition condition) {
    condition.observed_generation = object.metadata.generation;
    const auto at = of_type(conditions, condition.type);
    if (at == conditions.end()) conditions.push_back(std::move(condition));
    else *at = std::move(condition);
  };
  if (!is_applied(object))
    say(says("Ready", ConditionStatus::False, kRule,
             "generation " + std::to_string(object.metadata.generation) + " cannot be read, so it is not applied"));
  say(says("Stalled", ConditionStatus::True, kRule, object.fault.text()));
  say(says("Reconciling", ConditionStatus::False, "Stalled", "only an edit of the spec helps"));
  if (of_type(conditions, "Compliant") != conditions.end())
    say(says("Compliant", ConditionStatus::False, kRule, "what cannot be read cannot be judged"));
  return conditions;
}

/// One that appears is no transition; that the first thing ever said is bad news is told all the same.
std::vector<Transition> turned(const Unreadable& object, const Verdict& verdict) {
  auto all = transitions(object.conditions, verdict.conditions);
  const auto stalled = of_type(verdict.conditions, "Stalled");
  if (of_type(object.conditions, "Stalled") == object.conditions.end())
    all.push_back({stalled->type, stalled->status, stalled->reason, stalled->message});
  return all;
}

/// The whole status as it is applied: a field that we left out would be taken away.
template <class T>
ordered_json status_of(const Unreadable& object, const Verdict& verdict) {
  auto rest = api::read_json(object.rest);
  ordered_json status = rest ? std::move(*rest) : ordered_json::object();
  if constexpr (std::is_same_v<T, api::TenantSystem>) status.erase("placement");  // another writer's
  typename T::StatusFields said;
  said.observed_generation = verdict.observed_generation;
  said.findings = verdict.findings;
  said.conditions = verdict.conditions;
  auto json = api::encode_status<T>(said);
  for (const auto* member : {"observedGeneration", "findings", "conditions"}) status[member] = std::move(json[member]);
  return status;
}

}  // namespace

Verdict verdict_on(const Unreadable& object, Timestamp now) {
  auto findings = object.findings;
  std::erase_if(findings, [](const api::Finding& finding) { return finding.rule == kRule; });
  findings.push_back({"Unreadable", api::Severity::Error, object.fault.what, object.fault.path, {}});
  return {object.metadata.generation, domain::with_since(domain::in_order(std::move(findings)), object.findings, now),
          domain::with_times(conditions_on(object), object.conditions, now)};
}

UnreadableStatusWriter::UnreadableStatusWriter(Hub& hub, const Clock& clock, TellTransition tell)
    : hub_(hub), clock_(clock), tell_(std::move(tell)) {}

template <class T>
Status UnreadableStatusWriter::report(const runtime::StoreKey& where) {
  const auto object = hub_.shelf<T>().unreadable(where);
  if (!object) return Done{};
  const auto verdict = verdict_on(*object, clock_.now());
  if (verdict == Verdict{object->observed_generation, object->findings, object->conditions}) return Done{};
  const auto& resource = hub_resource<T>();
  auto answer = apply_status_text(hub_.client(), resource, object->metadata, status_of<T>(*object, verdict), kStatusManager);
  if (auto done = take_back<T>(hub_, std::move(answer)); !done) return done;
  for (const auto& transition : turned(*object, verdict)) tell_(resource.kind, object->metadata, transition);
  return Done{};
}

Result<Next> UnreadableStatusWriter::reconcile(const runtime::Key& key) {
  const auto cut = key.name.find(' ');
  const auto kind = key.name.substr(0, cut);
  const auto where = cut == std::string::npos ? std::string() : key.name.substr(cut + 1);
  Status done = Done{};
  const auto try_kind = [&]<class T>(const Shelf<T>&) {
    if (hub_resource<T>().kind == kind) done = report<T>(where);
  };
  [&]<class... Ts>(api::TypeList<Ts...>) { (try_kind(hub_.shelf<Ts>()), ...); }(api::Kinds{});
  if (!done) return std::move(done).error();
  return Next::on_change();
}

}  // namespace haetae::controllers
