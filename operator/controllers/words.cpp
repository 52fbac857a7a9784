#include "controllers/words.hpp"

#include <algorithm>

namespace haetae::controllers {

Word Words::word(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (const auto known = words_.find(text); known != words_.end()) return known->second;
  if (words_.size() >= clean_at_) clean();
  auto made = std::make_shared<const std::string>(text);
  words_.emplace(*made, made);
  return made;
}

std::size_t Words::size() const {
  const std::lock_guard lock(mutex_);
  return words_.size();
}

// Amortized: the next clean-up comes when the table has doubled.
void Words::clean() {
  std::erase_if(words_, [](const auto& entry) { return entry.second.use_count() == 1; });
  clean_at_ = std::max<std::size_t>(1024, 2 * words_.size());
}

}  // namespace haetae::controllers
