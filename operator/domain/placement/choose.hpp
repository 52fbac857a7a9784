#pragma once
// Placement: which clusters hold the copies of which system. First form: keeps what is there, adds what is missing,
// moves nothing.

#include <cstdint>
#include <string>
#include <vector>

#include "domain/redundancy/demand.hpp"
#include "domain/world.hpp"

namespace haetae::placement {

/// What one system asks for. `current` and `record` are the stored decision (status.placement).
struct Request {
  SystemRef ref{};
  std::int32_t rank{1};              ///< of the effective tier; 1 is served first
  bool citizen_facing{false};
  api::DataClass data_class{api::DataClass::S};
  api::PlacementWishes wishes{};
  redundancy::Demand demand{};
  std::vector<api::PlacedCopy> current{};
  std::vector<api::Rejection> record{};  ///< status.placement.rejected; stays while the decision stays
  bool hold{false};                  ///< keep `current` and its room exactly; add nothing
};

struct ChosenCopy {
  CenterName center{};
  ClusterName cluster{};
  api::Role role{api::Role::Active};
  bool kept{false};
  std::string reason{};
};

/// A kept copy that a hard rule would refuse today; it stays (nothing moves by itself) and is reported.
struct Violation {
  ClusterName cluster{};
  std::string constraint{};          ///< the constraint's name, e.g. "accepts data class"
  std::string message{};
};

struct Choice {
  std::vector<ChosenCopy> copies{};  ///< actives first
  std::int32_t missing_active{0};
  std::int32_t missing_standby{0};
  std::string why{};                 ///< what is missing and where, when something is
  std::vector<api::Rejection> rejected{};  ///< by reason, bounded to 8, most frequent first
  std::vector<Violation> violations{};
  std::size_t turn{0};               ///< its place in the order of serving
};

/// Serves the requests by rank, citizen-facing, then weighted rendezvous hash with `salt`: input order is irrelevant.
/// Same input, same output; adding a cluster moves nothing that still fits.
[[nodiscard]] std::map<SystemRef, Choice> place(const domain::World& world, const std::vector<Request>& requests);

}  // namespace haetae::placement
