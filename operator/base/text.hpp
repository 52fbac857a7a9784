#pragma once
// Words for people, and stable hashes for names.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace haetae {

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// "1 center", "2 centers".
[[nodiscard]] std::string count(std::int64_t n, std::string_view noun);
/// True for a DNS label: [a-z0-9]([-a-z0-9]*[a-z0-9])?, at most `longest`. Source: RFC 1123.
[[nodiscard]] bool is_dns_label(std::string_view text, std::size_t longest = 63);
/// True where the text is well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);
/// At most `longest` bytes of it, and never half a character.
[[nodiscard]] std::string cut_text(std::string_view utf8, std::size_t longest);
/// Columns that a terminal needs for UTF-8 text; Hangul and other wide letters count two.
[[nodiscard]] std::size_t display_width(std::string_view utf8);

/// 64-bit FNV-1a: stable over builds and machines, never for security.
[[nodiscard]] std::uint64_t fnv1a(std::string_view text, std::uint64_t seed = 14695981039346656037ULL);
/// The last 8 hex digits of the mixed hash of `text`, for names that are cut.
[[nodiscard]] std::string hash8(std::string_view text);
/// `text` where it is at most `longest`, else cut and closed with "-" and hash8(text).
[[nodiscard]] std::string cut_name(std::string_view text, std::size_t longest);

}  // namespace haetae
