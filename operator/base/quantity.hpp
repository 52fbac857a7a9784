#pragma once
// Kubernetes quantities ("250m", "1.5Gi", "1e3") and vectors of them by resource name.

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace haetae {

/// An amount, exact to a billionth, as resource.Quantity keeps it.
/// Units: the resource's own (cores, bytes, counts).
class Quantity {
 public:
  Quantity() = default;
  [[nodiscard]] static Quantity of(std::int64_t whole);
  [[nodiscard]] static Quantity milli(std::int64_t thousandths);
  /// Reads the whole grammar (sign, decimal, m/k/M/…/Ki/Mi/…/e3). Errors: Malformed; also when the amount does
  /// not fit in ±2^63−1 units (then apiserver would cap it in silence; we refuse).
  /// Source: kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
  [[nodiscard]] static Result<Quantity> parse(std::string_view text);

  /// The shortest exact text in the decimal or, where `binary`, the Ki/Mi form ("1500m", "2Gi").
  [[nodiscard]] std::string text(bool binary = false) const;
  [[nodiscard]] bool is_zero() const { return nano_ == 0; }
  [[nodiscard]] bool negative() const { return nano_ < 0; }
  /// this ÷ divisor as a ratio; 0 divisor gives +infinity (0 ÷ 0 gives 0).
  [[nodiscard]] double over(Quantity divisor) const;
  /// ⌊this ÷ divisor⌋. Requires: divisor > 0.
  [[nodiscard]] std::int64_t fits(Quantity divisor) const;
  /// this × share ÷ 100, rounded up to a billionth.
  [[nodiscard]] Quantity percent(std::int64_t share) const;

  auto operator<=>(const Quantity&) const = default;
  Quantity& operator+=(Quantity o) { nano_ += o.nano_; return *this; }
  Quantity& operator-=(Quantity o) { nano_ -= o.nano_; return *this; }
  friend Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend Quantity operator*(Quantity a, std::int64_t n) { a.nano_ *= n; return a; }
  /// this ÷ n, rounded up (used where load is spread over n nodes).
  [[nodiscard]] Quantity split(std::int64_t n) const;

 private:
  __extension__ using Wide = __int128;
  Wide nano_{0};
};

/// Amounts by resource name ("cpu", "memory", "pods", "nvidia.com/gpu"). A name that is not there is zero.
using Resources = std::map<std::string, Quantity>;

void add(Resources& to, const Resources& what, std::int64_t times = 1);
void subtract(Resources& from, const Resources& what, std::int64_t times = 1);
/// True where every amount of `need` is ≤ the same of `room`; a resource that `room` does not list offers none.
[[nodiscard]] bool covers(const Resources& room, const Resources& need);
/// Larger of the two, name by name.
[[nodiscard]] Resources larger(const Resources& a, const Resources& b);

}  // namespace haetae
