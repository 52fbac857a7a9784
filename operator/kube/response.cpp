#include "kube/response.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "api/json.hpp"
#include "base/time.hpp"

namespace haetae::kube {

namespace {

constexpr std::size_t kLongestMessage = 500;
constexpr std::chrono::seconds kLongestWait{3600};

struct ServerStatus {
  int code{0};
  std::string reason;
  std::string message;
  std::string cause;  // of the first cause
  std::optional<std::chrono::seconds> retry_after;
};

using Json = nlohmann::ordered_json;

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int64_t> number_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

void read_details(const Json& details, ServerStatus& into) {
  if (!details.is_object()) return;
  if (const auto wait = number_at(details, "retryAfterSeconds"); wait && *wait > 0) {
    into.retry_after = std::chrono::seconds(std::min<std::int64_t>(*wait, kLongestWait.count()));
  }
  const auto causes = details.find("causes");
  if (causes == details.end() || !causes->is_array() || causes->empty() || !(*causes)[0].is_object()) return;
  into.cause = text_at((*causes)[0], "reason");
}

std::optional<ServerStatus> read_status(std::string_view body) {
  const api::Limits limits{256U * 1024, 16, 10'000};
  const auto tree = api::read_json(body, limits);
  if (!tree || !tree->is_object() || text_at(*tree, "kind") != "Status") return std::nullopt;
  ServerStatus status;
  status.code = static_cast<int>(std::clamp<std::int64_t>(number_at(*tree, "code").value_or(0), 0, 999));
  status.reason = text_at(*tree, "reason");
  status.message = text_at(*tree, "message");
  if (const auto details = tree->find("details"); details != tree->end()) read_details(*details, status);
  return status;
}

Code code_for(int status) {
  switch (status) {
    case 401:
    case 403: return Code::Forbidden;
    case 404: return Code::NotFound;
    case 408: return Code::Unreachable;
    case 409:
    case 412: return Code::Conflict;
    case 410: return Code::Gone;
    case 429: return Code::Throttled;
    default: return status >= 400 && status < 500 ? Code::Rejected : Code::Unreachable;
  }
}

// One line, no control characters, cut between two characters of UTF-8.
std::string tidy(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  if (text.size() <= kLongestMessage) return text;
  std::size_t end = kLongestMessage - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

Error explain(int http, const std::optional<ServerStatus>& said) {
  if (!said) {
    const char* why = http >= 300 && http < 400 ? ": a redirect, which is not followed" : ": not a Kubernetes answer";
    return {code_for(http), std::to_string(http) + why};
  }
  std::string message = std::to_string(http);
  if (!said->reason.empty()) message += " " + said->reason;
  if (!said->message.empty()) message += ": " + said->message;
  const bool from_the_future = said->cause == "ResourceVersionTooLarge";
  return {from_the_future ? Code::Gone : code_for(http), tidy(std::move(message)), said->retry_after};
}

// "Sun, 06 Nov 1994 08:49:37 GMT". Source: RFC 9110 §5.6.7, IMF-fixdate, the only form that may be sent.
std::optional<Timestamp> http_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(25) != " GMT" || text[16] != ' ') return std::nullopt;
  const auto month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const auto number = std::to_string(month / 3 + 101).substr(1);
  const std::string iso = std::string(text.substr(12, 4)) + "-" + number + "-" + std::string(text.substr(5, 2)) + "T" +
                          std::string(text.substr(17, 8)) + "Z";
  const auto parsed = parse_rfc3339(iso);
  if (!parsed) return std::nullopt;
  return *parsed;
}

std::optional<std::chrono::seconds> wait_asked_for(const Headers& headers) {
  const auto asked = header(headers, "Retry-After");
  if (asked.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(asked.data(), asked.data() + asked.size(), seconds);
  if (failed != std::errc() || end != asked.data() + asked.size()) {
    const auto until = http_date(asked);
    const auto now = http_date(header(headers, "Date"));
    if (!until || !now) return std::nullopt;
    seconds = (*until - *now).count();
  }
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongestWait.count()));
}

}  // namespace

Result<std::string> body_of(HttpResponse response) {
  if (response.status / 100 == 2) return std::move(response.body);
  return error_of(response);
}

Error error_of(const HttpResponse& response) {
  Error error = explain(response.status, read_status(response.body));
  if (const auto wait = wait_asked_for(response.headers)) error.retry_after = *wait;
  return error;
}

Error error_of_status(std::string_view status_json) {
  const auto said = read_status(status_json);
  if (!said || said->code == 0) return {Code::Malformed, "not a Kubernetes Status"};
  return explain(said->code, said);
}

std::string status_reason(std::string_view body) {
  const auto said = read_status(body);
  return said ? said->reason : std::string();
}

bool already_exists(const Error& error) {
  return error.code == Code::Conflict && error.message.starts_with("409 AlreadyExists");
}

}  // namespace haetae::kube
