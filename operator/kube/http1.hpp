#pragma once
// What both transports must agree on about a request: its bytes, whether it is fit to send, and whether it may be
// sent twice. Sans-IO.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// "GET", "POST", …
[[nodiscard]] const char* method(Verb verb);

/// Largest body that is sent. Source: apiserver's MaxRequestBodyBytes; beyond it the server may close before its 413
/// can be read.
inline constexpr std::size_t kLongestBody = 3U * 1024 * 1024;

/// Refuses what could smuggle a second request into the first (a target or header with line breaks, blanks or control
/// characters), and too long a body. Errors: Rejected; the message names the header, never its value.
[[nodiscard]] Status sendable(const HttpRequest& request);

/// True where a second arrival changes nothing: GET, PUT and server-side apply.
[[nodiscard]] bool repeatable(const HttpRequest& request);

/// The Host field for an endpoint: IPv6 in brackets, the scheme's own port left out.
[[nodiscard]] std::string host_field(const Endpoint& endpoint);

/// The request as HTTP/1.1 bytes. `token` empty = no Authorization. Errors: Rejected, see sendable().
[[nodiscard]] Result<std::string> serialize(const HttpRequest& request, std::string_view host, std::string_view token);

/// Library texts in our grammar: the first letter in lower case, unless the word is an abbreviation; no full stop.
[[nodiscard]] std::string in_grammar(std::string text);

}  // namespace haetae::kube
