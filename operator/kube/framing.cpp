#include "kube/framing.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "api/json.hpp"

namespace haetae::kube {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

Error malformed(const std::string& why) { return {Code::Malformed, "cannot read the list: " + why}; }

std::string text_at(const nlohmann::ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Status LineSplitter::feed(std::string_view bytes, const OnText& on_line) {
  for (;;) {
    const auto end = bytes.find('\n');
    const auto piece = bytes.substr(0, end);
    if (rest_.size() + piece.size() > longest_) {
      return Error{Code::Malformed,
                   "cannot read the stream: a line is longer than " + std::to_string(longest_) + " bytes"};
    }
    if (end == std::string_view::npos) {
      rest_.append(piece);
      return Done{};
    }
    std::string_view line = piece;
    if (!rest_.empty()) line = rest_.append(piece);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) {
      if (auto taken = on_line(line); !taken) return taken;
    }
    std::string().swap(rest_);  // an assignment would keep a long line's room for as long as the watch lives
    bytes.remove_prefix(end + 1);
  }
}

ValueScanner::State ValueScanner::close(char bracket) {
  if (closers_.empty() || closers_.back() != bracket) return State::Broken;
  closers_.pop_back();
  return closers_.empty() ? State::Complete : State::Open;
}

ValueScanner::State ValueScanner::run(std::string_view bytes, std::size_t& at) {
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
        if (closers_.empty()) return ++at, State::Complete;
      }
      continue;
    }
    if (scalar_ && (c == ',' || c == '}' || c == ']' || is_blank(c))) return State::Complete;  // not ours any more
    switch (c) {
      case '"':
        if (scalar_) return State::Broken;
        in_string_ = true;
        break;
      case '{':
      case '[':
        if (scalar_ || closers_.size() >= depth_) return State::Broken;
        closers_ += c == '{' ? '}' : ']';
        break;
      case '}':
      case ']': {
        const State state = close(c);
        if (state == State::Open) break;
        if (state == State::Complete) ++at;
        return state;
      }
      case ',':
      case ':':
        if (closers_.empty()) return State::Broken;
        break;
      default: scalar_ = closers_.empty(); break;
    }
  }
  return State::Open;
}

// Steps over one byte between values. False where it must not stand there.
bool ItemSplitter::between(char c) {
  if (is_blank(c)) return true;
  switch (where_) {
    case Where::BeforeList: return c == '{' && go(Where::BeforeKey);
    case Where::BeforeKey: return c == '}' && first_ && go(Where::Done);
    case Where::BeforeColon: return c == ':' && go(Where::BeforeValue);
    case Where::BeforeValue:  // every other value is opened by opens()
      has_items_ = first_ = true;
      return go(Where::BeforeItem);
    case Where::AfterValue: first_ = false; return c == ',' ? go(Where::BeforeKey) : c == '}' && go(Where::Done);
    case Where::BeforeItem: return c == ']' && first_ && go(Where::AfterValue);
    case Where::AfterItem: first_ = false; return c == ',' ? go(Where::BeforeItem) : c == ']' && go(Where::AfterValue);
    default: return false;
  }
}

// Where `c` is the first byte of a key, value or item: which of them.
std::optional<ItemSplitter::Where> ItemSplitter::opens(char c) const {
  if (is_blank(c)) return std::nullopt;
  if (where_ == Where::BeforeKey && c == '"') return Where::Key;
  if (where_ == Where::BeforeItem && c != ']') return Where::Item;
  if (where_ == Where::BeforeValue && !(c == '[' && key_ == "\"items\"")) return Where::Value;
  return std::nullopt;
}

bool ItemSplitter::go(Where next) {
  where_ = next;
  return true;
}

bool ItemSplitter::wanted() const {
  return where_ == Where::Item || where_ == Where::Key || key_ == "\"metadata\"" || key_ == "\"kind\"";
}

Status ItemSplitter::take(std::string_view text, const OnText& on_item) {
  switch (where_) {
    case Where::Key:
      key_ = std::string(text);
      where_ = Where::BeforeColon;
      if (has_items_ && key_ == "\"items\"") return malformed("it has items twice");
      return Done{};
    case Where::Item: where_ = Where::AfterItem; return on_item(text);
    default: break;
  }
  if (key_ == "\"kind\"") kind_ = std::string(text);
  if (key_ == "\"metadata\"") metadata_ = std::string(text);
  if (key_ == "\"items\"" && text == "null") has_items_ = true;  // how Go writes an empty list that was never made
  where_ = Where::AfterValue;
  return Done{};
}

// Runs on within a key, value or item; takes it where it is complete.
Status ItemSplitter::scan(std::string_view bytes, std::size_t& at, const OnText& on_item) {
  const auto start = at;
  const auto state = scanner_.run(bytes, at);
  if (state == ValueScanner::State::Broken) return malformed("broken JSON, or nested too deep");
  const auto piece = bytes.substr(start, at - start);
  const bool keep = wanted() || key_ == "\"items\"";
  if (keep && open_.size() + piece.size() > limits_.item_bytes) {
    return malformed("an item is larger than " + std::to_string(limits_.item_bytes) + " bytes");
  }
  if (state == ValueScanner::State::Open) {
    if (keep) open_.append(piece);
    return Done{};
  }
  if (open_.empty()) return take(piece, on_item);
  open_.append(piece);
  const std::string whole = std::exchange(open_, {});
  return take(whole, on_item);
}

Status ItemSplitter::feed(std::string_view bytes, const OnText& on_item) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (where_ == Where::Key || where_ == Where::Value || where_ == Where::Item) {
      if (auto scanned = scan(bytes, at, on_item); !scanned) return scanned;
      continue;
    }
    if (const auto opened = opens(bytes[at])) {
      where_ = *opened;
      scanner_ = ValueScanner(limits_.depth);
      open_ = std::string();
      continue;
    }
    if (!between(bytes[at])) return malformed("broken JSON");
    ++at;
  }
  return Done{};
}

Result<ListHead> ItemSplitter::finish() const {
  if (where_ != Where::Done) return malformed("it is cut short");
  if (!has_items_) return malformed("it has no items");
  ListHead head;
  // The key's absence leaves "" or {}, which is no reason to refuse the items.
  const auto kind = api::read_json(kind_.empty() ? "\"\"" : kind_);
  const auto metadata = api::read_json(metadata_.empty() ? "{}" : metadata_);
  if (!kind || !kind->is_string() || !metadata || !metadata->is_object())
    return malformed("its kind or metadata is broken");
  head.kind = kind->get<std::string>();
  head.resource_version = text_at(*metadata, "resourceVersion");
  head.continue_token = text_at(*metadata, "continue");
  return head;
}

}  // namespace haetae::kube
