#include "controllers/approval.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "controllers/hub_writes.hpp"
#include "controllers/names.hpp"
#include "domain/approval/desk.hpp"
#include "kube/request.hpp"

namespace haetae::controllers {

using api::ApprovalState;
using runtime::Next;

namespace {

/// The subject's paper, as its status shows it. Holds what the Subject borrows.
struct Found {
  api::ObjectMeta meta{};
  approval::Paper paper{};
  std::string requester{};
};

template <class T>
std::optional<Found> found(const Hub& hub, const api::ApprovalSubject& of) {
  const auto object = hub.shelf<T>().get(runtime::store_key(of.ns, of.name));
  if (!object) return std::nullopt;
  Found out{object->metadata, {object->status.steps, object->status.history}, {}};
  if constexpr (requires { object->spec.requested_by; }) out.requester = object->spec.requested_by;
  return out;
}

std::optional<Found> subject(const Hub& hub, const api::ApprovalSubject& of) {
  if (of.kind == "TenantSystem") return found<api::TenantSystem>(hub, of);
  if (of.kind == "RiskTier") return found<api::RiskTier>(hub, of);
  if (of.kind == "MemberCluster") return found<api::MemberCluster>(hub, of);
  return std::nullopt;
}

}  // namespace

api::ApprovalStatus worth(const Hub& hub, const api::Approval& approval, Timestamp now) {
  api::ApprovalStatus status;
  status.observed_generation = approval.metadata.generation;
  const auto& spec = approval.spec;
  const auto worthless = [&](std::string why) {
    status.state = ApprovalState::Void;
    status.why = std::move(why);
    return status;
  };
  const auto of = subject(hub, spec.subject);
  if (!of) return worthless("there is no " + spec.subject.kind + " " + runtime::store_key(spec.subject.ns, spec.subject.name));
  const auto named = [&](const auto& step) { return step.id == spec.step; };
  if (const auto past = std::ranges::find_if(of->paper.history, named); past != of->paper.history.end()) {
    status.state = ApprovalState::Used;
    status.why = "the step is over: " + std::string(api::name(past->verdict));
    return status;
  }
  const auto step = std::ranges::find_if(of->paper.steps, named);
  if (step == of->paper.steps.end()) return worthless("its subject has issued no step " + spec.step);
  const approval::Desk desk({std::make_shared<const api::Approval>(approval)}, hub.home(), now);
  if (auto fault = desk.fault(approval, {spec.subject.kind, of->meta, of->paper.steps, of->requester}, *step); !fault.empty())
    return worthless(std::move(fault));
  if (step->granted) {
    status.state = ApprovalState::Used;
    status.why = "the step is granted";
    return status;
  }
  status.why = std::to_string(step->approved_by.size()) + " of " + count(step->count, "approval");
  return status;
}

Result<Next> ApprovalKeeper::reconcile(const runtime::Key& key) {
  const auto approval = hub_.shelf<api::Approval>().get(key.name);
  if (!approval || approval->metadata.deleted || hub_.shelf<api::Approval>().is_unreadable(key.name)) return Next::on_change();
  const auto now = clock_.now();
  const auto status = worth(hub_, *approval, now);
  const auto& until = approval->spec.valid_until;
  const bool expired = !until || *until <= now;
  if (status.state == ApprovalState::Used || expired) {
    if (auto done = remove(*approval); !done) return std::move(done).error();
    return Next::on_change();
  }
  if (!(status == approval->status))
    if (auto done = apply_status(hub_, *approval, api::encode_status<api::Approval>(status), kStatusManager); !done)
      return std::move(done).error();
  return Next::in(std::max<std::chrono::milliseconds>(*until - now, std::chrono::seconds(1)));
}

Status ApprovalKeeper::remove(const api::Approval& approval) {
  const auto& meta = approval.metadata;
  kube::RemoveOptions options;
  options.uid = meta.uid;
  auto gone = hub_.client().ask(kube::remove(hub_resource<api::Approval>(), {meta.ns, meta.name}, options));
  if (gone || gone.error().code == Code::NotFound) return Done{};
  return explained(gone.error(), "delete Approval " + meta.ns + "/" + meta.name);
}

}  // namespace haetae::controllers
