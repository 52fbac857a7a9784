#include "api/yaml.hpp"

#include <map>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "api/json.hpp"
#include "api/path.hpp"
#include "api/tree.hpp"
#include "base/text.hpp"

namespace haetae::api {

using nlohmann::ordered_json;

namespace {

/// Leaves yaml-cpp's parser from inside a callback; never leaves this file.
struct Refusal {
  int line;
  std::string why;
};

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

/// yaml-cpp's tags: "?" plain, "!" quoted or block, else what the text says.
bool untagged(const std::string& tag, std::string_view core) {
  return tag.empty() || tag == "?" || tag == std::string(kTagPrefix) + std::string(core);
}

std::size_t node_count(const ordered_json& value) {
  std::size_t nodes = 1;
  if (value.is_structured()) {
    for (const auto& item : value) nodes += node_count(item);
  }
  return nodes;
}

/// yaml-cpp's events of one document → Tree.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const Limits& limits, int first_line, Document& into)
      : limits_(limits), first_line_(first_line), into_(into), tree_(limits, &into.lines) {}

  [[nodiscard]] bool began() const { return began_; }
  void finish() {
    if (tree_.complete()) into_.value = tree_.take();
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // yaml-cpp starts anew, without a separator and for ever, where it cannot go on ("," or text after a list).
    if (began_) refuse(mark, "text after the end of the document");
    began_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (awaits_key()) refuse(mark, "a key is missing");
    put(nullptr, mark, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (!is_utf8(text)) refuse(mark, "an escape is not supported");  // yaml-cpp turns \N and \_ into lone bytes
    if (awaits_key()) return key(mark, tag, text);
    put(typed(mark, tag, text), mark, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (awaits_key()) refuse(mark, "an alias stands for a key");
    if (++aliases_ > limits_.aliases) refuse(mark, "more than " + std::to_string(limits_.aliases) + " aliases");
    const auto known = anchored_.find(anchor);
    if (known == anchored_.end()) refuse(mark, "an alias stands inside what it repeats");
    if (merging()) return merge(known->second, mark);
    put(known->second, mark, YAML::NullAnchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    if (awaits_key()) refuse(mark, "a key is no plain text");
    if (!untagged(tag, "seq")) refuse(mark, "a tag is unknown");
    if (merging()) {
      if (levels_.back().kind == Kind::Merge) refuse(mark, "<< takes aliases only");
      return levels_.push_back({Kind::Merge, anchor});
    }
    kept(tree_.open_array(line(mark)), mark);
    levels_.push_back({Kind::List, anchor});
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    if (awaits_key()) refuse(mark, "a key is no plain text");
    if (!untagged(tag, "map")) refuse(mark, "a tag is unknown");
    if (merging()) refuse(mark, "<< takes aliases only");
    kept(tree_.open_object(line(mark)), mark);
    levels_.push_back({Kind::Map, anchor});
  }
  void OnMapEnd() override { close(); }

 private:
  enum class Kind { Map, List, Merge };  ///< Merge: the list of aliases after `<<`
  struct Level {
    Kind kind;
    YAML::anchor_t anchor{YAML::NullAnchor};
    bool key_next{true};
    bool merge_next{false};  ///< the value after `<<` is awaited
    bool merged{false};
  };

  [[nodiscard]] int line(const YAML::Mark& mark) const { return first_line_ + mark.line; }
  [[noreturn]] void refuse(const YAML::Mark& mark, std::string why) const { throw Refusal{line(mark), std::move(why)}; }
  void kept(bool fine, const YAML::Mark& mark) const {
    if (!fine) refuse(mark, tree_.wrong());
  }
  [[nodiscard]] bool awaits_key() const {
    return !levels_.empty() && levels_.back().kind == Kind::Map && levels_.back().key_next;
  }
  [[nodiscard]] bool merging() const {
    return !levels_.empty() && (levels_.back().kind == Kind::Merge || levels_.back().merge_next);
  }

  void key(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    auto& level = levels_.back();
    level.key_next = false;
    if (tag == "?" && text == "<<") {
      if (level.merged) refuse(mark, "duplicate key <<");
      level.merged = level.merge_next = true;
      return;
    }
    if (tag == "?") {
      const auto plain = plain_scalar(text);
      if (!plain) refuse(mark, plain.error().message);
    } else if (tag != "!" && !untagged(tag, "str")) {
      refuse(mark, "a tag is unknown");
    }
    kept(tree_.key(text), mark);
  }

  [[nodiscard]] ordered_json typed(const YAML::Mark& mark, const std::string& tag, const std::string& text) const {
    if (tag == "!" || tag == std::string(kTagPrefix) + "str") return text;
    const auto plain = plain_scalar(text);
    if (!plain) refuse(mark, plain.error().message);
    const bool fits = tag.empty() || tag == "?" ||
                      (tag == std::string(kTagPrefix) + "int" && plain->is_number_integer()) ||
                      (tag == std::string(kTagPrefix) + "float" && plain->is_number()) ||
                      (tag == std::string(kTagPrefix) + "bool" && plain->is_boolean()) ||
                      (tag == std::string(kTagPrefix) + "null" && plain->is_null());
    if (!fits) refuse(mark, "a tag is unknown or does not fit its value");
    return *plain;
  }

  void put(ordered_json value, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (merging()) refuse(mark, "<< takes aliases only");
    last_mark_ = mark;
    kept(tree_.value(std::move(value), line(mark)), mark);
    remember(anchor, mark);
    value_done();
  }

  void merge(const ordered_json& members, const YAML::Mark& mark) {
    if (!members.is_object()) refuse(mark, "<< takes aliases of maps only");
    kept(tree_.defaults(members, line(mark)), mark);
    if (levels_.back().kind == Kind::Map) value_done();
  }

  void close() {
    const Level level = levels_.back();
    levels_.pop_back();
    if (level.kind != Kind::Merge) {
      kept(tree_.close(), last_mark_);
      remember(level.anchor, last_mark_);
    }
    value_done();
  }

  /// Keeps a finished value for its aliases. Copies count: nested anchors must not multiply memory.
  void remember(YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (anchor == YAML::NullAnchor) return;
    anchored_nodes_ += node_count(tree_.last());
    if (anchored_nodes_ > limits_.nodes) {
      refuse(mark, "more than " + std::to_string(limits_.nodes) + " anchored values");
    }
    anchored_[anchor] = tree_.last();
  }

  void value_done() {
    if (levels_.empty() || levels_.back().kind != Kind::Map) return;
    levels_.back().key_next = true;
    levels_.back().merge_next = false;
  }

  const Limits& limits_;
  int first_line_;
  Document& into_;
  Tree tree_;
  bool began_{false};
  std::size_t aliases_{0};
  std::size_t anchored_nodes_{0};
  std::map<YAML::anchor_t, ordered_json> anchored_{};
  std::vector<Level> levels_{};
  YAML::Mark last_mark_{};
};

/// The text between two document markers.
struct Piece {
  std::string text;
  int first_line;
};

bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) && (line.size() == 3 || line[3] == ' ' || line[3] == '\t' || line[3] == '\r');
}

/// True for a piece without content: blank lines, comments, directives.
bool is_bare(const std::string& text) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first != std::string::npos && line[first] != '#' && line[0] != '%') return false;
  }
  return true;
}

