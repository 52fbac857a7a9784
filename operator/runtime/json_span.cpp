#include "runtime/json_span.hpp"

#include "runtime/projection.hpp"

namespace haetae::runtime {
namespace {

constexpr auto kEnd = std::string_view::npos;

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  const auto next = text.find_first_not_of(" \t\r\n", at);
  return next == kEnd ? text.size() : next;
}

/// Past the string that begins at `at`; kEnd where it does not end.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    at = text.find_first_of("\"\\", at);
    if (at == kEnd) return kEnd;
    if (text[at] == '"') return at + 1;
    ++at;  // what a backslash escapes
  }
  return kEnd;
}

/// Past the value that begins at `at`; kEnd where it does not end.
std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t open = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (at == kEnd) return kEnd;
    } else if (c == '{' || c == '[') {
      ++open;
      ++at;
    } else if (c == '}' || c == ']') {
      if (open == 0) return kEnd;
      --open;
      ++at;
    } else if (open > 0) {
      at = std::min(text.find_first_of("\"{}[]", at), text.size());
      continue;
    } else {
      return std::min(text.find_first_of(",}] \t\r\n", at), text.size());
    }
    if (open == 0) return at;
  }
  return kEnd;
}

}  // namespace

std::optional<std::string_view> member_text(std::string_view text, std::string_view key) {
  std::size_t at = skip_blanks(text, 0);
  if (at >= text.size() || text[at] != '{') return std::nullopt;
  at = skip_blanks(text, at + 1);
  while (at < text.size() && text[at] == '"') {
    const auto key_end = skip_string(text, at);
    if (key_end == kEnd) return std::nullopt;
    const auto name = text.substr(at + 1, key_end - at - 2);
    at = skip_blanks(text, key_end);
    if (at >= text.size() || text[at] != ':') return std::nullopt;
    at = skip_blanks(text, at + 1);
    const auto end = skip_value(text, at);
    if (end == kEnd || end == at) return std::nullopt;
    if (name == key) return text.substr(at, end - at);
    at = skip_blanks(text, end);
    if (at >= text.size() || text[at] != ',') return std::nullopt;
    at = skip_blanks(text, at + 1);
  }
  return std::nullopt;
}

std::optional<std::string_view> plain_string(std::string_view json) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"') return std::nullopt;
  const auto inside = json.substr(1, json.size() - 2);
  if (inside.find_first_of("\"\\") != kEnd) return std::nullopt;
  return inside;
}

std::string resource_version_in(std::string_view object_json) {
  const auto metadata = member_text(object_json, "metadata");
  const auto version = metadata ? member_text(*metadata, "resourceVersion") : std::nullopt;
  return std::string(version ? plain_string(*version).value_or("") : "");
}

Result<std::string> store_key_in(std::string_view object_json) {
  const auto metadata = member_text(object_json, "metadata");
  const auto text = [&](std::string_view key) {
    const auto value = metadata ? member_text(*metadata, key) : std::nullopt;
    return value ? plain_string(*value).value_or("") : std::string_view();
  };
  if (text("name").empty()) return Error{Code::Malformed, "cannot read the object: metadata.name is missing"};
  return store_key(text("namespace"), text("name"));
}

}  // namespace haetae::runtime
