#pragma once
// Finding one member's text in a JSON object without reading the rest: for the few words of an event that must be
// known before, or even if not, the object can be decoded.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace haetae::runtime {

/// The text of member `key` of the object that `object_json` is, as it stands there; nullopt where it has none or is
/// no object. Brackets and strings are matched, nothing else is checked: what comes out must still be parsed.
/// `key` is compared as written (an escaped spelling of it is not found). Linear, no recursion, no allocation.
[[nodiscard]] std::optional<std::string_view> member_text(std::string_view object_json, std::string_view key);

/// The value of a plain JSON string ("web"); nullopt for other text and for strings with escapes.
[[nodiscard]] std::optional<std::string_view> plain_string(std::string_view json);

/// metadata.resourceVersion of an object; "" where absent.
[[nodiscard]] std::string resource_version_in(std::string_view object_json);

/// "namespace/name" of an object, read from its text alone, so that also what cannot be decoded has a name.
/// Errors: Malformed.
[[nodiscard]] Result<std::string> store_key_in(std::string_view object_json);

}  // namespace haetae::runtime
