#include "kube/http1.hpp"

#include <algorithm>
#include <cctype>

namespace haetae::kube {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// Source: RFC 9110 §5.6.2, tchar.
bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Source: RFC 9110 §5.5, field-content; obs-text is left out, all our values are ASCII.
bool is_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return is_visible(c) || c == ' ' || c == '\t'; });
}

bool same_letter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

std::string_view header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same_letter)) return value;
  }
  return {};
}

const char* method(Verb verb) {
  switch (verb) {
    case Verb::Get: return "GET";
    case Verb::Post: return "POST";
    case Verb::Put: return "PUT";
    case Verb::Patch: return "PATCH";
    case Verb::Delete: return "DELETE";
  }
  return "GET";
}

Status sendable(const HttpRequest& request) {
  const auto& target = request.target;
  if (target.empty() || target[0] != '/' || !std::all_of(target.begin(), target.end(), is_visible)) {
    return Error{Code::Rejected, "cannot send a request: its target is not an escaped path"};
  }
  if (request.body.size() > kLongestBody) {
    return Error{Code::Rejected,
                 "cannot send " + std::to_string(request.body.size()) + " bytes: API servers take 3 MiB"};
  }
  for (const auto& [key, value] : request.headers) {
    if (key.empty() || !std::all_of(key.begin(), key.end(), is_token_char)) {
      return Error{Code::Rejected, "cannot send a request: a header name holds characters that names must not have"};
    }
    if (!is_value(value)) return Error{Code::Rejected, "cannot send a request: bad characters in header " + key};
  }
  return Done{};
}

bool repeatable(const HttpRequest& request) {
  if (request.verb == Verb::Get || request.verb == Verb::Put) return true;
  return request.verb == Verb::Patch && header(request.headers, "Content-Type").starts_with("application/apply-patch");
}

std::string host_field(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  std::string text = v6 ? "[" + endpoint.host + "]" : endpoint.host;
  if (endpoint.port != (endpoint.tls ? "443" : "80")) text += ":" + endpoint.port;
  return text;
}

Result<std::string> serialize(const HttpRequest& request, std::string_view host, std::string_view token) {
  if (auto fit = sendable(request); !fit) return std::move(fit).error();
  if (!std::all_of(token.begin(), token.end(), is_visible)) {
    return Error{Code::Rejected, "cannot send a request: bad characters in the bearer token"};
  }
  std::string bytes;
  bytes.reserve(512 + request.body.size());
  const auto line = [&bytes](std::string_view key, std::string_view value) {
    bytes.append(key).append(": ").append(value).append("\r\n");
  };
  bytes.append(method(request.verb)).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  line("Host", host);
  for (const auto& [key, value] : request.headers) line(key, value);
  if (!token.empty()) line("Authorization", "Bearer " + std::string(token));
  const bool takes_body = request.verb != Verb::Get && request.verb != Verb::Delete;
  if (takes_body || !request.body.empty()) line("Content-Length", std::to_string(request.body.size()));
  bytes.append("\r\n").append(request.body);
  return bytes;
}

std::string in_grammar(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  const bool abbreviation = text.size() > 1 && is_upper(text[1]);
  if (!text.empty() && is_upper(text[0]) && !abbreviation) text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

}  // namespace haetae::kube
