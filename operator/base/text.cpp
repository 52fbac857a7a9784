#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace haetae {
namespace {

constexpr char32_t kBroken = 0xFFFFFFFF;

/// Reads one code point at `at` and moves past it; kBroken (and one byte on) where the bytes are not UTF-8.
/// Source: RFC 3629 (no overlong forms, no surrogates, nothing above U+10FFFF).
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t start = at++;
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || start + static_cast<std::size_t>(more) >= text.size()) return kBroken;
  char32_t point = lead & (0x3F >> more);
  for (int i = 1; i <= more; ++i) {
    const unsigned char next = byte(start + static_cast<std::size_t>(i));
    if ((next & 0xC0) != 0x80) return kBroken;
    point = (point << 6) | (next & 0x3F);
  }
  constexpr std::array<char32_t, 4> kLeast{0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kLeast[static_cast<std::size_t>(more)] || point > 0x10FFFF || surrogate) return kBroken;
  at = start + static_cast<std::size_t>(more) + 1;
  return point;
}

struct Range {
  char32_t first, last;
};

bool in(const auto& ranges, char32_t point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](Range r) { return point >= r.first && point <= r.last; });
}

/// East Asian Wide and Fullwidth blocks. Source: Unicode UAX #11.
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
                           Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
                           Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                           Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                           Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
                           Range{0x20000, 0x3FFFD}};
/// Control characters, combining marks, medial and final Hangul jamo, zero-width characters.
constexpr std::array kNoWidth{Range{0, 0x1F},          Range{0x7F, 0x9F},      Range{0x300, 0x36F},
                              Range{0x1160, 0x11FF},   Range{0x200B, 0x200F},  Range{0x20D0, 0x20FF},
                              Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF}};

std::string plural(std::string_view noun) {
  const auto ends = [&](std::string_view tail) { return noun.ends_with(tail); };
  const bool vowel_before = noun.size() > 1 && std::string_view("aeiou").find(noun[noun.size() - 2]) < 5;
  if (ends("y") && !vowel_before) return std::string(noun.substr(0, noun.size() - 1)) + "ies";
  if (ends("s") || ends("x") || ends("ch") || ends("sh")) return std::string(noun) + "es";
  return std::string(noun) + "s";
}

}  // namespace

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string all;
  for (const auto& part : parts) {
    if (&part != &parts.front()) all += separator;
    all += part;
  }
  return all;
}

std::string count(std::int64_t n, std::string_view noun) {
  return std::to_string(n) + " " + (n == 1 ? std::string(noun) : plural(noun));
}

bool is_dns_label(std::string_view text, std::size_t longest) {
  if (text.empty() || text.size() > longest || text.front() == '-' || text.back() == '-') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (next_code_point(text, at) == kBroken) return false;
  }
  return true;
}

std::string cut_text(std::string_view utf8, std::size_t longest) {
  std::size_t end = std::min(longest, utf8.size());
  while (end > 0 && end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U) --end;
  return std::string(utf8.substr(0, end));
}

std::size_t display_width(std::string_view utf8) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t point = next_code_point(utf8, at);
    if (point != kBroken && in(kNoWidth, point)) continue;
    columns += point != kBroken && in(kWide, point) ? 2 : 1;
  }
  return columns;
}

std::uint64_t fnv1a(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = seed;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

std::string hash8(std::string_view text) {
  // FNV's low bits mix poorly for texts that differ in their last letters; the finalizer spreads every bit.
  std::uint64_t hash = fnv1a(text);
  hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDULL;
  hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53ULL;
  hash ^= hash >> 33;
  std::string hex(8, '0');
  for (auto digit = hex.rbegin(); digit != hex.rend(); ++digit, hash >>= 4) *digit = "0123456789abcdef"[hash & 15];
  return hex;
}

std::string cut_name(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  const std::string tail = "-" + hash8(text);
  auto head = text.substr(0, longest > tail.size() ? longest - tail.size() : 0);
  while (!head.empty() && (head.back() == '-' || head.back() == '.')) head.remove_suffix(1);
  return std::string(head) + tail;
}

}  // namespace haetae
