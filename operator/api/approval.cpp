#include "api/approval.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& ApprovalSpec::about() {
  static const KindInfo kind{
      .kind = "Approval",
      .plural = "approvals",
      .short_names = {"apr"},
      .scope = Scope::Namespaced,
      .doc = "One person's verdict on a step that the status of a subject has issued. Never edited; Haetae deletes it "
             "once it is used or has expired.",
      .columns = {{"Kind", ".spec.for.kind", "Kind of the subject"},
                  {"Subject", ".spec.for.name", "The subject"},
                  {"Step", ".spec.step", "The step"},
                  {"Verdict", ".spec.verdict", "Approved or Rejected"},
                  {"By", ".spec.by", "Who decides"},
                  {"Role", ".spec.role", "As what"},
                  {"State", ".status.state", "What it is worth now"}}};
  return kind;
}

template Decoded<Approval> decode(const nlohmann::ordered_json&, Strictness);
template Result<Approval> decode_text(std::string_view);
template nlohmann::ordered_json encode(const Approval&);
template nlohmann::ordered_json encode_status<Approval>(const ApprovalStatus&);
template const KindTypes& types_of<Approval>();

}  // namespace haetae::api
