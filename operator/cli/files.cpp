#include "cli/files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <set>

namespace haetae::cli {
namespace {

namespace fs = std::filesystem;

bool is_manifest(const fs::path& path) {
  const auto extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

std::string refused(const std::string& name, const std::string& why) { return "cannot read " + name + ": " + why; }

/// Everything that the stream holds. Errors: Malformed, longer than kLongestText; Unreachable, it cannot be read.
Result<std::string> drain(std::istream& in) {
  std::string text;
  std::string part(1U << 16U, '\0');
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0) {
    text.append(part, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kLongestText) return Error{Code::Malformed, "longer than 256 MiB", {}};
  }
  if (in.bad()) return Error{Code::Unreachable, "reading failed", {}};
  return text;
}

/// One command line's sources, gathered path by path.
class Gathering {
 public:
  explicit Gathering(std::istream& standard_input) : standard_input_(standard_input) {}

  void take(const std::string& path) {
    std::error_code failed;
    if (path == "-") return take_standard_input();
    const auto status = fs::status(path, failed);
    if (failed || status.type() == fs::file_type::not_found) return fault(path, failed ? failed.message() : "not found");
    if (fs::is_directory(status)) take_folder(path);
    else take_file(path);
  }

  Sources result{};

 private:
  void fault(const std::string& name, const std::string& why) { result.faults.push_back(refused(name, why)); }

  void take_standard_input() {
    if (std::exchange(drained_, true)) return;
    auto text = drain(standard_input_);
    if (!text) return fault("standard input", text.error().message);
    result.texts.push_back({"<stdin>", std::move(*text)});
  }

  void take_folder(const std::string& folder) {
    std::error_code failed;
    std::vector<fs::path> found;
    fs::recursive_directory_iterator at(folder, failed);
    for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
      std::error_code ignored;  // what vanishes meanwhile is reported when it is opened
      if (is_hidden(at->path())) {
        if (at->is_directory(ignored)) at.disable_recursion_pending();
      } else if (is_manifest(at->path()) && !at->is_directory(ignored)) {
        found.push_back(at->path());
      }
    }
    if (failed) return fault(folder, failed.message());
    if (found.empty()) return fault(folder, "it holds no .yaml, .yml or .json file");
    std::sort(found.begin(), found.end());
    for (const auto& file : found) take_file(file);
  }

  void take_file(const fs::path& file) {
    std::error_code failed;
    const auto real = fs::weakly_canonical(file, failed);
    if (!failed && !seen_.insert(real).second) return;
    std::ifstream in(file, std::ios::binary);
    if (!in) return fault(file.string(), "it cannot be opened");
    auto text = drain(in);
    if (!text) return fault(file.string(), text.error().message);
    result.texts.push_back({file.string(), std::move(*text)});
  }

  std::istream& standard_input_;
  std::set<fs::path> seen_{};
  bool drained_{false};
};

}  // namespace

Sources read_sources(const std::vector<std::string>& paths, std::istream& standard_input) {
  Gathering gathering(standard_input);
  for (const auto& path : paths) gathering.take(path);
  return std::move(gathering.result);
}

}  // namespace haetae::cli
