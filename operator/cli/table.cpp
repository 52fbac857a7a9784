#include "cli/table.hpp"

#include <algorithm>
#include <ostream>

#include "base/text.hpp"

namespace haetae::cli {
namespace {
constexpr std::size_t kGap = 2;
}

std::string printable(std::string_view text) {
  std::string clean(text);
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = '?';
  }
  // C1 controls (U+0080 to U+009F) are 0xC2 and a byte below 0xA0; some terminals obey them.
  for (std::size_t i = 0; i + 1 < clean.size(); ++i) {
    if (static_cast<unsigned char>(clean[i]) == 0xC2 && static_cast<unsigned char>(clean[i + 1]) < 0xA0) {
      clean.replace(i, 2, "?");
    }
  }
  return clean;
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    if (row.front() == kNote) continue;
    // The last cell of a row pushes nothing to its right.
    for (std::size_t c = 0; c + 1 < row.size() && c < widths.size(); ++c) {
      widths[c] = std::max(widths[c], display_width(printable(row[c])));
    }
  }
  for (const auto& row : rows_) {
    if (row.front() == kNote) {
      out << std::string(kGap, ' ') << printable(row[1]) << '\n';
      continue;
    }
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const auto cell = printable(row[c]);
      line += cell;
      if (c + 1 < row.size()) line += std::string(widths[c] - std::min(widths[c], display_width(cell)) + kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

}  // namespace haetae::cli