/// Cuts at `---` and `...`, which YAML allows at the start of a line as markers only, so that each piece is one
/// document and yaml-cpp cannot invent more.
std::vector<Piece> pieces(std::string_view text) {
  std::vector<Piece> all{{"", 1}};
  int line_number = 1;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    std::string line(text.substr(0, end));
    text.remove_prefix(end);
    const std::string_view bare(line.data(), line.ends_with('\n') ? line.size() - 1 : line.size());
    const bool starts = is_marker(bare, "---");
    const bool ends = is_marker(bare, "...");
    if (starts || ends) all.push_back({"", line_number});
    if (starts) line.replace(0, 3, "   ");
    if (ends) line = "\n";
    all.back().text += line;
    ++line_number;
  }
  std::erase_if(all, [](const Piece& piece) { return is_bare(piece.text); });
  return all;
}

Error malformed(int line, const std::string& why) {
  return {Code::Malformed, "cannot read YAML: " + why + " at line " + std::to_string(line)};
}

Result<Document> read_piece(const Piece& piece, const Limits& limits) {
  Document document;
  try {
    std::istringstream in(piece.text);
    YAML::Parser parser(in);
    Builder builder(limits, piece.first_line, document);
    while (parser.HandleNextDocument(builder)) {
    }
    builder.finish();
  } catch (const Refusal& refusal) {
    return malformed(refusal.line, refusal.why);
  } catch (const YAML::Exception& broken) {
    return malformed(piece.first_line + std::max(broken.mark.line, 0), broken.msg);
  } catch (const std::exception&) {
    return malformed(piece.first_line, "the parser gave up on the document");
  }
  return document;
}

/// What YAML forbids and yaml-cpp would take for UTF-16, or leave in strings.
bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

}  // namespace

int Document::line(std::string_view path) const {
  for (std::string here(path);; here = parent_path(here)) {
    const auto known = lines.find(here);
    if (known != lines.end()) return known->second;
    if (here.empty()) return 1;
  }
}

Result<std::vector<Document>> read_documents(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return Error{Code::Malformed, "cannot read YAML: more than " + std::to_string(limits.bytes) + " bytes"};
  }
  if (!is_utf8(text)) return Error{Code::Malformed, "cannot read YAML: not UTF-8"};
  if (has_control_characters(text)) return Error{Code::Malformed, "cannot read YAML: a control character"};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<Document> documents;
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    Document document;
    if (auto value = read_json(text, limits, &document.lines)) {
      document.value = std::move(*value);
      documents.push_back(std::move(document));
      return documents;
    }
  }
  const auto all = pieces(text);
  if (all.size() > limits.documents) {
    return Error{Code::Malformed, "cannot read YAML: more than " + std::to_string(limits.documents) + " documents"};
  }
  for (const auto& piece : all) {
    auto document = read_piece(piece, limits);
    if (!document) return std::move(document).error();
    if (!document->value.is_null()) documents.push_back(std::move(*document));
  }
  return documents;
}

}  // namespace haetae::api
