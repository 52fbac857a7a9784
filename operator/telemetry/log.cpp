#include "telemetry/log.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace haetae::telemetry {

namespace {

constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warn", "error"};

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 0;
  return length;
}

// A log line with a tenant's text in it must still be one JSON object.
void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 7> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
      ++at;
    } else if (const auto length = utf8_length(text, at); length > 0) {
      out += text.substr(at, length);
      at += length;
    } else {
      out += "\\ufffd";
      ++at;
    }
  }
  out += '"';
}

std::string utc_now() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(second);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>((now - second).count()));
  return text.data();
}

}  // namespace

std::optional<Level> level(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return static_cast<Level>(i);
  return std::nullopt;
}

std::string json_line(std::string_view time, Level at, std::string_view message, std::initializer_list<Field> fields) {
  std::string out = R"({"ts":)";
  append_json(out, time);
  out += R"(,"level":)";
  append_json(out, kNames[static_cast<std::size_t>(at)]);
  out += R"(,"msg":)";
  append_json(out, message);
  for (const auto& field : fields) {
    out += ',';
    append_json(out, field.key);
    out += ':';
    append_json(out, field.value);
  }
  return out + '}';
}

Log::Log(Level least) : least_(least) {}

// One write of the whole line: standard error has no buffer, and stdio lets one thread at a time write.
void Log::line(Level at, std::string_view message, std::initializer_list<Field> fields) const {
  if (at < least_) return;
  auto text = json_line(utc_now(), at, message, fields) + '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Log::debug(std::string_view message, std::initializer_list<Field> fields) const { line(Level::Debug, message, fields); }
void Log::info(std::string_view message, std::initializer_list<Field> fields) const { line(Level::Info, message, fields); }
void Log::warn(std::string_view message, std::initializer_list<Field> fields) const { line(Level::Warn, message, fields); }
void Log::error(std::string_view message, std::initializer_list<Field> fields) const { line(Level::Error, message, fields); }

}  // namespace haetae::telemetry
