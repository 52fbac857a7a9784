#pragma once
// Runs command lines inside the test, and writes the fleets that they read.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace haetae::cli::testing {

struct Ran {
  int code{0};
  std::string out{};
  std::string err{};
};

/// `haetae <arguments>` with this standard input. The operator is not run: its flags are printed instead.
inline Ran run(const std::vector<std::string>& arguments, const std::string& standard_input = "") {
  std::istringstream in(standard_input);
  std::ostringstream out;
  std::ostringstream err;
  Hooks hooks;
  hooks.version = "haetae 1.2.3";
  hooks.operator_help = "  --workers  (HAETAE_WORKERS)\n";
  hooks.run_operator = [&out](const std::vector<std::string>& flags) {
    for (const auto& flag : flags) out << flag << '\n';
    return 7;
  };
  const int code = cli::run(arguments, hooks, {in, out, err});
  return {code, out.str(), err.str()};
}

/// A folder that is gone with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "haetae-cli-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  [[nodiscard]] std::string path(const std::string& name = "") const {
    return (name.empty() ? path_ : path_ / name).string();
  }

 private:
  std::filesystem::path path_{};
};

inline std::string tier(const std::string& name, int rank, int least_score, int actives, int standbys) {
  return "apiVersion: haetae.io/v1alpha1\nkind: RiskTier\nmetadata: {name: " + name + "}\nspec:\n  rank: " +
         std::to_string(rank) + "\n  minScore: " + std::to_string(least_score) +
         "\n  redundancy: {activeCenters: " + std::to_string(actives) + ", standbyCenters: " + std::to_string(standbys) +
         ", minReplicas: 2}\n  priorityClass: " + name + "\n---\n";
}

/// A center, and its one cluster of four nodes with eight cpu each.
inline std::string center(const std::string& name, const std::string& more = "") {
  return "apiVersion: haetae.io/v1alpha1\nkind: Center\nmetadata: {name: " + name +
         "}\nspec:\n  kind: Government\n  region: " + name + "\n  acceptsDataClasses: [C, S, O]\n" + more +
         "---\napiVersion: haetae.io/v1alpha1\nkind: MemberCluster\nmetadata: {name: " + name + "-a}\nspec:\n  center: " +
         name + "\n  connection: {kubeconfigSecret: {name: " + name +
         "}}\nstatus:\n  capacity: {cpu: \"32\", memory: 128Gi, pods: \"440\"}\n"
         "  largestNode: {cpu: \"8\", memory: 32Gi, pods: \"110\"}\n---\n";
}

inline std::string system(const std::string& agency, const std::string& name, int score, const std::string& more = "",
                          int replicas = 2, const std::string& cpu = "500m") {
  return "apiVersion: haetae.io/v1alpha1\nkind: TenantSystem\nmetadata: {name: " + name + ", namespace: " + agency +
         "}\nspec:\n  displayName: 정부24\n  assessment: {impact: 40, users: " + std::to_string(score - 40) +
         ", ripple: 0}\n  dataClass: S\n" + more + "  components:\n  - name: web\n    workload: Deployment\n    replicas: " +
         std::to_string(replicas) +
         "\n    template:\n      spec:\n        containers:\n        - name: web\n          image: web:1\n"
         "          resources: {requests: {cpu: " + cpu + ", memory: 1Gi}, limits: {memory: 1Gi}}\n---\n";
}

/// Two tiers, three centers, two systems; everything fits.
inline std::string small_fleet() {
  return tier("tier-1", 1, 80, 2, 1) + tier("tier-2", 2, 0, 1, 0) + center("daegu") + center("gwangju") +
         center("gongju", "  roles: [Standby]\n") + system("mois", "gov24", 85) + system("nts", "hometax", 50);
}

}  // namespace haetae::cli::testing
