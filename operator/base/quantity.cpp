#include "base/quantity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace haetae {
namespace {

__extension__ using Wide = __int128;

constexpr Wide kNano = 1'000'000'000;
constexpr Wide kMost = static_cast<Wide>(std::numeric_limits<std::int64_t>::max()) * kNano;
/// Longer texts are nobody's amount, and the bound keeps the digit arithmetic below small.
constexpr std::size_t kLongestText = 128;

struct Suffix {
  std::string_view text;
  int ten;  ///< decimal exponent
};
constexpr std::array kDecimal{Suffix{"E", 18}, Suffix{"P", 15}, Suffix{"T", 12}, Suffix{"G", 9},  Suffix{"M", 6},
                              Suffix{"k", 3},  Suffix{"", 0},   Suffix{"m", -3}, Suffix{"u", -6}, Suffix{"n", -9}};
constexpr std::array<std::string_view, 6> kBinary{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

/// What a suffix multiplies by: 10^ten × 1024^kibi.
struct Scale {
  int ten{0};
  int kibi{0};
};

/// "e3", "E-3": digits after the sign are needed, so that "1E" stays one exa.
std::optional<Scale> exponent(std::string_view text) {
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(1);
  const bool minus = text[0] == '-';
  if (minus || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(value * 10 + (c - '0'), 1'000'000);  // far beyond any amount either way
  }
  return Scale{minus ? -value : value, 0};
}

std::optional<Scale> scale_of(std::string_view suffix) {
  for (const auto& known : kDecimal) {
    if (known.text == suffix) return Scale{known.ten, 0};
  }
  for (std::size_t i = 0; i < kBinary.size(); ++i) {
    if (kBinary[i] == suffix) return Scale{0, static_cast<int>(i) + 1};
  }
  return exponent(suffix);
}

/// Multiplies a decimal number, most significant digit first, by 1024.
void times_1024(std::string& digits) {
  int carry = 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    carry += (*digit - '0') * 1024;
    *digit = static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  while (carry > 0) {
    digits.insert(digits.begin(), static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
}

/// digits × 10^ten, rounded away from zero to a whole number as resource.Quantity rounds; nothing where it is
/// more than kMost.
std::optional<Wide> whole_amount(std::string digits, int ten) {
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return Wide{0};
  const int length = static_cast<int>(digits.size()) + ten;
  if (length > 30) return std::nullopt;
  Wide amount = 0;
  for (int i = 0; i < length; ++i) {
    const auto at = static_cast<std::size_t>(i);
    amount = amount * 10 + (at < digits.size() ? digits[at] - '0' : 0);
  }
  const auto kept = static_cast<std::size_t>(std::max(length, 0));
  if (kept < digits.size() && digits.find_first_not_of('0', kept) != std::string::npos) amount += 1;
  return amount <= kMost ? std::optional(amount) : std::nullopt;
}

Wide ceil_div(Wide a, Wide b) {
  const Wide quotient = a / b;
  return quotient * b < a ? quotient + 1 : quotient;
}

Wide floor_div(Wide a, Wide b) {
  const Wide quotient = a / b;
  return quotient * b > a ? quotient - 1 : quotient;
}

Wide power_of_ten(int n) {
  Wide value = 1;
  for (; n > 0; --n) value *= 10;
  return value;
}

std::string digits_of(Wide value) {
  const bool minus = value < 0;
  std::string text;
  do {
    const auto digit = static_cast<int>(value % 10);
    text.insert(text.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    value /= 10;
  } while (value != 0);
  return minus ? "-" + text : text;
}

}  // namespace

Quantity Quantity::of(std::int64_t whole) {
  Quantity q;
  q.nano_ = static_cast<Wide>(whole) * kNano;
  return q;
}

Quantity Quantity::milli(std::int64_t thousandths) {
  Quantity q;
  q.nano_ = static_cast<Wide>(thousandths) * (kNano / 1000);
  return q;
}

Result<Quantity> Quantity::parse(std::string_view text) {
  const Error refused{Code::Malformed, "cannot read quantity \"" + std::string(text.substr(0, 64)) + "\""};
  if (text.size() > kLongestText) return refused;
  std::string_view rest = text;
  const bool minus = rest.starts_with('-');
  if (minus || rest.starts_with('+')) rest.remove_prefix(1);
  const auto split = std::min(rest.find_first_not_of("0123456789."), rest.size());
  const auto number = rest.substr(0, split);
  const auto point = std::min(number.find('.'), number.size());
  std::string digits{number.substr(0, point)};
  const std::string_view fraction = point < number.size() ? number.substr(point + 1) : std::string_view{};
  digits += fraction;
  const auto scale = scale_of(rest.substr(split));
  if (digits.empty() || fraction.find('.') != std::string_view::npos || !scale) return refused;
  for (int i = 0; i < scale->kibi; ++i) times_1024(digits);
  const auto amount = whole_amount(std::move(digits), scale->ten - static_cast<int>(fraction.size()) + 9);
  if (!amount) return Error{Code::Malformed, refused.message + ": more than 2^63-1"};
  Quantity q;
  q.nano_ = minus ? -*amount : *amount;
  return q;
}

std::string Quantity::text(bool binary) const {
  if (nano_ == 0) return "0";
  if (binary && nano_ % (kNano * 1024) == 0) {
    Wide whole = nano_ / kNano;
    std::size_t step = 0;
    while (step < kBinary.size() && whole % 1024 == 0) whole /= 1024, ++step;
    return digits_of(whole) + std::string(kBinary[step - 1]);
  }
  for (const auto& suffix : kDecimal) {
    const Wide unit = power_of_ten(suffix.ten + 9);
    if (nano_ % unit == 0) return digits_of(nano_ / unit) + std::string(suffix.text);
  }
  return digits_of(nano_) + "n";
}

double Quantity::over(Quantity divisor) const {
  if (divisor.nano_ != 0) return static_cast<double>(nano_) / static_cast<double>(divisor.nano_);
  return nano_ == 0 ? 0.0 : std::numeric_limits<double>::infinity();
}

std::int64_t Quantity::fits(Quantity divisor) const {
  const Wide times = floor_div(nano_, divisor.nano_);
  constexpr Wide kLimit = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(times, -kLimit, kLimit));
}

Quantity Quantity::percent(std::int64_t share) const {
  Quantity q;
  q.nano_ = ceil_div(nano_ * share, 100);
  return q;
}

Quantity Quantity::split(std::int64_t n) const {
  Quantity q;
  q.nano_ = ceil_div(nano_, n);
  return q;
}

void add(Resources& to, const Resources& what, std::int64_t times) {
  for (const auto& [name, amount] : what) to[name] += amount * times;
}

void subtract(Resources& from, const Resources& what, std::int64_t times) {
  for (const auto& [name, amount] : what) from[name] -= amount * times;
}

bool covers(const Resources& room, const Resources& need) {
  return std::all_of(need.begin(), need.end(), [&](const auto& entry) {
    const auto offered = room.find(entry.first);
    return entry.second <= (offered == room.end() ? Quantity{} : offered->second);
  });
}

Resources larger(const Resources& a, const Resources& b) {
  Resources most = a;
  for (const auto& [name, amount] : b) {
    const auto [at, is_new] = most.try_emplace(name, amount);
    if (!is_new) at->second = std::max(at->second, amount);
  }
  return most;
}

}  // namespace haetae
