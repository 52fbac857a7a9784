#include "kube/small_file.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>

namespace haetae::kube {

std::optional<std::string> small_file(const std::string& path) {
  constexpr std::size_t kLongest = 1U << 20U;
  std::error_code failed;
  // A FIFO or a device would block for ever; a directory opens, and then fails to be read.
  if (!std::filesystem::is_regular_file(path, failed)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  char piece[4096];
  while (text.size() < kLongest && (file.read(piece, sizeof piece) || file.gcount() > 0)) {
    text.append(piece, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad() || !file.eof()) return std::nullopt;
  return text;
}

}  // namespace haetae::kube
