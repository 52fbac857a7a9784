#pragma once
// Result<T>: a value, or an Error that says what the caller should do. Business outcomes (a broken rule, a
// missing reference) are not errors; they are domain::Finding.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace haetae {

/// What a caller can do about a failure; nothing finer is needed to decide on a retry.
enum class Code {
  NotFound,     ///< the object or host path is not there
  Conflict,     ///< somebody else changed or owns it: look again, then decide anew
  Gone,         ///< the resourceVersion or continue token is too old: list again
  Forbidden,    ///< 401 or 403: only a person with other rights helps
  Rejected,     ///< 400 or 422: the same request will never pass
  Throttled,    ///< 429: wait retry_after
  Unreachable,  ///< no complete answer: connection, TLS, deadline, 5xx
  Malformed,    ///< the answer or the input is not what its format says
};

/// The spelling used in logs and as metric label, e.g. "Unreachable".
[[nodiscard]] const char* name(Code code);

/// A failure of the world. `message` follows the grammar "cannot <what> <on what> <where>: <why>", lower case,
/// no full stop, and never holds a secret.
struct Error {
  Code code{Code::Malformed};
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after{};
};

/// Shaped like std::expected, so that a later `using` can replace it.
/// Requires: value() only when has_value(), error() only when not; a breach aborts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] T& value() & { return std::get<0>(state_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// The outcome of an act that returns nothing.
struct Done {};
using Status = Result<Done>;

}  // namespace haetae
