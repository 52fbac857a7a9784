#include "api/handoff.hpp"

#include "api/codec.inl"

namespace haetae::api {

const KindInfo& HandoffSpec::about() {
  static const KindInfo kind{
      .kind = "Handoff",
      .plural = "handoffs",
      .scope = Scope::Namespaced,
      .doc = "The stage at which one system is handed to one provider.",
      .columns = {{"System", ".spec.system", "The system that is handed over"},
                  {"Provider", ".spec.provider", "The provider that takes it"},
                  {"Stage", ".status.stage", "The stage that holds now"},
                  {"Target", ".spec.targetStage", "The stage to reach"},
                  {"Acts-Now", ".status.actsNow", "Who operates the system"},
                  {"Since", ".status.since", "Since when the stage holds", "date"}}};
  return kind;
}

template Decoded<Handoff> decode(const nlohmann::ordered_json&, Strictness);
template Result<Handoff> decode_text(std::string_view);
template nlohmann::ordered_json encode(const Handoff&);
template nlohmann::ordered_json encode_status<Handoff>(const HandoffStatus&);
template const KindTypes& types_of<Handoff>();

}  // namespace haetae::api
