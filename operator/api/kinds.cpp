#include "api/kinds.hpp"

#include "api/type.hpp"

namespace haetae::api {
namespace {

template <class... Ks>
std::vector<const KindTypes*> types_in(TypeList<Ks...>) {
  return {&types_of<Ks>()...};
}

}  // namespace

std::vector<const KindTypes*> all_types() { return types_in(Kinds{}); }

}  // namespace haetae::api
