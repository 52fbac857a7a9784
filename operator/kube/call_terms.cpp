#include "kube/call_terms.hpp"

#include <memory>
#include <utility>

namespace haetae::kube {

namespace {

std::string text(std::chrono::milliseconds length) {
  const bool whole = length % std::chrono::seconds(1) == std::chrono::milliseconds(0);
  return whole ? std::to_string(length / std::chrono::seconds(1)) + " s" : std::to_string(length.count()) + " ms";
}

}  // namespace

Terms::Moment Terms::due(Stage stage, Moment asked, Moment last_byte) const {
  if (total) return asked + *total;
  return stage == Stage::Body ? last_byte + limits.silence : asked + limits.connect;
}

Error Terms::too_late(Stage stage, const std::string& where) const {
  const bool silent = !total && stage == Stage::Body;
  const bool connecting = stage == Stage::Connect;
  const auto limit = total ? *total : silent ? limits.silence : limits.connect;
  const char* what = silent ? ": silent for " : connecting ? ": no connection within " : ": no answer within ";
  return {Code::Unreachable, (connecting ? "connect " : "read ") + where + what + text(limit)};
}

StreamEvents gather(std::function<void(Result<HttpResponse>)> answer) {
  auto whole = std::make_shared<HttpResponse>();
  return {[whole](int status, const Headers& headers) {
            whole->status = status;
            whole->headers = headers;
          },
          [whole](std::string_view bytes) { whole->body.append(bytes); },
          [whole, answer = std::move(answer)](const Status& how) {
            if (!how) return answer(how.error());
            answer(std::move(*whole));
          }};
}

}  // namespace haetae::kube
