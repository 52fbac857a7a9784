#include "runtime/write_answer.hpp"

#include "api/json.hpp"
#include "base/text.hpp"
#include "kube/response.hpp"
#include "runtime/projection.hpp"

namespace haetae::runtime {

namespace {

constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kMostCauses = 5;

/// True where an apply states a field or a type that the kind does not have: the server says 500 to that, though the
/// same request will never pass. Source: k8s.io/apimachinery managedfields/internal/structuredmerge.go.
bool is_badly_typed(const kube::HttpResponse& answer) {
  return answer.status == 500 && answer.body.find("failed to create typed patch object") != std::string::npos;
}

/// "metadata.x: why" of each cause of a refusal; "" where the answer names none.
/// Source: metav1.StatusDetails.causes.
std::string causes_in(const std::string& body) {
  const auto status = api::read_json(body, {.bytes = 256U << 10U});
  const auto* causes = status ? find(*status, {"details", "causes"}) : nullptr;
  if (causes == nullptr || !causes->is_array()) return "";
  std::vector<std::string> texts;
  for (const auto& cause : *causes) {
    if (texts.size() == kMostCauses) break;
    const auto field = text_at(cause, {"field"});
    if (!field.empty()) texts.push_back(field + ": " + text_at(cause, {"message"}));
  }
  return cut_text(join(texts, "; "), kLongestText);
}

}  // namespace

Error write_error(const kube::HttpResponse& answer) {
  auto why = kube::error_of(answer);
  if (is_badly_typed(answer)) why.code = Code::Rejected;
  const auto causes = why.code == Code::Rejected ? causes_in(answer.body) : "";
  if (!causes.empty()) why.message = std::to_string(answer.status) + " " + kube::status_reason(answer.body) + ": " + causes;
  // Another object came under the name since our look: its uid would have to change, says the server.
  if (causes.starts_with("metadata.uid: ")) why.code = Code::Conflict;
  return why;
}

Result<kube::HttpResponse> rehearsed(Result<kube::HttpResponse> answer) {
  if (!answer) return answer;
  for (const auto& [name, value] : answer->headers) {
    const auto begin = value.find("would violate PodSecurity");
    if (begin == std::string::npos) continue;
    auto why = value.substr(begin, value.find_last_not_of("\" ") + 1 - begin);
    std::erase(why, '\\');  // quotes inside a quoted text
    return Error{Code::Rejected, "its pods " + cut_text(why, kLongestText)};
  }
  return answer;
}

}  // namespace haetae::runtime
