#pragma once
// Mounted files: tokens, certificates, kubeconfigs.

#include <optional>
#include <string>

namespace haetae::kube {

/// A regular file's bytes; nothing where it cannot be read or holds a mebibyte or more. Blocks like any local read.
[[nodiscard]] std::optional<std::string> small_file(const std::string& path);

}  // namespace haetae::kube
