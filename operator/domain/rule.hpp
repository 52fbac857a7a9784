#pragma once
// What every rule is made of. A rule is a pure question whose answer is every place where it is broken.

#include <string>
#include <vector>

namespace haetae::domain {

/// One place where a rule is broken.
struct Breach {
  std::string path{};     ///< of the field, from the object's root; what tells two breaches of one rule apart
  std::string message{};  ///< for an engineer at three in the morning: names, places and what would help
};

/// Empty: the rule is kept, or what would break it cannot be told.
using Breaches = std::vector<Breach>;

}  // namespace haetae::domain
