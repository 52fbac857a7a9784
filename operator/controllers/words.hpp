#pragma once
// Words that many cached rows share (namespaces, nodes, components) are kept once.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace haetae::controllers {

/// A shared, immutable text; never null where a row holds one.
using Word = std::shared_ptr<const std::string>;

/// Gives equal texts one Word. A word that no row holds any more is dropped at the next clean-up. Thread: any.
class Words {
 public:
  [[nodiscard]] Word word(std::string_view text);
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string_view, Word> words_;  ///< keys point into the values
  std::size_t clean_at_{1024};
  void clean();
};

}  // namespace haetae::controllers
