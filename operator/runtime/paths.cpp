// The set of places and the walk through it.

#include <cstdio>
#include <cstdlib>

#include "runtime/projection.hpp"

namespace haetae::runtime {
namespace {

[[noreturn]] void bad_path(std::string_view path) {
  std::fprintf(stderr, "Paths: bad path \"%.*s\"\n", static_cast<int>(path.size()), path.data());
  std::abort();
}

}  // namespace

Paths::Paths(std::initializer_list<std::string_view> paths) {
  nodes_.emplace_back();
  for (const auto path : paths) add(path);
}

void Paths::add(std::string_view path) {
  int node = root();
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      const auto close = path.find(']', at);
      if (close == std::string_view::npos) bad_path(path);
      const auto inside = path.substr(at + 1, close - at - 1);
      if (!inside.empty()) {
        node = child(node, inside);
      } else {
        if (element(node) == kNowhere) {
          const int fresh = static_cast<int>(nodes_.size());
          nodes_.emplace_back();
          nodes_[static_cast<std::size_t>(node)].element = fresh;
        }
        node = nodes_[static_cast<std::size_t>(node)].element;
      }
      at = close + 1;
      if (at < path.size() && path[at] == '.') ++at;
      continue;
    }
    const auto end = std::min(path.find_first_of(".[", at), path.size());
    if (end == at) bad_path(path);
    node = child(node, path.substr(at, end - at));
    at = end < path.size() && path[end] == '.' ? end + 1 : end;
  }
  if (node == root()) bad_path(path);
  nodes_[static_cast<std::size_t>(node)].whole = true;
}

int Paths::child(int node, std::string_view key) {
  if (const int known = member(node, key); known != kNowhere) return known;
  const int fresh = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  nodes_[static_cast<std::size_t>(node)].members.emplace_back(key, fresh);
  return fresh;
}

int Paths::member(int node, std::string_view key) const {
  if (node == kNowhere) return kNowhere;
  for (const auto& [name, next] : nodes_[static_cast<std::size_t>(node)].members)
    if (name == key) return next;
  return kNowhere;
}

int Paths::element(int node) const {
  return node == kNowhere ? kNowhere : nodes_[static_cast<std::size_t>(node)].element;
}

bool Paths::whole(int node) const { return node != kNowhere && nodes_[static_cast<std::size_t>(node)].whole; }

}  // namespace haetae::runtime
