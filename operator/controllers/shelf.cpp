#include "controllers/shelf.hpp"

#include "runtime/projection.hpp"

namespace haetae::controllers {

Result<runtime::StoreKey> key_of(std::string_view object_json) {
  static const runtime::Paths kName{"metadata.name", "metadata.namespace"};
  const auto object = runtime::project(object_json, kName);
  if (!object) return object.error();
  const std::string name = runtime::text_at(object->kept, {"metadata", "name"});
  if (name.empty()) return Error{Code::Malformed, "cannot read an object of a watch: it has no name", {}};
  return runtime::store_key(runtime::text_at(object->kept, {"metadata", "namespace"}), name);
}

}  // namespace haetae::controllers
