#include "controllers/hub_writes.hpp"

#include "controllers/names.hpp"
#include "kube/request.hpp"

namespace haetae::controllers {

using nlohmann::ordered_json;

Error explained(Error error, const std::string& tried) {
  error.message = "cannot " + tried + ": " + error.message;
  return error;
}

Result<std::string> apply_status_text(kube::Client& client, const kube::Resource& resource, const api::ObjectMeta& of,
                                      const ordered_json& status, const char* manager) {
  ordered_json body{{"apiVersion", resource.api_version()}, {"kind", resource.kind}};
  auto& metadata = body["metadata"] = {{"name", of.name}};
  if (!of.ns.empty()) metadata["namespace"] = of.ns;
  metadata["uid"] = of.uid;  // a namesake that was created meanwhile gets nothing of this
  body["status"] = status;
  const kube::ObjectKey key{of.ns, of.name};
  auto answer = client.ask(kube::apply(resource, key, body.dump(), {manager}, true, "status"));
  if (!answer) return explained(answer.error(), "write the status of " + resource.kind + " " + key.text());
  return answer;
}

// A failed "test" is answered like a bad patch; for the caller it is a conflict: look again, then decide anew.
// Source: RFC 6902 §4.6; apiserver answers 422.
Result<std::string> put_finalizers_text(kube::Client& client, const kube::Resource& resource, const api::ObjectMeta& of,
                                        const std::vector<std::string>& finalizers) {
  ordered_json patch = ordered_json::array({
      {{"op", "test"}, {"path", "/metadata/uid"}, {"value", of.uid}},
      {{"op", "test"}, {"path", "/metadata/resourceVersion"}, {"value", of.resource_version}},
  });
  if (finalizers.empty()) patch.push_back({{"op", "remove"}, {"path", "/metadata/finalizers"}});
  else patch.push_back({{"op", "add"}, {"path", "/metadata/finalizers"}, {"value", finalizers}});
  const kube::ObjectKey key{of.ns, of.name};
  auto answer = client.ask(kube::json_patch(resource, key, patch.dump(), {kFinalizerManager}));
  if (answer) return answer;
  auto error = explained(answer.error(), "change the finalizers of " + resource.kind + " " + key.text());
  if (error.code == Code::Rejected) error.code = Code::Conflict;
  return error;
}

}  // namespace haetae::controllers
