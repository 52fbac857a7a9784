#include "api/json.hpp"

#include <iterator>
#include <optional>

#include <nlohmann/json.hpp>

#include "api/tree.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

/// Where the parser has read to. Whitespace does not move it, so the byte that a parser looks ahead after a
/// number does not put the number on the next line.
struct Position {
  int line{1};       ///< of the last byte that is no whitespace
  int reached{1};    ///< of the last byte
  int column{0};
};

/// Walks the text for nlohmann's parser and counts lines, which its SAX events do not tell.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    const char c = *at_++;
    ++position_->column;
    if (c == '\n') ++position_->reached, position_->column = 0;
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') position_->line = position_->reached;
    return *this;
  }
  bool operator==(const CountingIterator& o) const { return at_ == o.at_; }
  bool operator!=(const CountingIterator& o) const { return at_ != o.at_; }

 private:
  const char* at_;
  Position* position_;
};

/// nlohmann's SAX events → Tree.
class Events final : public ordered_json::json_sax_t {
 public:
  Events(Tree& tree, const Position& position) : tree_(tree), position_(position) {}
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(std::int64_t v) override { return value(v); }
  bool number_unsigned(std::uint64_t v) override { return value(v); }
  bool number_float(double v, const std::string& text) override {
    if (text.find_first_of(".eE") != std::string::npos) return value(v);
    wrong_ = "an integer does not fit 64 bits" + here();
    return false;
  }
  bool string(std::string& v) override { return value(std::move(v)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return kept(tree_.open_object(position_.line)); }
  bool key(std::string& v) override { return kept(tree_.key(std::move(v))); }
  bool end_object() override { return tree_.close(); }
  bool start_array(std::size_t) override { return kept(tree_.open_array(position_.line)); }
  bool end_array() override { return tree_.close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    wrong_ = "not JSON" + here();
    return false;
  }

 private:
  bool value(ordered_json v) { return kept(tree_.value(std::move(v), position_.line)); }
  bool kept(bool fine) {
    if (!fine) wrong_ = tree_.wrong() + here();
    return fine;
  }
  [[nodiscard]] std::string here() const {
    return " at line " + std::to_string(position_.reached) + ", column " + std::to_string(position_.column);
  }

  Tree& tree_;
  const Position& position_;
  std::string wrong_{};
};

}  // namespace

Result<ordered_json> read_json(std::string_view text, const Limits& limits, Lines* lines) {
  if (text.size() > limits.bytes) {
    return Error{Code::Malformed, "cannot read JSON: more than " + std::to_string(limits.bytes) + " bytes"};
  }
  Position position;
  Tree tree(limits, lines);
  Events events(tree, position);
  const CountingIterator first(text.data(), &position);
  const CountingIterator last(text.data() + text.size(), &position);
  if (!ordered_json::sax_parse(first, last, &events)) {
    return Error{Code::Malformed, "cannot read JSON: " + events.wrong()};
  }
  return tree.take();
}

}  // namespace haetae::api
