#pragma once
// Bytes of a watch or a list → one JSON text at a time, with bounds. Sans-IO. The texts are cut, not judged: whoever
// decodes them finds what is wrong inside.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace haetae::kube {

/// Takes one text; an Error ends the feed and is handed on. The text is valid during the call only.
using OnText = std::function<Status(std::string_view text)>;

/// A watch stream: one JSON text a line.
class LineSplitter {
 public:
  /// 8 MiB: etcd keeps objects below 1.5 MiB by default, and JSON with its event wrapping may double that.
  explicit LineSplitter(std::size_t longest = 8U << 20U) : longest_(longest) {}

  /// Calls `on_line` for each line that is complete now, without its line break; empty lines are left out.
  /// Errors: Malformed (a line over the limit), or what `on_line` said. After an error, feed no more.
  Status feed(std::string_view bytes, const OnText& on_line);

  /// Bytes of a line that has begun. Where a stream ended in order, anything but 0 is a cut line.
  [[nodiscard]] std::size_t pending() const { return rest_.size(); }

 private:
  std::size_t longest_;
  std::string rest_;
};

/// Finds where one JSON value ends. Knows strings, brackets and nesting, and nothing else.
class ValueScanner {
 public:
  explicit ValueScanner(std::size_t depth) : depth_(depth) {}

  enum class State { Open, Complete, Broken };
  /// Reads `bytes` from `at` on and moves `at` behind the value, or to the end where the value is Open still.
  /// Requires: the value's first byte, no blank, is the first that a fresh scanner sees.
  State run(std::string_view bytes, std::size_t& at);

 private:
  State close(char bracket);

  std::size_t depth_;
  std::string closers_;  // the brackets still to come, innermost last
  bool in_string_{false};
  bool escaped_{false};
  bool scalar_{false};  // a number or a word, which only what follows it ends
};

/// What a list says besides its items.
struct ListHead {
  std::string kind;
  std::string resource_version;
  std::string continue_token;  ///< "" on the last page
};

/// A List response: each element of the top-level `items` as a text of its own, without ever holding the list.
class ItemSplitter {
 public:
  struct Limits {
    std::size_t item_bytes{8U << 20U};
    std::size_t depth{200};  ///< nested brackets within one value
  };
  ItemSplitter() : ItemSplitter(Limits{}) {}
  explicit ItemSplitter(Limits limits) : limits_(limits), scanner_(limits.depth) {}

  /// Calls `on_item` for each item that is complete now.
  /// Errors: Malformed (no object, over a limit, two `items`), or what `on_item` said. After an error, feed no more.
  Status feed(std::string_view bytes, const OnText& on_item);

  /// Once the body has ended: what the list said of itself. Errors: Malformed, where the text is incomplete, has no
  /// `items` (a Table, a Status), or unreadable metadata. Only then is an absent item surely absent.
  [[nodiscard]] Result<ListHead> finish() const;

 private:
  enum class Where {
    BeforeList,
    BeforeKey,
    Key,
    BeforeColon,
    BeforeValue,
    Value,
    AfterValue,
    BeforeItem,
    Item,
    AfterItem,
    Done
  };
  [[nodiscard]] bool between(char c);
  [[nodiscard]] Status scan(std::string_view bytes, std::size_t& at, const OnText& on_item);
  bool go(Where next);
  [[nodiscard]] std::optional<Where> opens(char c) const;
  [[nodiscard]] Status take(std::string_view text, const OnText& on_item);
  [[nodiscard]] bool wanted() const;

  Limits limits_;
  ValueScanner scanner_;
  Where where_{Where::BeforeList};
  bool first_{true};  // of the keys or items
  bool has_items_{false};
  std::string key_;   // with its quotes
  std::string open_;  // the part of the present value that came with earlier bytes
  std::string kind_;  // JSON texts, decoded by finish()
  std::string metadata_;
};

}  // namespace haetae::kube
