#include "domain/placement/preferences.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace haetae::placement {

double uniform_hash(std::string_view salt, std::string_view a, std::string_view b) {
  // A byte that no name holds keeps "ab"+"c" and "a"+"bc" apart.
  auto h = fnv1a(b, fnv1a("\n", fnv1a(a, fnv1a("\n", fnv1a(salt)))));
  // FNV's high bits are weak for short texts. Source: SplitMix64's finalizer (Steele, Lea, Flood 2014).
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebULL;
  h ^= h >> 31;
  return (static_cast<double>(h >> 11) + 0.5) / 9007199254740992.0;  // 2^53
}

Standing standing(const Request& request, const Candidate& candidate, Room& room, const Amounts& active,
                  std::string_view salt) {
  const auto& wishes = request.wishes.prefer_centers;
  const auto wished = std::find(wishes.begin(), wishes.end(), candidate.center.text());
  const auto hash = uniform_hash(salt, request.ref.text(), candidate.cluster.text());
  // Weighted rendezvous hashing: the largest −w ÷ ln(h) wins; w is how many such copies the empty cluster holds.
  return {static_cast<std::size_t>(wished - wishes.begin()), room.share_with(active),
          room.holds(active) / std::log(hash)};
}

std::string reason(const Standing& taken, const Standing& next) {
  if (taken.wish < next.wish) return "preferred center";
  if (taken.wish > next.wish) return "leaves the preferred center to another copy";
  if (taken.share < next.share) return "most free room";
  if (taken.share > next.share) return "leaves the freer center to another copy";
  return "drawn by hash among equals";
}

}  // namespace haetae::placement
