#pragma once
// A table for people: columns aligned by the width that a terminal shows, so that Korean names line up.

#include <iosfwd>
#include <string>
#include <vector>

namespace haetae::cli {

/// Rows of text under a heading. A row shorter than the heading ends early.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// A line of free text between rows, indented; it widens no column.
  void note(std::string text) { rows_.push_back({kNote, std::move(text)}); }
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  /// Two spaces between columns, none at the end of a line. Control characters of foreign text are shown as "?".
  void print(std::ostream& out) const;

 private:
  inline static const std::string kNote{"\n"};  // no cell holds a line break
  std::vector<std::vector<std::string>> rows_{};
};

/// The text without control characters, so that foreign text cannot steer a terminal or break a line.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace haetae::cli
