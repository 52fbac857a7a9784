#pragma once
// The hard constraints of placement: each has a name that reads aloud and says no in words.
// A new one is two functions and a row in constraints.cpp; rejection, violation and explanation take their text from it.

#include <span>
#include <string>
#include <string_view>

#include "domain/placement/ledger.hpp"

namespace haetae::placement {

/// Where the other copies of the same system are.
struct Others {
  std::vector<CenterName> centers{};
  std::vector<std::string> risk_groups{};
};

/// May a copy of this system, in this role, be in this cluster beside the others?
struct Question {
  const Request& request;
  const Candidate& candidate;
  api::Role role;
  const Others& others;
};

/// Whom a constraint binds. What runs is never moved for one: a kept copy that breaks it becomes a Violation.
enum class Binds { Everyone, Newcomers, Kept };

struct Constraint {
  std::string_view name;    ///< as a claim: "its center accepts the data class"
  std::string_view broken;  ///< what a rejection says of a cluster: "its center does not accept the data class"
  Binds binds;
  bool (*holds)(const Question&);
  std::string (*why_not)(const Question&);  ///< with names: "center seoul accepts O, not C"
};

/// All but room, in the order in which they are asked; the first that breaks is the one reported.
[[nodiscard]] std::span<const Constraint> constraints();

/// The first constraint that keeps a newcomer out, or null.
[[nodiscard]] const Constraint* first_broken(const Question& question);

/// Room is asked last, of the ledger.
inline constexpr std::string_view kRoomName = "it has room";
inline constexpr std::string_view kRoomBroken = "it has no room";

}  // namespace haetae::placement
