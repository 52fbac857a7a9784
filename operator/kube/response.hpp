#pragma once
// Answers of an API server → a body, or an Error that says what to do. Sans-IO.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// The body of a 2xx answer; else the Error of error_of().
[[nodiscard]] Result<std::string> body_of(HttpResponse response);

/// What an answer other than 2xx means:
///
///   404 NotFound · 409 412 Conflict · 410 Gone · 401 403 Forbidden · 429 Throttled · 3xx 408 5xx Unreachable ·
///   every other 4xx Rejected
///
/// A 504 that says "Too large resource version" is Gone too: the cure is the same, to list again.
/// `message` is "<status> <reason>: <the server's message>", e.g. `409 AlreadyExists: pods "p" already exists`, on one
/// line, at most 500 bytes; a body that is no metav1.Status is never quoted, for it may echo our request.
/// `retry_after` from the Retry-After header (seconds, or a date against the answer's own Date) or the Status; at most
/// an hour. Source: kubernetes.io/docs/reference/using-api/api-concepts, api-conventions "Error codes".
[[nodiscard]] Error error_of(const HttpResponse& response);

/// The same for a bare metav1.Status, as an ERROR event of a watch carries it; its own `code` counts.
[[nodiscard]] Error error_of_status(std::string_view status_json);

/// `reason` of a metav1.Status ("AlreadyExists", "Expired", …); "" where the body is none.
[[nodiscard]] std::string status_reason(std::string_view body);

/// Tells the two meanings of Conflict apart: a create found the name taken. Requires: an Error as error_of() made it,
/// with nothing put before its message.
[[nodiscard]] bool already_exists(const Error& error);

}  // namespace haetae::kube
