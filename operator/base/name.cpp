#include "base/name.hpp"

namespace haetae {

SystemRef system_ref(std::string_view text, std::string_view home) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {std::string(home), std::string(text)};
  return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

}  // namespace haetae
