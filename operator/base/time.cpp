#include "base/time.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>

namespace haetae {
namespace {

__extension__ using Wide = __int128;

/// Reads digits and fixed letters from the front of a text; once something is missing it stays broken.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    return value;
  }
  void letter(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) {
      fine_ = false;
      return;
    }
    rest_.remove_prefix(1);
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool next_is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  int digit() {
    if (!next_is_digit()) {
      fine_ = false;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }
  bool at_end() const { return rest_.empty(); }
  bool fine() const { return fine_; }

 private:
  std::string_view rest_;
  bool fine_{true};
};

/// "Z" or "+09:00" at the end; the seconds that UTC lies behind.
std::optional<Seconds> utc_offset(Reader& in) {
  if (in.take('Z')) return Seconds{0};
  const bool minus = in.take('-');
  if (!minus) in.letter('+');
  const int hours = in.number(2);
  in.letter(':');
  const int minutes = in.number(2);
  if (!in.fine() || hours > 23 || minutes > 59) return std::nullopt;
  const auto ahead = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return minus ? -ahead : ahead;
}

Error malformed(std::string_view what, std::string_view text) {
  return {Code::Malformed, "cannot read " + std::string(what) + " \"" + std::string(text.substr(0, 64)) + "\""};
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
/// Longest spelling first among those that share a beginning. Source: go.dev/pkg/time#ParseDuration.
constexpr std::array kUnits{Unit{"ns", 1},           Unit{"us", 1'000},           Unit{"\u00b5s", 1'000},
                            Unit{"\u03bcs", 1'000},  Unit{"ms", 1'000'000},       Unit{"s", 1'000'000'000},
                            Unit{"m", 60'000'000'000}, Unit{"h", 3'600'000'000'000}};

std::optional<std::int64_t> take_unit(std::string_view& rest) {
  for (const auto& unit : kUnits) {
    if (!rest.starts_with(unit.name)) continue;
    rest.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return std::nullopt;
}

constexpr Wide kMostNanoseconds = std::numeric_limits<std::int64_t>::max();

/// One "1.5h" at the front of `rest`, in nanoseconds; nothing where it is none or too long.
std::optional<Wide> take_part(std::string_view& rest) {
  Wide whole = 0, fraction = 0, scale = 1;
  std::size_t digits = 0;
  bool after_point = false;
  for (; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      ++digits;
      if (!after_point) whole = whole * 10 + (c - '0');
      else if (scale < 1'000'000'000'000'000) fraction = fraction * 10 + (c - '0'), scale *= 10;  // finer is below 1 ns
      if (whole > kMostNanoseconds) return std::nullopt;
    } else {
      break;
    }
  }
  if (digits == 0) return std::nullopt;
  const auto unit = take_unit(rest);
  if (!unit) return std::nullopt;
  return whole * *unit + fraction * *unit / scale;
}

}  // namespace

std::string rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  Reader in(text);
  const int year = in.number(4);
  in.letter('-');
  const int month = in.number(2);
  in.letter('-');
  const int day = in.number(2);
  in.letter('T');
  const int hour = in.number(2);
  in.letter(':');
  const int minute = in.number(2);
  in.letter(':');
  const int second = in.number(2);
  if (in.take('.')) {
    in.digit();
    while (in.next_is_digit()) in.digit();
  }
  const auto offset = utc_offset(in);
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const bool in_range = date.ok() && hour < 24 && minute < 60 && second < 60;
  if (!offset || !in.fine() || !in.at_end() || !in_range) return malformed("time", text);
  return Timestamp{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         Seconds{second} - *offset;
}

std::string go_duration(std::chrono::milliseconds length) {
  const std::int64_t all = length.count();
  // Negated in unsigned arithmetic: the most negative count has no positive twin.
  const std::uint64_t ms = all < 0 ? 0 - static_cast<std::uint64_t>(all) : static_cast<std::uint64_t>(all);
  const std::string sign = all < 0 ? "-" : "";
  if (ms == 0) return "0s";
  if (ms < 1000) return sign + std::to_string(ms) + "ms";
  std::string seconds = std::to_string(ms / 1000 % 60);
  if (ms % 1000 != 0) {
    std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    seconds += "." + fraction;
  }
  std::string text = seconds + "s";
  if (ms >= 60'000) text = std::to_string(ms / 60'000 % 60) + "m" + text;
  if (ms >= 3'600'000) text = std::to_string(ms / 3'600'000) + "h" + text;
  return sign + text;
}

Result<std::chrono::milliseconds> parse_go_duration(std::string_view text) {
  std::string_view rest = text;
  const bool minus = rest.starts_with('-');
  if (minus || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return std::chrono::milliseconds{0};
  if (rest.empty()) return malformed("duration", text);
  Wide nanoseconds = 0;
  while (!rest.empty()) {
    const auto part = take_part(rest);
    if (!part) return malformed("duration", text);
    nanoseconds += *part;
    if (nanoseconds > kMostNanoseconds) return malformed("duration", text);
  }
  const auto ms = static_cast<std::int64_t>((nanoseconds + 500'000) / 1'000'000);
  return std::chrono::milliseconds{minus ? -ms : ms};
}

Timestamp SystemClock::now() const {
  return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::steady() const { return std::chrono::steady_clock::now(); }

}  // namespace haetae
